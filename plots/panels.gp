# Shared by the charts with a panel per contender on one time axis. Heights are pixels from the top of the plot.
set xrange [x_min : x_max]
set yrange [plot_height : 0]
set xtics () offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i])
set grid xtics nomxtics noytics back lt 1 lw 0.8 lc rgb hair
unset ytics
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back
set for [i=1:|line_text|] label 100+i line_text[i] at screen edge, first line_at[i] left \
    font small_font(line_size[i]) tc rgb (line_soft[i] ? soft_rgb : ink_rgb)
set for [i=1:side_count] label 400+i side_text[i] at graph 0, first side_at[i] right offset character -0.6, 0 \
    font small_font(side_size) tc rgb soft
faint(i) = mix(colour(i), paper_rgb, is_dark ? 0.55 : 0.66)
band(i) = mix(colour(i), paper_rgb, is_dark ? 0.8 : 0.88)
# The key: swatches with words above the panels.
grey = is_dark ? 0xa8adb4 : 0x707070
key_rgb(kind) = kind eq 'dark' ? grey : mix(grey, paper_rgb, kind eq 'band' ? (is_dark ? 0.8 : 0.86) : is_dark ? 0.55 : 0.62)
do for [i=1:key_count] {
    flat = key_kind[i] eq 'line' ? 0.12 : key_kind[i] eq 'dark' ? 0.7 : 1
    set object 700+i rectangle from screen key_x[i], screen key_at[i] - flat * key_half \
        to screen key_x[i] + key_width, screen key_at[i] + flat * key_half \
        front fillcolor rgb key_rgb(key_kind[i]) fillstyle solid noborder
    set label 700+i key_text[i] at screen key_x[i] + key_words, screen key_at[i] left font small_font(key_size) tc rgb soft
}
