# Areas in panels: an amount over time. Hairlines mark round amounts, thin vertical lines the start and end of
# the work.
eval open_page(first_format)
plot data index 1 using (x_min):1:(x_max - x_min):(0) with vectors nohead lw 0.8 lc rgb hair, \
    for [i=1:panel_count] data index (1+i) using 1:2:3 with filledcurves fs solid 1.0 noborder lc rgb faint(i), \
    for [i=1:panel_count] data index (1+i) using 1:2 with lines lw 1.4 lc rgb colour(i), \
    data index 0 using 1:2:(0):3 with vectors nohead lw 0.8 dt 3 lc rgb ink
