# The chart scan. To redraw it in this folder: gnuplot scan.gp
# On dark: gnuplot -e "theme='dark'" scan.gp; as a PDF: gnuplot -e "formats='pdf'" scan.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'scan'
data = 'scan.dat'
width = 820.0
width_mm = 170.0
height = 444.16
edge = 0.0219512195
array title[3] = ['No difference shown among 10 of 16 values after', 'correcting for 120 comparisons; workers=1, chunk=1', 'takes 1.83 times as long as workers=4, chunk=512']
array title_at[3] = [0.943083573, 0.894092219, 0.845100865]
title_size = 17.0
array subtitle[2] = ['run python3 chunks.py {workers} {chunk} with 16 values · median of 10 trials, 95 % interval', 'frames: the fastest, not shown to differ']
array subtitle_at[2] = [0.791629143, 0.754165166]
subtitle_size = 13.0
array foot[1] = ['2026-11-29 · 2 × AMD EPYC · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 53f0d993 · 1 warning']
array foot_at[1] = [0.0346721902]
foot_size = 10.0
body_size = 14.0
plain_title = 'No difference shown among 10 of 16 values after correcting for 120 comparisons; workers=1, chunk=1 takes 1.83 times as long as workers=4, chunk=512'
plot_left = 0.0698926829
plot_right = 0.97804878
plot_top = 0.640872659
plot_bottom = 0.170434078
x_title_at = 0.0916336455
array legend_text[3] = ['total time (ms)', '412', '789']
array legend_x[3] = [0.63192439, 0.776312195, 0.945473171]
legend_y = 0.670816823
array legend_rgb[24] = [16705592, 15982145, 15193162, 14469715, 13680732, 12957285, 12168301, 11445103, 10721905, 9998963, 9275765, 8552567, 7895159, 7237749, 6514803, 5857649, 5200239, 4542829, 3754344, 3031395, 2242910, 1520216, 731731, 8782]
strip_left = 0.81742439
strip_step = 0.0049796748
strip_half = 0.0119776657
cell_count = 16
array cell_text[16] = ['789', '602', '555', '548', '607', '518', '484', '475', '585', '432', '445', '468', '543', '413', '412', '456']
array cell_x[16] = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]
array cell_y[16] = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]
array cell_ink[16] = [16777215, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
cell_size = 14.0
column_count = 4
row_count = 4
array column_text[4] = ['1', '2', '4', '8']
array row_text[4] = ['1', '8', '64', '512']
half_x = 0.490976087
half_y = 0.467839196
x_title = 'workers'
y_title = 'chunk'
texts = 'title subtitle foot legend_text cell_text column_text row_text'
lone_texts = 'plain_title x_title y_title'

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

# A heat map: a grid of cells, light for the least and dark for the most, with their values in them; a thick
# frame around the best cell, thin ones around those that are not shown to differ from it.
set xrange [0.5 : column_count + 0.5]
set yrange [0.5 : row_count + 0.5]
set xtics () scale 0 offset 0, 0.3
set for [i=1:|column_text|] xtics add (column_text[i] i)
set ytics () scale 0 offset 0.3, 0
set for [i=1:|row_text|] ytics add (row_text[i] i)
set label 35 y_title at screen edge, screen legend_y left tc rgb soft
set for [i=1:|legend_text|] label 50+i legend_text[i] at screen legend_x[i], screen legend_y left tc rgb soft
do for [i=1:|legend_rgb|] {
    set object 100+i rectangle from screen strip_left + (i-1) * strip_step, screen legend_y - strip_half \
        to screen strip_left + (i + (i < |legend_rgb| ? 0.2 : 0)) * strip_step, screen legend_y + strip_half \
        front fillcolor rgb legend_rgb[i] fillstyle solid noborder
}
set for [i=1:cell_count] label 1000+i cell_text[i] at first cell_x[i], first cell_y[i] center front \
    font small_font(cell_size) tc rgb cell_ink[i]

eval open_page(first_format)
plot data index 0 using 1:2:($1-half_x):($1+half_x):($2-half_y):($2+half_y):4 with boxxyerror \
        fs solid noborder lc rgb variable, \
    data index 1 using 1:2 with lines lw 3.4 lc rgb '#ffffff', \
    data index 1 using 1:2 with lines lw 1.2 lc rgb '#000000', \
    data index 2 using 1:2 with lines lw 6 lc rgb '#ffffff', \
    data index 2 using 1:2 with lines lw 3.2 lc rgb '#000000'

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
