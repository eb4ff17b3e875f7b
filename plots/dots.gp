# Shared by the charts that show dots in rows: axis, light grid, names on the left, texts on the right.
set xrange [x_min : x_max]
if (x_log) set logscale x
set yrange [row_count + 0.5 : 0.5]
set xtics () scale 0.4 offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i] tick_text[i] eq '' ? 1 : 0)
unset ytics
set grid xtics nomxtics noytics back lt 1 lw 0.8 lc rgb hair
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back

set for [i=1:|name_text|] label 100+i name_text[i] at graph 0, first name_at[i] right \
    offset character -0.8, 0 tc rgb ink
beside_colour(i) = beside_small[i] ? soft_rgb : ink_rgb
set for [i=1:|beside|] label 300+i beside[i] at screen beside_x[i], first beside_at[i] left \
    font small_font(beside_small[i] ? small_size : body_size) tc rgb beside_colour(i)
