# The chart footprint. Draw it again here with: gnuplot footprint.gp
# On dark: gnuplot -e "theme='dark'" footprint.gp. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
chart = 'footprint'
data = 'footprint.dat'
width = 820.0
height = 232.64
edge = 0.0219512195
array title[1] = ['Sequential needs the least memory; processes need 2.1 times as much']
array title_at[1] = [0.889683631]
title_size = 17.6
array subtitle[2] = ['8 sums of 0 to 5,000,000, 1.00 MiB to each and back · 4 workers (sequential: 1) · median of 8 trials, 95 % interval', 'faint: baseline before the pool starts, +: above it']
array subtitle_at[2] = [0.785943948, 0.714417125]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 06fb4b4d']
array foot_at[1] = [0.0661966988]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; processes need 2.1 times as much'
plot_left = 0.124646341
plot_right = 0.97804878
plot_top = 0.612457015
plot_bottom = 0.325395461
array light[2] = [9079434, 13983232]
array dark[2] = [11053224, 15761472]
array name_text[2] = ['sequential', 'processes']
array name_at[2] = [1.0, 2.0]
array beside[4] = ['23.8 MiB', '+0.457 MiB', '49.4 MiB', '+26.1 MiB']
array beside_x[4] = [24.6119975, 31.5011412, 54.1744975, 61.0636412]
array beside_at[4] = [1, 1, 2, 2]
array beside_small[4] = [0, 1, 0, 1]
small_size = 13.0
row_count = 2
x_max = 53.359375
x_end = 67.9064977
array tick_at[6] = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
array tick_text[6] = ['0', '10', '20', '30', '40', '50']
x_title = 'peak footprint of the process tree (MiB)'

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

# Horizontal bars as in speed.gp; the part that was there before the pool started is paler.
eval open_page('svg')
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using (0):1:(0):5:($1 - half):($1 + half):(pale($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable
eval open_page('png')
replot
set output
