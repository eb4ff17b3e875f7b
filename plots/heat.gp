# A heat map: a grid of cells, light for the least and dark for the most, with their values in them; a thick
# frame around the best cell, thin ones around those that are not shown to differ from it.
set xrange [0.5 : column_count + 0.5]
set yrange [0.5 : row_count + 0.5]
set xtics () scale 0 offset 0, 0.3
set for [i=1:|column_text|] xtics add (column_text[i] i)
set ytics () scale 0 offset 0.3, 0
set for [i=1:|row_text|] ytics add (row_text[i] i)
set label 35 y_title at screen edge, screen legend_y left tc rgb soft
set for [i=1:|legend_text|] label 50+i legend_text[i] at screen legend_x[i], screen legend_y left tc rgb soft
do for [i=1:|legend_rgb|] {
    set object 100+i rectangle from screen strip_left + (i-1) * strip_step, screen legend_y - strip_half \
        to screen strip_left + (i + (i < |legend_rgb| ? 0.2 : 0)) * strip_step, screen legend_y + strip_half \
        front fillcolor rgb legend_rgb[i] fillstyle solid noborder
}
set for [i=1:cell_count] label 1000+i cell_text[i] at first cell_x[i], first cell_y[i] center front \
    font small_font(cell_size) tc rgb cell_ink[i]

eval open_page(first_format)
plot data index 0 using 1:2:($1-half_x):($1+half_x):($2-half_y):($2+half_y):4 with boxxyerror \
        fs solid noborder lc rgb variable, \
    data index 1 using 1:2 with lines lw 3.4 lc rgb '#ffffff', \
    data index 1 using 1:2 with lines lw 1.2 lc rgb '#000000', \
    data index 2 using 1:2 with lines lw 6 lc rgb '#ffffff', \
    data index 2 using 1:2 with lines lw 3.2 lc rgb '#000000'
