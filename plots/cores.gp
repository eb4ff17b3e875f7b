# Horizontal bars as in speed.gp, but of cores in use, with a dotted line at one core.
if (x_max >= 0.9) set arrow 300 from 1, graph 0 to 1, graph 1 nohead lw 1 dt 3 lc rgb rule front
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
