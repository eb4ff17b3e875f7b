# Areas in panels: an amount over time. Hairlines mark round amounts, bands the start and the end of the pool,
# brackets when the server stalls.
eval open_page(first_format)
plot data index 0 using 1:3:1:2:($3 - $4):($3 + $4):(band($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 1 using (x_min):1:(x_max - x_min):(0) with vectors nohead lw 0.8 lc rgb hair, \
    for [i=1:panel_count] data index (1+i) using 1:2 with filledcurves closed fs solid 1.0 noborder lc rgb faint(i), \
    for [i=1:panel_count] data index (1+i) using 1:3 with lines lw 1.4 lc rgb colour(i), \
    data index (2+panel_count) using 1:3:($2 - $1):(0) with vectors nohead lw 1.6 lc rgb ink, \
    data index (2+panel_count) using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 3 lc rgb ink, \
    data index (2+panel_count) using 2:3:(0):($4 - $3) with vectors nohead lw 1 dt 3 lc rgb ink
