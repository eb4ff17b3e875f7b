# Shared by the bar charts: axes, light grid, names on the left, values and remarks on the right.
set xrange [0 : x_end] # beyond x_max, the end of the ticks, there are only values
set yrange [row_count + 0.5 : 0.5]
set xtics () scale 0 offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i])
unset ytics
set grid xtics noytics back lt 1 lw 0.8 lc rgb hair
set label 36 at x_max / 2, screen x_title_at # centred below the ticks, without the values
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1 lc rgb rule back
half = 0.31

set for [i=1:|name_text|] label 100+i name_text[i] at first 0, name_at[i] right \
    offset character -0.8, 0 tc rgb ink
beside_colour(i) = beside_small[i] ? soft_rgb : ink_rgb
set for [i=1:|beside|] label 200+i beside[i] at first beside_x[i], beside_at[i] left \
    font small_font(beside_small[i] ? small_size : body_size) tc rgb beside_colour(i)
