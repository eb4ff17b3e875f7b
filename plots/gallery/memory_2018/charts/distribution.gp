# The chart distribution. To redraw it in this folder: gnuplot distribution.gp
# On dark: gnuplot -e "theme='dark'" distribution.gp; as a PDF: gnuplot -e "formats='pdf'" distribution.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'distribution'
data = 'distribution.dat'
width = 820.0
width_mm = 170.0
height = 697.84
edge = 0.0219512195
array title[2] = ['The event loop varies least from trial to', 'trial (0.032 %), gevent (Python) most (5 %)']
array title_at[2] = [0.961022584, 0.924337957]
title_size = 20.0
array subtitle[2] = ['fetch and parse tickets of 100 days, 29 ms latency, 59 requests/s · 1 to 100 workers · all 10 trials of each', 'line: median, bar: the middle half of the trials']
array subtitle_at[2] = [0.887553021, 0.863708013]
subtitle_size = 13.0
array foot[1] = ['2026-11-21 · 2 × Intel Xeon Processor · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 265b40ce · 1 warning']
array foot_at[1] = [0.0220680958]
foot_size = 10.0
body_size = 14.0
plain_title = 'The event loop varies least from trial to trial (0.032 %), gevent (Python) most (5 %)'
plot_left = 0.285339024
plot_right = 0.737239024
plot_top = 0.805643127
plot_bottom = 0.108477588
x_title_at = 0.0583228247
array light[10] = [40563, 13400487, 29362, 13983232, 21120, 29267, 20282, 9656184, 9079434, 6513507]
array dark[10] = [2933914, 14916292, 5682409, 15761472, 8767983, 6804918, 9888461, 15447765, 11053224, 12632256]
array marker[10] = [13, 11, 7, 5, 6, 12, 1, 10, 9, 8]
array name_text[10] = ['event loop', 'coroutines', 'threads', 'processes', 'ThreadPoolExecutor (Python)', 'asyncio + aiohttp (Python)', 'aiohttp + uvloop (Python)', 'gevent (Python)', 'sequential', 'requests (Python)']
array name_at[10] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]
array beside[20] = ['1.71 s', 'middle half 0.032 %', '1.71 s', 'middle half 0.088 %', '1.73 s', 'middle half 0.27 %', '1.78 s', 'middle half 0.89 %', '1.84 s', 'middle half 1.2 %', '1.90 s', 'middle half 1.4 %', '1.92 s', 'middle half 2.2 %', '2.05 s', 'middle half 5 %', '2.97 s', 'middle half 0.54 %', '3.20 s', 'middle half 1.2 %']
array beside_x[20] = [0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683, 0.754312195, 0.818592683]
array beside_at[20] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10]
array beside_small[20] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
small_size = 13.0
row_count = 10
x_min = 0.970374794
x_max = 1.0589513
x_log = 0
array tick_at[4] = [0.98, 1.0, 1.02, 1.04]
array tick_text[4] = ['98', '100', '102', '104']
x_title = 'total time (% of the contender’s median)'
texts = 'title subtitle foot name_text beside tick_text'
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

# Shared by the charts that show dots in rows: axis, light grid, names on the left, texts on the right.
set xrange [x_min : x_max]
if (x_log) set logscale x
set yrange [row_count + 0.5 : 0.5]
set xtics () scale 0.4 offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i] tick_text[i] eq '' ? 1 : 0)
unset ytics
set grid xtics nomxtics noytics back lt 1 lw 0.8 lc rgb hair
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back

set for [i=1:|name_text|] label 100+i name_text[i] at graph 0, first name_at[i] right \
    offset character -0.8, 0 tc rgb ink
beside_colour(i) = beside_small[i] ? soft_rgb : ink_rgb
set for [i=1:|beside|] label 300+i beside[i] at screen beside_x[i], first beside_at[i] left \
    font small_font(beside_small[i] ? small_size : body_size) tc rgb beside_colour(i)

# Per row: the shape in a pale colour, every trial as a dot, the middle half as a bar, the median as a line across it.
set label 600 'median' at 1, graph 1 center offset 0, character 0.7 font small_font(small_size) tc rgb soft
eval open_page(first_format)
plot for [i=1:row_count] data index (i+1) using 1:2:3 with filledcurves fs solid 1.0 noborder \
        lc rgb mix(colour(i), paper_rgb, 0.82), \
    data index 0 using 3:1:($4-$3):(0):(pale($1)) with vectors nohead lw 5 lc rgb variable, \
    data index 1 using 2:1:(colour($3)) with points pt 7 ps 0.38 * thick lc rgb variable, \
    data index 0 using 2:($1-0.3):(0):(0.6):(deep($1)) with vectors nohead lw 1.8 lc rgb variable

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
