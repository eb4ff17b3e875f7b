# Lanes in panels. A job is pale; the dark part in it is as high as its share of a core. Hairlines mark a free lane whose
# next job waits in the queue, bands the start and the end of the pool, brackets when the server stalls.
set for [i=1:phase_count] label 800+i phase_text[i] at first phase_x[i], phase_at[i] center front \
    font small_font(phase_size) tc rgb soft
set for [i=1:|light|] linetype i lc rgb faint(i)
set for [i=1:|light|] linetype |light|+i lc rgb colour(i)
eval open_page(first_format)
plot data index 3 using 1:3:1:2:($3 - $4):($3 + $4):(band($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 2 using 1:2:3:(0):(faint($4)) with vectors nohead lw 0.8 lc rgb variable, \
    for [i=0:1] data index i using 1:3:1:2:4:5:6 with boxxyerror fs solid 1.0 noborder lc variable, \
    data index 4 using 1:3:($2 - $1):(0) with vectors nohead lw 1.6 lc rgb ink, \
    data index 4 using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 3 lc rgb ink, \
    data index 4 using 2:3:(0):($4 - $3) with vectors nohead lw 1 dt 3 lc rgb ink
