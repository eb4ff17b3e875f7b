# Shared by the line charts: axes, light grid, and labels, which can be anywhere on the page.
set xrange [x_min : x_max]
set yrange [y_min : y_max]
if (x_log) set logscale x
if (y_log) set logscale y
set xtics () offset 0, 0.3
set for [i=1:|x_tick_at|] xtics add (x_tick_text[i] x_tick_at[i] x_tick_text[i] eq '' ? 1 : 0)
set ytics () scale 0 offset 0.3, 0
set for [i=1:|y_tick_at|] ytics add (y_tick_text[i] y_tick_at[i] y_tick_text[i] eq '' ? 1 : 0)
set grid ytics nomytics noxtics back lt 1 lw 0.8 lc rgb hair
set label 35 y_title at screen edge, graph 1 left offset 0, 1.1 tc rgb soft
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back

set for [i=1:label_count] label 100+i label_text[i] at screen label_x[i], label_y[i] left front \
    tc rgb (label_of[i] ? wording(label_of[i]) : soft)
others_rgb = is_dark ? 0x5a6068 : 0xb8bcc2 # of series without a name, if a chart has any
do for [i=1:leader_count] {
    set arrow 100+i from screen leader_x1[i], leader_y1[i] to screen leader_x2[i], leader_y2[i] \
        nohead lw 0.7 lc rgb thread_rgb back
}
