# The chart speed. Draw it again here with: gnuplot speed.gp
# On dark: gnuplot -e "theme='dark'" speed.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'speed'
data = 'speed.dat'
width = 820.0
height = 719.84
edge = 0.0219512195
array title[1] = ['Hybrid (processes) ends first; Pool.apply (Python) takes 8.5 times as long']
array title_at[1] = [0.964347633]
title_size = 17.6
array subtitle[2] = ['sums of size 8, 1, 3, 2 and 3 fetches, in Lua and in Python, 100 ms latency · 2 workers (sequential: 1)', 'median of 8 trials, 95 % interval']
array subtitle_at[2] = [0.930820738, 0.90770449]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 4b81226a']
array foot_at[1] = [0.021393643]
foot_size = 10.0
body_size = 14.0
plain_title = 'Hybrid (processes) ends first; Pool.apply (Python) takes 8.5 times as long'
plot_left = 0.434353659
plot_right = 0.97804878
plot_top = 0.874752723
plot_bottom = 0.105162258
array light[14] = [15113984, 15779174, 13983232, 15646617, 9079434, 15113830, 15646617, 15646617, 16112025, 15646617, 15646617, 15646617, 15646617, 15646617]
array dark[14] = [15906354, 10845218, 15761472, 8209185, 11053224, 10704684, 8209185, 8209185, 8281882, 8209185, 8209185, 8209185, 8209185, 8209185]
array name_text[15] = ['hybrid (processes)', 'loop: as_completed', 'processes', 'pool: apply_async + get', 'sequential', 'processes: start + join', 'executor: map', 'pool: apply', 'asyncio + run_in_executor', '(Python)', 'ProcessPoolExecutor.map (Python)', 'Pool.apply_async (Python)', 'ProcessPoolExecutor + as_completed (Python)', 'Process start + join (Python)', 'Pool.apply (Python)']
array name_at[15] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.78771873, 9.21228127, 10.0, 11.0, 12.0, 13.0, 14.0]
array beside[28] = ['0.107 s', '3.7 times as fast', '0.118 s', '3.4 times as fast', '0.272 s', '1.5 times as fast', '0.378 s', 'no difference shown', '0.398 s', 'the reference', '0.404 s', 'no difference shown', '0.406 s', 'no difference shown', '0.410 s', 'no difference shown', '0.579 s', '1.4 times as long', '0.755 s', '1.9 times as long', '0.768 s', '1.9 times as long', '0.786 s', '1.9 times as long', '0.855 s', '2.1 times as long', '0.892 s', '2.2 times as long']
array beside_x[28] = [0.148549431, 0.439129139, 0.165580685, 0.456160393, 0.380285846, 0.670865554, 0.46246848, 0.753048188, 0.457319102, 0.74789881, 0.452702284, 0.743281992, 0.487804265, 0.778383973, 0.454310637, 0.744890345, 0.638784093, 0.929363801, 0.885343447, 1.17592315, 1.39830288, 1.39830288, 1.26093443, 1.55151414, 0.91994128, 1.21052099, 1.56108187, 1.56108187]
array beside_at[28] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 10.7877187, 11.1995444, 12, 12, 13, 13, 13.7877187, 14.1995444]
array beside_small[28] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
small_size = 13.0
row_count = 14
x_max = 1.52146637
x_end = 2.10259277
array tick_at[7] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
array tick_text[7] = ['0', '0.25', '0.5', '0.75', '1', '1.25', '1.5']
x_title = 'total time (s)'

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

# Shared by the bar charts: axes, light grid, names left of the bars, values and remarks right of them.
set xrange [0 : x_end] # beyond x_max, the end of the ticks, stand only the values
set yrange [row_count + 0.5 : 0.5]
set xtics () scale 0 offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i])
unset ytics
set grid xtics noytics back lt 1 lw 0.8 lc rgb hair
set label 35 x_title at x_max / 2, graph 0 center offset 0, -2.3 tc rgb soft
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1 lc rgb rule back
half = 0.31

set for [i=1:|name_text|] label 100+i name_text[i] at first 0, name_at[i] right \
    offset character -0.8, 0 tc rgb ink
beside_colour(i) = beside_small[i] ? soft_rgb : ink_rgb
set for [i=1:|beside|] label 200+i beside[i] at first beside_x[i], beside_at[i] left \
    font sprintf(',%.1f', beside_small[i] ? small_size : body_size) tc rgb beside_colour(i)

# Horizontal bars: median, interval as whisker, single trials as dots, value at the bar's end.
eval open_page('svg')
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
eval open_page('png')
replot
set output
