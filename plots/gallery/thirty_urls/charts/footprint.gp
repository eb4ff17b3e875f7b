# The chart footprint. To redraw it in this folder: gnuplot footprint.gp
# On dark: gnuplot -e "theme='dark'" footprint.gp; as a PDF: gnuplot -e "formats='pdf'" footprint.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'footprint'
data = 'footprint.dat'
width = 820.0
width_mm = 170.0
height = 354.44
edge = 0.0219512195
array title[1] = ['Sequential needs the least memory; processes need 1.51 times as much']
array title_at[1] = [0.927592822]
title_size = 17.6
array subtitle[2] = ['fetch and save 30 URLs, 100 ms latency · 6 workers (sequential: 1) · median of 10 trials, 95 % interval', 'faint: baseline before the pool starts, +: above it · bar: seen; dotted: at most; whisker: interval of the trials']
array subtitle_at[2] = [0.859502314, 0.812555016]
subtitle_size = 13.0
array foot[1] = ['2026-11-29 · 2 × AMD EPYC · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 6df4370a']
array foot_at[1] = [0.0434488207]
foot_size = 10.0
body_size = 14.0
plain_title = 'Sequential needs the least memory; processes need 1.51 times as much'
plot_left = 0.12614878
plot_right = 0.97804878
plot_top = 0.745632547
plot_bottom = 0.213576346
x_title_at = 0.114829026
array light[5] = [9079434, 40563, 13400487, 29362, 13983232]
array dark[5] = [11053224, 2933914, 14916292, 5682409, 15761472]
array name_text[5] = ['sequential', 'event loop', 'coroutines', 'threads', 'processes']
array name_at[5] = [1.0, 2.0, 3.0, 4.0, 5.0]
array beside[10] = ['6.04 MiB', '+2.07 MiB', '6.22 MiB', '+2.26 MiB', '6.83 MiB', '+2.87 MiB', '7.27 MiB', '+3.30 MiB', '9.09 MiB', 'seen, at most 19.7 MiB, +5.13 MiB']
array beside_x[10] = [6.39383198, 9.42523972, 6.57742573, 9.60883347, 7.19851948, 10.2299272, 7.62430073, 10.6557085, 20.0626552, 20.0626552]
array beside_at[10] = [1, 1, 2, 2, 3, 3, 4, 4, 4.77728521, 5.2093519]
array beside_small[10] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
small_size = 13.0
row_count = 5
x_max = 19.7039795
x_end = 29.8280718
array tick_at[4] = [0.0, 5.0, 10.0, 15.0]
array tick_text[4] = ['0', '5', '10', '15']
x_title = 'peak footprint of the process tree (MiB)'
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

# Horizontal bars as in speed.gp; the part that existed before the pool started is paler. The bar is what was seen;
# a dotted line leads to what is possible at most, and ends in a bracket, or in an arrow if that is further away.
bracket = 0.2 # half its height, in rows
bend = 0.006 * x_max # how far its ends reach back
eval open_page(first_format)
plot data index 0 using (0):1:(0):2:($1 - half):($1 + half):(colour($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using (0):1:(0):5:($1 - half):($1 + half):(pale($1)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 0 using 2:1:($6 - $2):(0):(deep($1)) with vectors nohead lw 1.6 dt 3 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 - bracket : NaN):(0):(2 * bracket):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 - bracket : NaN):(-bend):(0):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using 6:($7 == 0 ? $1 + bracket : NaN):(-bend):(0):(deep($1)) with vectors nohead lw 1.6 lc rgb variable, \
    data index 0 using ($6 - 2 * bend):($7 == 1 ? $1 : NaN):(2 * bend):(0):(deep($1)) \
        with vectors head filled size graph 0.018, 25 lw 1.6 lc rgb variable, \
    data index 0 using 2:($3 == $3 ? $1 : NaN):3:4 with xerrorbars pt 0 ps 0 lw 1.4 lc rgb ink, \
    data index 1 using 2:1:(deep($3)) with points pt 7 ps 0.28 * thick lc rgb variable

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
