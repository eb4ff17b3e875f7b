# One line per contender over percentiles, with its name and p99; thin pale lines behind it are single trials.
# x is 1 / (1 - percentile): one job in x is slower.

eval open_page(first_format)
plot for [i=1:trial_count] data index (series_count+i-1) using 1:2 \
        with lines lw 0.7 lc rgb pale(trial_of[i]), \
    for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) dt dashes[i]
