# Horizontal bars: median, interval as whisker, single trials as dots, value at the bar's end.
set xrange [0 : x_end] # beyond x_max, the end of the ticks, stand only the values
set yrange [row_count + 0.5 : 0.5]
set xtics () scale 0 offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i])
unset ytics
set grid xtics noytics back lt 1 lw 0.8 lc rgb hair
set label 35 x_title at x_max / 2, graph 0 center offset 0, -2.3 tc rgb soft
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1 lc rgb rule back
half = 0.31

eval open_page('svg')
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable, \
    data index 0 using (0):1:(names[int($1)]) with labels right offset character -0.8, 0 tc rgb ink, \
    data index 0 using 6:1:(values[int($1)]) with labels left tc rgb ink, \
    data index 0 using 7:1:(notes[int($1)]) with labels left font sprintf(',%.1f', note_size) tc rgb soft
eval open_page('png')
replot
set output
