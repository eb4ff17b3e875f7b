# The ratio of each cell as a dot with its interval, in the shape and colour of its verdict; a line at 1, where
# nothing changed, and a band as wide as the noise.
set object 600 rectangle from band_low, graph 0 to band_high, graph 1 back fillcolor rgb hair fillstyle solid noborder
set arrow 600 from 1, graph 0 to 1, graph 1 nohead lw 1.2 lc rgb rule back
set label 600 line_text at 1, graph 1 center offset 0, character 0.7 font small_font(small_size) tc rgb soft
eval open_page(first_format)
plot data index 0 using 2:($3 == $3 ? $1 : NaN):3:4:(colour($1)) with xerrorbars pt 0 ps 0 lw 2 lc rgb variable, \
    for [i=1:row_count] data index 0 every ::(i-1)::(i-1) using 2:1 \
        with points pt 7 ps 1.2 * thick lc rgb paper, \
    for [i=1:row_count] data index 0 every ::(i-1)::(i-1) using 2:1 \
        with points pt marker[i] ps 0.95 * thick lc rgb colour(i)
