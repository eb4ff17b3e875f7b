# The chart memory. Draw it again here with: gnuplot memory.gp
# On dark: gnuplot -e "theme='dark'" memory.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'memory'
data = 'memory.dat'
width = 820.0
height = 676.24
edge = 0.0219512195
array title[2] = ['Sequential needs the least memory; Process +', 'JoinableQueue (Python) needs 10 times as much']
array title_at[2] = [0.959777594, 0.921921211]
title_size = 20.0
array subtitle[2] = ['download and save 30 pages, 100 ms latency ± 50 ms · 6 workers (sequential: 1)', 'of each contender the trial nearest its median total · dots: readings, between them straight lines']
array subtitle_at[2] = [0.883961316, 0.859354667]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 159778d3']
array foot_at[1] = [0.02277298]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; Process + JoinableQueue (Python) needs 10 times as much'
label_count = 11
array label_text[11] = ['sequential  6.09 MiB', 'threads  6.59 MiB', 'event loop  6.37 MiB', 'processes  8.15 MiB', 'coroutines  6.63 MiB', 'requests (Python)  27.1 MiB', 'threading + Queue (Python)  27.5 MiB', 'Process + JoinableQueue (Python)  62.2 MiB', 'Pool.map (Python)  61.4 MiB', 'asyncio + aiohttp (Python)  30.0 MiB', 'aiohttp + uvloop (Python)  31.9 MiB']
array label_x[11] = [0.707867218, 0.193277949, 0.193378287, 0.194272339, 0.193308542, 0.735336585, 0.2176084, 0.207009424, 0.238671785, 0.224016521, 0.226163829]
array label_y[11] = [0.163612992, 0.18116107, 0.147519167, 0.232917843, 0.207039456, 0.341740193, 0.326819722, 0.640055996, 0.357873785, 0.383752172, 0.409630558]
array label_of[11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
leader_count = 7
array leader_x1[7] = [0.185165347, 0.184664892, 0.183318811, 0.183159737, 0.208947751, 0.215510537, 0.216626283]
array leader_y1[7] = [0.172239146, 0.160884924, 0.187384357, 0.174359026, 0.340395916, 0.371389034, 0.386602646]
array leader_x2[7] = [0.189692583, 0.189792921, 0.190686973, 0.189723177, 0.214023034, 0.220431155, 0.222578463]
array leader_y2[7] = [0.18116107, 0.147519167, 0.232917843, 0.207039456, 0.326819722, 0.383752172, 0.409630558]
array leader_of[7] = [2, 3, 4, 5, 7, 10, 11]
plot_left = 0.0663414634
plot_right = 0.723385366
plot_top = 0.791154028
plot_bottom = 0.111942506
x_min = 0.0
x_max = 3.071171
x_log = 0
array x_tick_at[7] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
array x_tick_text[7] = ['0', '0.5', '1', '1.5', '2', '2.5', '3']
y_min = 0.0
y_max = 80.0
y_log = 0
array y_tick_at[5] = [0.0, 20.0, 40.0, 60.0, 80.0]
array y_tick_text[5] = ['0', '20', '40', '60', '80']
array light[11] = [9079434, 29362, 40563, 13983232, 13400487, 12171705, 6728401, 15113830, 15646617, 6735275, 10082503]
array dark[11] = [11053224, 5682409, 2933914, 15761472, 14916292, 7500402, 3832478, 10704684, 8209185, 2000233, 1533520]
array marker[11] = [9, 7, 13, 5, 11, 8, 6, 4, 4, 12, 12]
array dashes[11] = [1, 1, 1, 4, 2, 3, 3, 3, 2, 3, 2]
series_count = 11
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
