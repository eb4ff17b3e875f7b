# The median ratio as a dot with its interval, single blocks as small dots, a line at 1, where both take equally long.
set arrow 600 from 1, graph 0 to 1, graph 1 nohead lw 1.2 lc rgb rule back
set label 600 line_text at 1, graph 1 center offset 0, character 0.7 font small_font(small_size) tc rgb soft
eval open_page(first_format)
plot data index 1 using 2:1:(pale($3)) with points pt 7 ps 0.32 * thick lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4:(colour($1)) with xerrorbars pt 0 ps 0 lw 2 lc rgb variable, \
    for [i=1:row_count] data index 0 every ::(i-1)::(i-1) using 2:1 \
        with points pt marker[i] ps 0.95 * thick lc rgb colour(i)
