# Lanes in panels: a hairline until a task runs, a bar while it runs, dots until the caller gets the result, then a point.
remark_colour(i) = remark_small[i] ? soft_rgb : ink_rgb
set for [i=1:|panel_text|] label 300+i panel_text[i] at screen edge, first panel_at[i] left \
    font small_font(panel_size) tc rgb ink
set for [i=1:|lane_text|] label 400+i lane_text[i] at first 0, lane_at[i] right \
    offset character -0.6, 0 font small_font(lane_size) tc rgb soft
set for [i=1:|remark_text|] label 600+i remark_text[i] at first remark_x[i], remark_at[i] left \
    font small_font(remark_small[i] ? remark_size : panel_size) tc rgb remark_colour(i)
set for [i=1:|rank_text|] label 900+i rank_text[i] at first rank_x[i], rank_at[i] left \
    font small_font(rank_size) tc rgb soft
thin = 0.36
dot = rank_size / 13.0
look(c, io) = io == 1 ? pale(c) : colour(c)

eval open_page(first_format)
plot data index 1 using 1:2:3:(0) with vectors nohead lw 0.8 lc rgb rule, \
    data index 2 using 1:2:3:(0) with vectors nohead lw 1.4 dt 3 lc rgb ink, \
    data index 0 using 1:3:1:2:($3 - thin):($3 + thin):(look($4, $5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 3 using 1:2 with points pt 7 ps 0.62 * dot lc rgb paper, \
    data index 3 using 1:2 with points pt 7 ps 0.45 * dot lc rgb ink
