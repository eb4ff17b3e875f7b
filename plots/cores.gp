# Horizontal bars as in speed.gp, but of cores in use, with a dotted line at one core across those that use more.
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using ($2 > 1 ? 1 : NaN):($1 - 0.5):(0):(1) with vectors nohead lw 1 dt 3 lc rgb paper, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
