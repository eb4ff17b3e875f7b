# Time against memory: points with crosses, joined in the order of their worker counts, which are printed beside
# them; those without a name are grey.
unset label 35
set label 35 y_title at screen edge, graph 1 left offset 0, 1.1 tc rgb soft
set grid xtics ytics nomxtics nomytics back lt 1 lw 0.8 lc rgb hair
set for [i=1:tag_count] label 1000+i tag_text[i] at screen tag_x[i], tag_y[i] left front \
    font small_font(small_size) tc rgb wording(tag_of[i])
set label 600 better_text at screen better_x, better_y left font small_font(small_size) tc rgb soft
set arrow 600 from screen better_x - 0.006, better_y to screen better_tip_x, better_tip_y \
    head filled size screen 0.008, 22 lw 1.4 lc rgb soft

shown(i) = i > named_count ? others_rgb : colour(i)
faded(i) = i > named_count ? others_rgb : pale(i)
eval open_page(first_format)
plot for [i=1:series_count] data index (i-1) using 1:2 with lines lw 1 lc rgb faded(i) dt dashes[i], \
    for [i=series_count:1:-1] data index (i-1) using 1:2:3:4:5:6 with xyerrorbars pt 0 ps 0 lw (i > named_count ? 0.8 : 1.3) lc rgb shown(i), \
    for [i=named_count+1:series_count] data index (i-1) using 1:2 with points pt 7 ps 0.6 * thick lc rgb others_rgb, \
    for [i=1:named_count] data index (i-1) using 1:2 with points pt 7 ps 1.2 * thick lc rgb paper, \
    for [i=1:named_count] data index (i-1) using 1:2 with points pt marker[i] ps 0.95 * thick lc rgb colour(i)
