# Horizontal bars as in speed.gp; the part that existed before the pool started is paler. The bar is what was seen;
# a dotted line leads to what is possible at most, and ends in a bracket, or in an arrow if that is further away.
bracket = 0.2 # half its height, in rows
bend = 0.006 * x_max # how far its ends reach back
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using (0):1:(0):5:($1 - half):($1 + half):(pale($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:1:($6 - $2):(0):(deep($1)) with vectors nohead lw 1.6 dt 3 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 - bracket : NaN):(0):(2 * bracket):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 - bracket : NaN):(-bend):(0):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 + bracket : NaN):(-bend):(0):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using ($6 - 2 * bend):($7 == 1 ? $1 : NaN):(2 * bend):(0):(deep($1)) \
        with vectors head filled size graph 0.018, 25 lw 1.6 lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
