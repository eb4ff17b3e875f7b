# One line per contender over percentiles, with its name and p99; thin pale lines behind it are single trials.
# x is 1 / (1 - percentile): one job in x is slower. A dotted line marks how long the server stalled.

eval open_page(first_format)
plot data index (series_count+trial_count) using 1:2 with lines lw 1.2 dt 3 lc rgb rule, \
    for [i=1:trial_count] data index (series_count+i-1) using 1:2 \
        with lines lw 0.7 lc rgb pale(trial_of[i]), \
    for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) dt dashes[i]
