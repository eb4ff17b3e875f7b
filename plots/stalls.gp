# In panels: words above the brackets that mark when the server stalled. The charts draw the brackets from their data.
set for [i=1:stall_count] label 900+i stall_text[i] at screen stall_x[i], first stall_at[i] center front \
    font small_font(stall_size) tc rgb ink
