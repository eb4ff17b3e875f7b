# Horizontal bars, one group per experiment: median, interval as whisker, single trials as dots.
set for [i=1:|heading_text|] label 600+i heading_text[i] at screen edge, first heading_at[i] left tc rgb ink
do for [i=2:|heading_at|] {
    set arrow 600+i from screen edge, first heading_at[i] - 0.55 to graph 1, first heading_at[i] - 0.55 \
        nohead lw 0.8 lc rgb hair
}
own_texts(kind) = sprintf("set for [i=1:|heading_text|] label 600+i font bold('%s', body_size); ", kind)
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
