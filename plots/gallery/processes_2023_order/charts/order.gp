# The chart order. To redraw it in this folder: gnuplot order.gp
# On dark: gnuplot -e "theme='dark'" order.gp; as a PDF: gnuplot -e "formats='pdf'" order.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg'
chart = 'order'
data = 'order.dat'
width = 820.0
width_mm = 170.0
height = 703.608
edge = 0.0219512195
array title[2] = ['Only “loop: as_completed” gives results as they complete;', 'elsewhere finished ones wait up to 87.9 ms']
array title_at[2] = [0.961342111, 0.924958215]
title_size = 20.0
array subtitle[2] = ['sums of size 8, 1, 3, 2 and 3 fetches, 2 workers, in Lua · lanes in order of submission · bars: CPU work, pale: I/O', 'dot: the caller gets the result, as number …']
array subtitle_at[2] = [0.888474833, 0.8648253]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · rows a14069c8']
array foot_at[1] = [0.0218871872]
foot_size = 10.0
body_size = 14.0
plain_title = 'Only “loop: as_completed” gives results as they complete; elsewhere finished ones wait up to 87.9 ms'
plot_left = 0.261749658
plot_right = 0.97804878
plot_top = 0.831113347
plot_bottom = 0.107588316
x_title_at = 0.057844709
row_count = 39.4
x_max = 409.882993
x_end = 638.823507
array panel_text[5] = ['processes: start, join', 'pool: apply', 'pool: apply_async, get', 'executor: map', 'loop: as_completed']
array panel_at[5] = [1.15011649, 9.25011649, 17.3501165, 25.4501165, 33.5501165]
panel_size = 14.0
array lane_text[35] = ['1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7']
array lane_at[35] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.1, 10.1, 11.1, 12.1, 13.1, 14.1, 15.1, 17.2, 18.2, 19.2, 20.2, 21.2, 22.2, 23.2, 25.3, 26.3, 27.3, 28.3, 29.3, 30.3, 31.3, 33.4, 34.4, 35.4, 36.4, 37.4, 38.4, 39.4]
lane_size = 11.0184336
array remark_text[14] = ['in order of submission', '3 ready, wait up to 58.0 ms', 'ends only, no results', 'I/O not overlapped', 'one task after the other', 'I/O not overlapped', 'in order of submission', '3 ready, wait up to 87.5 ms', 'I/O not overlapped', 'in order of submission', '3 ready, wait up to 87.9 ms', 'I/O not overlapped', 'as they complete', 'I/O overlapped']
array remark_x[14] = [443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337, 443.381337]
array remark_at[14] = [1.15011649, 2.45034946, 3.75058243, 5.0508154, 9.25011649, 10.5503495, 17.3501165, 18.6503495, 19.9505824, 25.4501165, 26.7503495, 28.0505824, 33.5501165, 34.8503495]
array remark_small[14] = [0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1]
remark_size = 13.0
array rank_text[35] = ['1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '1', '2', '3', '4', '5', '6', '7', '4', '1', '2', '3', '5', '6', '7']
array rank_x[35] = [82.5553138, 83.3645608, 84.0773558, 84.5966558, 185.400564, 286.125457, 386.977684, 66.6240948, 74.8328148, 98.2604478, 114.257532, 214.981003, 315.693839, 416.540628, 103.279046, 103.285422, 103.287297, 103.288612, 204.182471, 304.909672, 405.689819, 103.521543, 103.534995, 103.538562, 103.541555, 204.279002, 305.058517, 405.887942, 69.9907868, 16.4262658, 39.9592028, 55.6133938, 115.167986, 115.171287, 115.173139]
array rank_at[35] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.1, 10.1, 11.1, 12.1, 13.1, 14.1, 15.1, 17.2, 18.2, 19.2, 20.2, 21.2, 22.2, 23.2, 25.3, 26.3, 27.3, 28.3, 29.3, 30.3, 31.3, 33.4, 34.4, 35.4, 36.4, 37.4, 38.4, 39.4]
rank_size = 12.242704
array tick_at[5] = [0.0, 100.0, 200.0, 300.0, 400.0]
array tick_text[5] = ['0', '100', '200', '300', '400']
x_title = 'time (ms)'
array name_text[1] = ['']
array name_at[1] = [1]
array beside[1] = ['']
array beside_x[1] = [0]
array beside_at[1] = [1]
array beside_small[1] = [0]
small_size = 1.0
array light[5] = [13983232, 13983232, 13983232, 13983232, 13400487]
array dark[5] = [15761472, 15761472, 15761472, 15761472, 14916292]
texts = 'title subtitle foot panel_text lane_text remark_text rank_text tick_text name_text beside'
lone_texts = 'plain_title x_title'

# Shared by all charts: theme, fonts, page elements, outputs.
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
thread_rgb = is_dark ? 0x666c75 : 0xb4b8be # from a name to its point: paler than all that is data
paper_rgb = is_dark ? 0x15181d : 0xffffff
far_rgb   = is_dark ? 0xffffff : 0x000000

# Colours of contender i: its main one; wording: its name; deep: its single trials; pale: what existed before the work.
part(c, shift) = (int(c) >> shift) & 255
blend(a, b, share, shift) = int(part(a, shift) + (part(b, shift) - part(a, shift)) * share + 0.5) << shift
mix(a, b, share) = blend(a, b, share, 16) + blend(a, b, share, 8) + blend(a, b, share, 0)
colour(i) = i != i ? 0 : is_dark ? dark[int(i)] : light[int(i)]
wording(i) = mix(colour(i), far_rgb, 0.35)
deep(i)   = mix(colour(i), far_rgb, 0.45)
pale(i)   = mix(colour(i), paper_rgb, 0.60)

# Outputs: svg, png, pdf, tikz. The chart's template draws the first, outputs.gp the others.
# LaTeX output has other texts, so it is drawn alone.
if (!exists('formats')) formats = 'svg png'
for_latex = strstrt(formats, 'tikz') > 0
if (for_latex) formats = 'tikz'
first_format = word(formats, 1)

# Escapes a text for LaTeX. All texts are in the arrays of `texts` and the variables of `lone_texts`.
special = '\{}$&#_%^~<>|"≥≤≈≠→←−∞'
spelled = '\textbackslash{} \{ \} \$ \& \# \_ \% \textasciicircum{} \textasciitilde{} \textless{} \textgreater{} ' . \
    '\textbar{} \textquotedbl{} $\geq$ $\leq$ $\approx$ $\neq$ $\rightarrow$ $\leftarrow$ $-$ $\infty$'
marks = "\342\200\216\342\201\250\342\201\251" # of direction: LaTeX has no glyph for them
spell(c) = strstrt(marks, c) ? '' : strstrt(special, c) ? word(spelled, strstrt(special, c)) : c
latex(s) = strlen(s) < 2 ? (strlen(s) ? spell(s) : s) : \
    latex(s[1:strlen(s)/2]) . latex(s[strlen(s)/2+1:*])
set encoding utf8
if (for_latex) {
    do for [name in texts] { eval sprintf("do for [i=1:|%s|] { %s[i] = latex(%s[i]) }", name, name, name) }
    do for [name in lone_texts] { eval sprintf("%s = latex(%s)", name, name) }
}

# An SVG names its fonts in one attribute, which gnuplot writes as given, so the commas of the list and the
# weight must be written for XML. A PNG or PDF is drawn here, with the first font only. LaTeX uses the
# document's own sans serif.
png_scale = 2
thick = body_size / 14.0 # lines and points grow with the text
pt = width_mm / 25.4 * 72 / width # points per pixel, if the page has a size on paper
svg_fonts = 'DejaVu Sans&#44; Noto Sans&#44; Liberation Sans&#44; sans-serif'
family(kind) = kind eq 'svg' ? svg_fonts : kind eq 'tikz' ? '\sffamily' : 'DejaVu Sans'
strong(kind) = family(kind) . (kind eq 'svg' ? '" font-weight="bold' : kind eq 'tikz' ? '\bfseries' : ':Bold')
font_size(kind, size) = kind eq 'tikz' ? size * pt : size
font(kind, size) = family(kind) . sprintf(',%.1f', font_size(kind, size))
bold(kind, size) = strong(kind) . sprintf(',%.1f', font_size(kind, size))
small_font(size) = (for_latex ? family('tikz') : '') . sprintf(',%.1f', font_size(first_format, size)) # the same font in another size

svg_terminal = sprintf("svg size %d,%d noenhanced background rgb '%s' font '%s' linewidth %g", \
    width, height, paper, font('svg', body_size), thick)
# pngcairo counts fonts in points at 96 dpi, the SVG in pixels: 72/96.
png_terminal = sprintf("pngcairo size %d,%d noenhanced background rgb '%s' font '%s' fontscale %g linewidth %g pointscale %g", \
    width * png_scale, height * png_scale, paper, font('png', body_size), \
    0.75 * png_scale, png_scale * thick, png_scale)
# The sides of a PDF are whole points, so they are rounded.
paper_size = sprintf('%.4fcm,%.4fcm', width_mm / 10, width_mm / 10 * height / width)
points(pixels) = floor(pixels * pt + 0.5) + 0.01
pdf_size = sprintf('%.4fin,%.4fin', points(width) / 72, points(height) / 72)
# pdfcairo also assumes 96 dpi for fonts, and its line is half a point wide.
pdf_terminal = sprintf("pdfcairo size %s noenhanced background rgb '%s' font '%s' fontscale %g linewidth %g pointscale %g", \
    pdf_size, paper, font('pdf', body_size), 0.75 * pt, 2 * pt * thick, pt)
tikz_terminal = sprintf("tikz size %s background rgb '%s' font '%s' linewidth %g", \
    paper_size, paper, font('tikz', body_size), pt * thick / 0.4)
# Pictures in a terminal: gd sizes fonts as the PNG does.
screen_size = sprintf('%d,%d', width, height)
sixel_terminal = sprintf("sixelgd size %s truecolor noenhanced background rgb '%s' font '%s' fontscale 0.75 linewidth %g", \
    screen_size, paper, font('png', body_size), thick)
kitty_terminal = sprintf("kittycairo size %s noenhanced background rgb '%s' font '%s' fontscale 0.75 linewidth %g", \
    screen_size, paper, font('png', body_size), thick)
terminal_of(kind) = kind eq 'sixel' ? sixel_terminal : kind eq 'kitty' ? kitty_terminal : kind eq 'svg' ? svg_terminal : kind eq 'png' ? png_terminal : kind eq 'pdf' ? pdf_terminal : tikz_terminal
ending(kind) = kind eq 'tikz' ? 'tex' : kind

# Commands that open an output and put the page's texts on it: eval open_page(first_format). A chart's template
# defines own_texts if it must set more for each output.
own_texts(kind) = ''
to_screen(kind) = kind eq 'sixel' || kind eq 'kitty'
output_of(kind) = to_screen(kind) ? "set output; " : sprintf("set output '%s.%s'; ", chart, ending(kind))
open_page(kind) = sprintf("set terminal %s; ", terminal_of(kind)) . output_of(kind) . sprintf( \
    "set for [i=1:|title|] label i title[i] at screen edge, title_at[i] left front font bold('%s', title_size) tc rgb ink; ", kind) . sprintf( \
    "set for [i=1:|subtitle|] label 10+i subtitle[i] at screen edge, subtitle_at[i] left front font font('%s', subtitle_size) tc rgb soft; ", kind) . sprintf( \
    "set for [i=1:|foot|] label 20+i foot[i] at screen edge, foot_at[i] left front font font('%s', foot_size) tc rgb soft; ", kind) . \
    own_texts(kind)

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
# A label, because the position of `set xlabel` depends on the terminal: in an SVG it covered the foot line.
set label 36 x_title at graph 0.5, screen x_title_at center tc rgb soft
set tics out nomirror scale 0.4 textcolor rgb soft
set errorbars 0.6

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

# Lanes in panels: a hairline until a task runs, a bar while it runs, dots until the caller gets the result, then a point.
remark_colour(i) = remark_small[i] ? soft_rgb : ink_rgb
set for [i=1:|panel_text|] label 300+i panel_text[i] at screen edge, first panel_at[i] left \
    font small_font(panel_size) tc rgb ink
set for [i=1:|lane_text|] label 400+i lane_text[i] at first 0, lane_at[i] right \
    offset character -0.6, 0 font small_font(lane_size) tc rgb soft
set for [i=1:|remark_text|] label 600+i remark_text[i] at first remark_x[i], remark_at[i] left \
    font small_font(remark_small[i] ? remark_size : panel_size) tc rgb remark_colour(i)
set for [i=1:|rank_text|] label 900+i rank_text[i] at first rank_x[i], rank_at[i] left \
    font small_font(rank_size) tc rgb soft
thin = 0.36
dot = rank_size / 13.0
look(c, io) = io == 1 ? pale(c) : colour(c)

eval open_page(first_format)
plot data index 1 using 1:2:3:(0) with vectors nohead lw 0.8 lc rgb rule, \
    data index 2 using 1:2:3:(0) with vectors nohead lw 1.4 dt 3 lc rgb ink, \
    data index 0 using 1:3:1:2:($3 - thin):($3 + thin):(look($4, $5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 3 using 1:2 with points pt 7 ps 0.62 * dot lc rgb paper, \
    data index 3 using 1:2 with points pt 7 ps 0.45 * dot lc rgb ink

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
