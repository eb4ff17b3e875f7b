# The chart memory. Draw it again here with: gnuplot memory.gp
# On dark: gnuplot -e "theme='dark'" memory.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'memory'
data = 'memory.dat'
width = 820.0
height = 619.84
edge = 0.0219512195
array title[1] = ['Sequential needs the least memory; processes need 12 times as much']
array title_at[1] = [0.958595767]
title_size = 17.6
array subtitle[2] = ['fetch and parse tickets of 100 days, 29 ms latency, 59 requests/s · 100 workers (sequential: 1)', 'of each contender the trial nearest its median total · dots: readings, between them straight lines']
array subtitle_at[2] = [0.919659912, 0.892814275]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 44e56c54']
array foot_at[1] = [0.0248451213]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; processes need 12 times as much'
label_count = 11
array label_text[11] = ['sequential  6.70 MiB', 'threads  17.9 MiB', 'event loop  9.73 MiB', 'processes  79.2 MiB', 'coroutines  9.96 MiB', 'requests (Python)  27.1 MiB', 'ThreadPoolExecutor (Python)  34.1 MiB', 'gevent (Python)  42.6 MiB', 'asyncio + aiohttp (Python)', '31.9 MiB', 'aiohttp + uvloop (Python)  33.7 MiB']
array label_x[11] = [0.700920779, 0.278032147, 0.25073742, 0.458504971, 0.439447086, 0.735336585, 0.461674443, 0.497513734, 0.472626133, 0.472626133, 0.472199214]
array label_y[11] = [0.16877359, 0.276896141, 0.219806646, 0.673657957, 0.138206197, 0.310667775, 0.347179279, 0.410431598, 0.239659396, 0.211426303, 0.378104452]
array label_of[11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10]
leader_count = 3
array leader_x1[3] = [0.428563049, 0.461385696, 0.463332103]
array leader_y1[3] = [0.184688139, 0.33706951, 0.361346599]
array leader_x2[3] = [0.43586172, 0.469040767, 0.468613848]
array leader_y2[3] = [0.138206197, 0.22554285, 0.378104452]
array leader_of[3] = [5, 9, 10]
plot_left = 0.0663414634
plot_right = 0.723385366
plot_top = 0.818407976
plot_bottom = 0.122128291
x_min = 0.0
x_max = 3.121167
x_log = 0
array x_tick_at[7] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
array x_tick_text[7] = ['0', '0.5', '1', '1.5', '2', '2.5', '3']
y_min = 0.0
y_max = 100.0
y_log = 0
array y_tick_at[6] = [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
array y_tick_text[6] = ['0', '20', '40', '60', '80', '100']
array light[10] = [9079434, 29362, 40563, 13983232, 13400487, 12171705, 6728401, 14725066, 6735275, 10082503]
array dark[10] = [11053224, 5682409, 2933914, 15761472, 14916292, 7500402, 3832478, 10119557, 2000233, 1533520]
array marker[10] = [9, 7, 13, 5, 11, 8, 6, 10, 12, 12]
array dashes[10] = [1, 1, 1, 4, 2, 3, 3, 3, 3, 2]
series_count = 10
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
