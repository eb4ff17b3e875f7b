# One line per contender over its worker counts, with whiskers and markers; sequential as a level line.
set logscale xy
set xrange [x_min : x_max]
set yrange [y_min : y_max]
set xtics () offset 0, 0.3
set for [i=1:|x_tick_at|] xtics add (x_tick_text[i] x_tick_at[i] x_tick_text[i] eq '' ? 1 : 0)
set ytics () scale 0 offset 0.3, 0
set for [i=1:|y_tick_at|] ytics add (y_tick_text[i] y_tick_at[i] y_tick_text[i] eq '' ? 1 : 0)
set grid ytics nomytics noxtics back lt 1 lw 0.8 lc rgb hair
set xlabel x_title textcolor rgb soft offset 0, 0.2
set label 35 y_title at screen edge, graph 1 left offset 0, 1.1 tc rgb soft
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back
level = is_dark ? level_dark : level_light
set label 36 level_name at screen level_name_x, level_name_y left front tc rgb level

n_label = series_count + 1
array label_x[series_count]; array label_y[series_count]; array label_of[series_count]
array from_x[series_count]; array from_y[series_count]; array to_x[series_count]
stats data index n_label using (label_x[int($0)+1] = $1, label_y[int($0)+1] = $2, \
    label_of[int($0)+1] = int($3), from_x[int($0)+1] = $4, from_y[int($0)+1] = $5, to_x[int($0)+1] = $6, $1) nooutput
set for [i=1:series_count] label 40+i names[label_of[i]] at screen label_x[i], label_y[i] left front \
    tc rgb wording(label_of[i])
do for [i=1:series_count] {
    if (from_x[i] >= 0) {
        set arrow 40+i from screen from_x[i], from_y[i] to screen to_x[i] + (to_x[i] > from_x[i] ? -0.003 : 0.003), label_y[i] \
            nohead lw 0.7 lc rgb colour(label_of[i]) front
    }
}

eval open_page('svg')
plot data index series_count using (x_min):1:(x_max):(x_max):2:3 with boxxyerror \
        fs solid 0.25 noborder lc rgb level, \
    data index series_count using (x_min):1:(x_max - x_min):(0) with vectors nohead lw 1.6 lc rgb level, \
    for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) \
        dt dashes[i], \
    for [i=1:series_count] data index (i-1) using 1:($3 == $3 ? $2 : NaN):3:4 \
        with yerrorbars pt 0 ps 0 lw 1.2 lc rgb colour(i), \
    for [i=1:series_count] data index (i-1) using 1:2 with points pt 7 ps 0.95 * thick lc rgb paper, \
    for [i=1:series_count] data index (i-1) using 1:2 with points pt marker[i] ps 0.75 * thick lc rgb colour(i)
eval open_page('png')
replot
set output
