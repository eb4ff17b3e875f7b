# Per row: the shape in a pale colour, every trial as a dot, the middle half as a bar, the median as a line across it.
set label 600 'median' at 1, graph 1 center offset 0, character 0.7 font small_font(small_size) tc rgb soft
eval open_page(first_format)
plot for [i=1:row_count] data index (i+1) using 1:2:3 with filledcurves fs solid 1.0 noborder \
        lc rgb mix(colour(i), paper_rgb, 0.82), \
    data index 0 using 3:1:($4-$3):(0):(pale($1)) with vectors nohead lw 5 lc rgb variable, \
    data index 1 using 2:1:(colour($3)) with points pt 7 ps 0.38 * thick lc rgb variable, \
    data index 0 using 2:($1-0.3):(0):(0.6):(deep($1)) with vectors nohead lw 1.8 lc rgb variable
