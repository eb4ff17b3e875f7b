# The chart memory. Draw it again here with: gnuplot memory.gp
# On dark: gnuplot -e "theme='dark'" memory.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'memory'
data = 'memory.dat'
width = 820.0
height = 768.64
edge = 0.0219512195
array title[2] = ['Sequential needs the least memory; asyncio +', 'run_in_executor (Python) needs 4.4 times as much']
array title_at[2] = [0.964612823, 0.931307244]
title_size = 20.0
array subtitle[2] = ['sums of size 8, 1, 3, 2 and 3 fetches, in Lua and in Python, 100 ms latency · 2 workers (sequential: 1)', 'of each contender the trial nearest its median total · dots: readings, between them straight lines']
array subtitle_at[2] = [0.897910595, 0.876261969]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 4b81226a']
array foot_at[1] = [0.0200353872]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; asyncio + run_in_executor (Python) needs 4.4 times as much'
label_count = 20
array label_text[20] = ['sequential  6.31 MiB', 'processes  7.04 MiB', 'hybrid (processes)', '6.84 MiB', 'processes: start + join  11.5 MiB', 'pool: apply  11.7 MiB', 'pool: apply_async + get', '11.7 MiB', 'executor: map  11.8 MiB', 'loop: as_completed  12.0 MiB', 'Process start + join (Python)', '24.8 MiB', 'Pool.apply (Python)', '23.4 MiB', 'Pool.apply_async (Python)  23.3 MiB', 'ProcessPoolExecutor.map (Python)', '24.0 MiB', 'ProcessPoolExecutor + as_completed (Python)', '24.0 MiB', 'asyncio + run_in_executor (Python)  27.8 MiB']
array label_x[20] = [0.3854116, 0.278293098, 0.16188177, 0.16188177, 0.38040682, 0.364952246, 0.163450043, 0.163450043, 0.148728043, 0.15070134, 0.712509474, 0.712509474, 0.376793039, 0.376793039, 0.66617819, 0.65074138, 0.65074138, 0.574182927, 0.574182927, 0.38883385]
array label_y[20] = [0.249423842, 0.273178034, 0.209769211, 0.187001726, 0.364338518, 0.387505897, 0.344218992, 0.321451506, 0.399471913, 0.424289022, 0.580534891, 0.557767405, 0.701031142, 0.678263656, 0.604804808, 0.650339779, 0.627572293, 0.695874749, 0.673107264, 0.76289412]
array label_of[20] = [1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 10, 11, 12, 12, 13, 13, 14]
leader_count = 6
array leader_x1[6] = [0.15036663, 0.214972604, 0.140404342, 0.657469839, 0.640157604, 0.562989037]
array leader_y1[6] = [0.256520978, 0.371539974, 0.390306911, 0.592513688, 0.596008917, 0.600532936]
array leader_x2[6] = [0.158296404, 0.214972604, 0.147115974, 0.662592824, 0.647156014, 0.570597561]
array leader_y2[6] = [0.198385469, 0.355602734, 0.424289022, 0.604804808, 0.638956036, 0.684491007]
array leader_of[6] = [3, 6, 8, 11, 12, 13]
plot_left = 0.0663414634
plot_right = 0.700558254
plot_top = 0.816259888
plot_bottom = 0.098485637
x_min = 0.0
x_max = 821.16
x_log = 0
array x_tick_at[5] = [0.0, 200.0, 400.0, 600.0, 800.0]
array x_tick_text[5] = ['0', '200', '400', '600', '800']
y_min = 0.0
y_max = 30.0
y_log = 0
array y_tick_at[7] = [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]
array y_tick_text[7] = ['0', '5', '10', '15', '20', '25', '30']
array light[14] = [9079434, 13983232, 15113984, 15113830, 15646617, 15646617, 15646617, 15779174, 15646617, 15646617, 15646617, 15646617, 15646617, 16112025]
array dark[14] = [11053224, 15761472, 15906354, 10704684, 8209185, 8209185, 8209185, 10845218, 8209185, 8209185, 8209185, 8209185, 8209185, 8281882]
array marker[14] = [9, 5, 15, 4, 4, 4, 4, 14, 4, 4, 4, 4, 4, 14]
array dashes[14] = [1, 4, 5, 3, 2, 5, 3, 3, 2, 5, 3, 2, 5, 2]
series_count = 14
x_title = 'time (ms)'
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
