# One line per contender over percentiles, with its name and p99, which is a point on it; thin pale lines behind it are single trials.
# x is 1 / (1 - percentile): one job in x is slower. A dotted line marks how long the server stalled.

if (p99_count) set arrow 600 from 100, graph 0 to 100, graph 1 nohead lw 1 lc rgb hair back
eval open_page(first_format)
plot data index (series_count+trial_count) using 1:2 with lines lw 1.2 dt 3 lc rgb rule, \
    for [i=1:trial_count] data index (series_count+i-1) using 1:2 \
        with lines lw 0.7 lc rgb pale(trial_of[i]), \
    for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) dt dashes[i], \
    for [i=1:p99_count] data index (series_count+trial_count+1) every ::(i-1)::(i-1) using 1:2 \
        with points pt 7 ps 0.95 * thick lc rgb paper, \
    for [i=1:p99_count] data index (series_count+trial_count+1) every ::(i-1)::(i-1) using 1:2 \
        with points pt 7 ps 0.7 * thick lc rgb colour(p99_of[i])
