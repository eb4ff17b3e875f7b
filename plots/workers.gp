# Horizontal bars: the median share of a contender's workers; a line from the least to the most, a dot per worker.
# Dotted lines show where workers would be if they shared one core, or all cores, evenly.
do for [i=1:guide_count] {
    set arrow 300+i from guide_at[i], graph 0 to guide_at[i], graph 1 nohead lw 1 dt 3 lc rgb rule front
    set label 300+i guide_text[i] at guide_at[i], graph 1 center offset 0, character 0.7 \
        font small_font(small_size) tc rgb soft
}
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
