# Horizontal bars: median, interval as whisker, single trials as dots, value at the bar's end. Short bars beside
# long ones are drawn a second time, enlarged, in an inset (inset = 1) in the same rows.
if (!exists('inset')) inset = 0
if (inset) {
    set label 500 inset_title at first inset_x, screen inset_title_y left font small_font(small_size) tc rgb soft
    set for [i=1:|inset_tick|] label 500+i inset_tick[i] at first inset_tick_at[i], screen inset_ticks_y center \
        font small_font(small_size) tc rgb soft
}
eval open_page(first_format)
plot for [i=1:inset] data index 2 using 1:3:1:2:3:4 with boxxyerror fs solid 1.0 noborder lc rgb paper, \
    for [i=1:inset] data index 3 using 1:2:(0):3 with vectors nohead lw 0.8 lc rgb hair, \
    for [i=1:inset] data index 3 every ::0::0 using 1:2:(0):3 with vectors nohead lw 1 lc rgb rule, \
    for [i=1:inset] data index 4 using 2:1:2:3:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    for [i=1:inset] data index 4 using 3:($4 == $4 ? $1 : NaN):4:5 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    for [i=1:inset] data index 5 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable, \
    data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
