# One line per contender over its worker counts, with whiskers and markers; a level line for contenders
# without worker counts; dotted guides to compare with.
level = is_dark ? level_dark : level_light

eval open_page(first_format)
plot data index series_count using (x_min):1:(x_max):(x_max):2:3 with boxxyerror \
        fs solid 0.25 noborder lc rgb level, \
    data index series_count using (x_min):1:(x_max - x_min):(0) with vectors nohead lw 1.6 lc rgb level, \
    for [i=1:guide_count] data index (series_count + i) using 1:2 with lines lw 1.4 dt 3 lc rgb rule, \
    for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) \
        dt dashes[i], \
    for [i=1:series_count] data index (i-1) using 1:($3 == $3 ? $2 : NaN):3:4 \
        with yerrorbars pt 0 ps 0 lw 1.2 lc rgb colour(i), \
    for [i=1:series_count] data index (i-1) using 1:2 with points pt 7 ps 0.95 * thick lc rgb paper, \
    for [i=1:series_count] data index (i-1) using 1:2 with points pt marker[i] ps 0.75 * thick lc rgb colour(i)
