# The chart quadrant. To redraw it in this folder: gnuplot quadrant.gp
# On dark: gnuplot -e "theme='dark'" quadrant.gp; as a PDF: gnuplot -e "formats='pdf'" quadrant.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'quadrant'
data = 'quadrant.dat'
width = 820.0
width_mm = 170.0
height = 549.76
edge = 0.0219512195
array title[2] = ['Shortest median time: event loop × 6, threads × 6 and coroutines × 6,', 'same within 3 % (514 ms); least memory: sequential (3.05 s, 6.04 MiB)']
array title_at[2] = [0.954016298, 0.91443539]
title_size = 17.0
array subtitle[1] = ['fetch and save 30 URLs, 100 ms latency · median of 10 trials, 95 % interval · small numbers: workers']
array subtitle_at[1] = [0.871234721]
subtitle_size = 13.0
array foot[1] = ['2026-11-29 · 2 × AMD EPYC · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 6df4370a']
array foot_at[1] = [0.0280122235]
foot_size = 10.0
body_size = 14.0
plain_title = 'Shortest median time: event loop × 6, threads × 6 and coroutines × 6, same within 3 % (514 ms); least memory: sequential (3.05 s, 6.04 MiB)'
label_count = 5
array label_text[5] = ['sequential', 'threads', 'event loop', 'processes', 'coroutines']
array label_x[5] = [0.883890244, 0.214580977, 0.214239336, 0.221130609, 0.214887657]
array label_y[5] = [0.200565525, 0.423922845, 0.25014137, 0.714659157, 0.351297751]
array label_of[5] = [1, 2, 3, 4, 5]
leader_count = 3
array leader_x1[3] = [0.206299298, 0.205957658, 0.206605978]
array leader_y1[3] = [0.410687894, 0.23690642, 0.338062801]
array leader_x2[3] = [0.210995611, 0.21065397, 0.211302291]
array leader_y2[3] = [0.423922845, 0.25014137, 0.351297751]
plot_left = 0.0714634146
plot_right = 0.932583663
plot_top = 0.787343568
plot_bottom = 0.137696449
x_title_at = 0.074032305
x_min = 0.363034642
x_max = 3.58823865
x_log = 1
array x_tick_at[9] = [0.5, 1.0, 2.0, 0.4, 0.6, 0.7, 0.8, 0.9, 3.0]
array x_tick_text[9] = ['0.5', '1', '2', '', '', '', '', '', '']
y_min = 5.65642736
y_max = 9.56995918
y_log = 0
array y_tick_at[4] = [6.0, 7.0, 8.0, 9.0]
array y_tick_text[4] = ['6', '7', '8', '9']
array light[5] = [9079434, 29362, 40563, 13983232, 13400487]
array dark[5] = [11053224, 5682409, 2933914, 15761472, 14916292]
array marker[5] = [9, 7, 13, 5, 11]
array dashes[5] = [1, 1, 1, 4, 2]
series_count = 5
tag_count = 8
array tag_text[8] = ['3', '6', '3', '6', '3', '6', '3', '6']
array tag_x[8] = [0.471742419, 0.197588294, 0.472242146, 0.213995434, 0.47389392, 0.187389145, 0.472848428, 0.214643754]
array tag_y[8] = [0.352806046, 0.379676264, 0.215985557, 0.215985557, 0.414407688, 0.693236172, 0.312602869, 0.317141937]
array tag_of[8] = [2, 2, 3, 3, 4, 4, 5, 5]
small_size = 13.0
better_text = 'better'
better_x = 0.103902439
better_y = 0.165708673
better_tip_x = 0.0782926829
better_tip_y = 0.147882712
named_count = 5
x_title = 'total time (s, log)'
y_title = 'peak footprint of the process tree (MiB)'
texts = 'title subtitle foot label_text x_tick_text y_tick_text tag_text'
lone_texts = 'plain_title better_text x_title y_title'

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

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
