# The chart memory. Draw it again here with: gnuplot memory.gp
# On dark: gnuplot -e "theme='dark'" memory.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'memory'
data = 'memory.dat'
width = 820.0
height = 614.64
edge = 0.0219512195
array title[2] = ['Sequential needs the least memory;', 'ProcessPoolExecutor (Python) needs 5.9 times as much']
array title_at[2] = [0.955746453, 0.914096056]
title_size = 20.0
array subtitle[2] = ['8 sums of 0 to 5,000,000, in Lua and in Python · 4 workers (sequential: 1)', 'of each contender the trial nearest its median total · dots: readings, between them straight lines']
array subtitle_at[2] = [0.872331771, 0.845259013]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 7d405387']
array foot_at[1] = [0.0250553169]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; ProcessPoolExecutor (Python) needs 5.9 times as much'
label_count = 12
array label_text[12] = ['sequential  4.65 MiB', 'threads', '5.79 MiB', 'threads (one interpreter)  5.79 MiB', 'processes', '5.86 MiB', 'coroutines  6.21 MiB', 'sequential (Python)  18.1 MiB', 'ThreadPoolExecutor (Python)', '19.2 MiB', 'ProcessPoolExecutor (Python)  27.6 MiB', 'asyncio (Python)  22.3 MiB']
array label_x[12] = [0.18944884, 0.0866821989, 0.0866821989, 0.189640853, 0.0871677186, 0.0871677186, 0.190804861, 0.669515467, 0.723197561, 0.723197561, 0.275766078, 0.693371061]
array label_y[12] = [0.223422387, 0.206682939, 0.178210988, 0.252960327, 0.308108729, 0.279636778, 0.281920394, 0.511317041, 0.568260943, 0.539788992, 0.718828997, 0.605087683]
array label_of[12] = [1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9]
leader_count = 2
array leader_x1[2] = [0.123995614, 0.181655576]
array leader_y1[2] = [0.24084928, 0.263139496]
array leader_x2[2] = [0.123995614, 0.187219495]
array leader_y2[2] = [0.220918914, 0.281920394]
array leader_of[2] = [2, 5]
plot_left = 0.0663414634
plot_right = 0.711246341
plot_top = 0.77022322
plot_bottom = 0.123161525
x_min = 0.0
x_max = 1.081483
x_log = 0
array x_tick_at[6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
array x_tick_text[6] = ['0', '0.2', '0.4', '0.6', '0.8', '1']
y_min = 0.0
y_max = 30.0
y_log = 0
array y_tick_at[7] = [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]
array y_tick_text[7] = ['0', '5', '10', '15', '20', '25', '30']
array light[9] = [9079434, 29362, 6728401, 13983232, 13400487, 12171705, 10078176, 15113830, 14725066]
array dark[9] = [11053224, 5682409, 3832478, 15761472, 14916292, 7500402, 2973305, 10704684, 10119557]
array marker[9] = [9, 7, 6, 5, 11, 8, 6, 4, 10]
array dashes[9] = [1, 1, 3, 4, 2, 3, 2, 3, 3]
series_count = 9
x_title = 'time (s)'
y_title = 'footprint of the process tree (MiB); marker: peak; across the line: work starts, ends'

# Shared by all charts: theme, fonts, page furniture, and the two outputs (SVG, then PNG).
# Expects the variables that plots/README.md lists under "every chart".

if (!exists('theme')) theme = 'light'
is_dark = theme eq 'dark'
paper = is_dark ? '#15181d' : '#ffffff'
ink_rgb  = is_dark ? 0xe8e8e8 : 0x1f1f1f
soft_rgb = is_dark ? 0xa4a9b0 : 0x666666
ink   = sprintf('#%06x', ink_rgb)
soft  = sprintf('#%06x', soft_rgb)
hair  = is_dark ? '#33383f' : '#e6e6e6'
rule  = is_dark ? '#6a7078' : '#999999'
paper_rgb = is_dark ? 0x15181d : 0xffffff
far_rgb   = is_dark ? 0xffffff : 0x000000

# Colour of contender i; wording: of its name; deep: of its single trials; pale: of what was there before.
part(c, shift) = (int(c) >> shift) & 255
blend(a, b, share, shift) = int(part(a, shift) + (part(b, shift) - part(a, shift)) * share + 0.5) << shift
mix(a, b, share) = blend(a, b, share, 16) + blend(a, b, share, 8) + blend(a, b, share, 0)
colour(i) = i != i ? 0 : is_dark ? dark[int(i)] : light[int(i)]
wording(i) = mix(colour(i), far_rgb, 0.22)
deep(i)   = mix(colour(i), far_rgb, 0.45)
pale(i)   = mix(colour(i), paper_rgb, 0.60)

# An SVG names its fonts in one attribute, which gnuplot writes as given: the list's commas and the
# weight have to be spelled for XML. A PNG is drawn here, by the first font alone.
png_scale = 2
thick = body_size / 14.0 # lines and points grow with the text
svg_fonts = 'DejaVu Sans&#44; Noto Sans&#44; Liberation Sans&#44; sans-serif'
font(kind, size) = (kind eq 'svg' ? svg_fonts : 'DejaVu Sans') . sprintf(',%.1f', size)
bold(kind, size) = (kind eq 'svg' ? svg_fonts . '" font-weight="bold' : 'DejaVu Sans:Bold') . sprintf(',%.1f', size)

svg_terminal = sprintf("svg size %d,%d noenhanced background rgb '%s' font '%s' linewidth %g", \
    width, height, paper, font('svg', body_size), thick)
# pngcairo counts fonts in points at 96 dpi, the SVG in pixels: 72/96.
png_terminal = sprintf("pngcairo size %d,%d noenhanced background rgb '%s' font '%s' fontscale %g linewidth %g pointscale %g", \
    width * png_scale, height * png_scale, paper, font('png', body_size), \
    0.75 * png_scale, png_scale * thick, png_scale)

# Commands that open an output and put the page's texts on it: eval open_page('svg').
open_page(kind) = sprintf("set terminal %s; set output '%s.%s'; ", \
    kind eq 'svg' ? svg_terminal : png_terminal, chart, kind) . sprintf( \
    "set for [i=1:|title|] label i title[i] at screen edge, title_at[i] left front font bold('%s', title_size) tc rgb ink; ", kind) . sprintf( \
    "set for [i=1:|subtitle|] label 10+i subtitle[i] at screen edge, subtitle_at[i] left front font font('%s', subtitle_size) tc rgb soft; ", kind) . sprintf( \
    "set for [i=1:|foot|] label 20+i foot[i] at screen edge, foot_at[i] left front font font('%s', foot_size) tc rgb soft; ", kind)

set encoding utf8
set dashtype 2 (8, 4)
set dashtype 3 (2.5, 2.5)
set dashtype 4 (20, 4)
set dashtype 5 (20, 4, 8, 4)
unset key
set border 0 lw 1 lc rgb rule
set lmargin at screen plot_left
set rmargin at screen plot_right
set tmargin at screen plot_top
set bmargin at screen plot_bottom
set tics out nomirror scale 0.4 textcolor rgb soft
set errorbars 0.6

# Shared by the line charts: axes, light grid, and labels, which stand anywhere on the page.
set xrange [x_min : x_max]
set yrange [y_min : y_max]
if (x_log) set logscale x
if (y_log) set logscale y
set xtics () offset 0, 0.3
set for [i=1:|x_tick_at|] xtics add (x_tick_text[i] x_tick_at[i] x_tick_text[i] eq '' ? 1 : 0)
set ytics () scale 0 offset 0.3, 0
set for [i=1:|y_tick_at|] ytics add (y_tick_text[i] y_tick_at[i] y_tick_text[i] eq '' ? 1 : 0)
set grid ytics nomytics noxtics back lt 1 lw 0.8 lc rgb hair
set xlabel x_title textcolor rgb soft offset 0, 0.2
set label 35 y_title at screen edge, graph 1 left offset 0, 1.1 tc rgb soft
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back

set for [i=1:label_count] label 100+i label_text[i] at screen label_x[i], label_y[i] left front \
    tc rgb wording(label_of[i])
do for [i=1:leader_count] {
    set arrow 100+i from screen leader_x1[i], leader_y1[i] to screen leader_x2[i], leader_y2[i] \
        nohead lw 0.7 lc rgb colour(leader_of[i]) front
}

# One line per contender, its name and peak beside it; a short bar across the line where work starts and
# ends; a marker at the peak; a dot at every reading that stands alone.
mark = 0.016 * (y_max - y_min) # half the height of a phase mark

eval open_page('svg')
plot for [i=1:series_count] data index (i-1) using 1:2 with lines lw 2 lc rgb colour(i) dt dashes[i], \
    for [i=1:series_count] data index (i-1) using 1:($3 == 1 ? $2 : NaN) \
        with points pt 7 ps 0.42 * thick lc rgb colour(i), \
    data index series_count using 1:2:(0):(mark):(colour($3)) with vectors nohead lw 1.6 lc rgb variable, \
    data index series_count using 1:2:(0):(-mark):(colour($3)) with vectors nohead lw 1.6 lc rgb variable, \
    for [i=1:series_count] data index (series_count+1) every ::(i-1)::(i-1) using 1:2 \
        with points pt marker[i] ps 0.7 * thick lc rgb colour(i)
eval open_page('png')
replot
set output
