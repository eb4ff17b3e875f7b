# Lanes in panels: pale while a job is there, dark over it as high as the work on a core, hairlines while a lane is
# free and its next job waits in the queue, thin lines across where work starts and ends.
eval open_page(first_format)
plot data index 2 using 1:2:3:(0):(faint($4)) with vectors nohead lw 0.8 lc rgb variable, \
    data index 0 using 1:3:1:2:($3 - $4):($3 + $4):(faint($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 1 using 1:3:1:2:($3 - $4):($3 + $4):(colour($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 3 using 1:2:(0):3 with vectors nohead lw 0.8 dt 3 lc rgb ink
