# One line per contender, with its name and peak; those without a name are grey. A short bar across the line
# marks the start and end of the work, a marker the peak, a dot a single reading. Where nothing was read for a
# while, the line is dotted and pale.
mark = 0.016 * (y_max - y_min) # half the height of a phase mark

eval open_page(first_format)
plot for [i=named_count+1:series_count] data index (i-1) using 1:2 with lines lw 1.1 lc rgb others_rgb, \
    for [i=named_count+1:series_count] data index (i-1) using 1:($3 == 1 ? $2 : NaN) \
        with points pt 7 ps 0.3 * thick lc rgb others_rgb, \
    data index (series_count+2) using 1:2:3:4:($5 > named_count ? others_rgb : pale($5)) \
        with vectors nohead lw 1.2 dt 3 lc rgb variable, \
    for [i=1:named_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) dt dashes[i], \
    for [i=1:named_count] data index (i-1) using 1:($3 == 1 ? $2 : NaN) \
        with points pt 7 ps 0.42 * thick lc rgb colour(i), \
    data index series_count using 1:2:(0):(mark):(colour($3)) with vectors nohead lw 1.6 lc rgb variable, \
    data index series_count using 1:2:(0):(-mark):(colour($3)) with vectors nohead lw 1.6 lc rgb variable, \
    for [i=1:named_count] data index (series_count+1) every ::(i-1)::(i-1) using 1:2 \
        with points pt marker[i] ps 0.7 * thick lc rgb colour(i)
