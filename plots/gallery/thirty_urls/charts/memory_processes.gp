# The chart memory_processes. To redraw it in this folder: gnuplot memory_processes.gp
# On dark: gnuplot -e "theme='dark'" memory_processes.gp; as a PDF: gnuplot -e "formats='pdf'" memory_processes.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'memory_processes'
data = 'memory_processes.dat'
width = 820.0
width_mm = 170.0
height = 420.48
edge = 0.0219512195
array title[2] = ['Processes: 6 workers hold 87 % of the peak of', '9.14 MiB, 1.32 to 1.33 MiB each; the parent 1.19 MiB']
array title_at[2] = [0.935312024, 0.874429224]
title_size = 20.0
array subtitle[3] = ['fetch and save 30 URLs, 100 ms latency · 6 workers (sequential: 1) · one trial each, the nearest its median total', 'height: share of the footprint that each process holds · not shown: 4 contenders never seen with several processes', 'blank: no reading']
array subtitle_at[3] = [0.813379947, 0.773806126, 0.734232306]
subtitle_size = 13.0
array foot[1] = ['2026-11-29 · 2 × AMD EPYC · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 6df4370a']
array foot_at[1] = [0.0366248097]
foot_size = 10.0
body_size = 14.0
plain_title = 'Processes: 6 workers hold 87 % of the peak of 9.14 MiB, 1.32 to 1.33 MiB each; the parent 1.19 MiB'
array key_text[1] = ['']
array key_kind[1] = ['']
array key_x[1] = ['']
array key_at[1] = ['']
key_count = 0
key_size = 13.0
key_width = 0.0237804878
key_words = 0.0309146341
key_half = 0.011130137
plot_left = 0.217438927
plot_right = 0.964878049
plot_top = 0.677820586
plot_bottom = 0.180032344
x_title_at = 0.09679414
array line_text[3] = ['processes', 'peak 9.14 MiB', '7 processes then']
array line_at[3] = [8.4, 24.6, 40.2]
array line_size[3] = [13.44, 12.48, 12.48]
array line_soft[3] = [0, 1, 1]
array light[1] = [13983232]
array dark[1] = [15761472]
plot_height = 209.31
side_size = 10.608
x_min = 0.0
x_max = 523.655473
array tick_at[6] = [0.0, 100.0, 200.0, 300.0, 400.0, 500.0]
array tick_text[6] = ['0', '100', '200', '300', '400', '500']
x_title = 'time (ms)'
array side_text[4] = ['0', '2.5', '5', '7.5 MiB']
array side_at[4] = [209.31, 154.264635, 99.2192702, 44.1739053]
side_count = 4
slice_count = 7
array slice_of[7] = [1, 1, 1, 1, 1, 1, 1]
array slice_shade[7] = [0.22, 0.29, 0.22, 0.29, 0.22, 0.29, 0.7]
array slice_grey[7] = [0, 0, 0, 0, 0, 0, 0]
band_count = 2
array band_text[2] = ['6 workers  7.95 MiB: 1.32 to 1.33 MiB each', 'parent  1.19 MiB']
array band_x[2] = [0.504105206, 0.504105206]
array band_y[2] = [122.712137, 23.0284211]
array band_on[2] = [1, 7]
band_size = 12.48
pointer_count = 0
array pointer_x1[1] = ['']
array pointer_y1[1] = ['']
array pointer_x2[1] = ['']
array pointer_y2[1] = ['']
texts = 'title subtitle foot line_text tick_text side_text band_text'
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

# Shared by the charts with a panel per contender on one time axis. Heights are pixels from the top of the plot.
set xrange [x_min : x_max]
set yrange [plot_height : 0]
set xtics () offset 0, 0.3
set for [i=1:|tick_at|] xtics add (tick_text[i] tick_at[i])
set grid xtics nomxtics noytics back lt 1 lw 0.8 lc rgb hair
unset ytics
set arrow 1 from graph 0, graph 0 to graph 1, graph 0 nohead lw 1 lc rgb rule back
set for [i=1:|line_text|] label 100+i line_text[i] at screen edge, first line_at[i] left \
    font small_font(line_size[i]) tc rgb (line_soft[i] ? soft_rgb : ink_rgb)
set for [i=1:side_count] label 400+i side_text[i] at graph 0, first side_at[i] right offset character -0.6, 0 \
    font small_font(side_size) tc rgb soft
faint(i) = mix(colour(i), paper_rgb, is_dark ? 0.55 : 0.66)
band(i) = mix(colour(i), paper_rgb, is_dark ? 0.8 : 0.88)
# The key: swatches with words above the panels.
grey = is_dark ? 0xa8adb4 : 0x707070
key_rgb(kind) = kind eq 'dark' ? grey : mix(grey, paper_rgb, kind eq 'band' ? (is_dark ? 0.8 : 0.86) : is_dark ? 0.55 : 0.62)
do for [i=1:key_count] {
    flat = key_kind[i] eq 'line' ? 0.12 : key_kind[i] eq 'dark' ? 0.7 : 1
    set object 700+i rectangle from screen key_x[i], screen key_at[i] - flat * key_half \
        to screen key_x[i] + key_width, screen key_at[i] + flat * key_half \
        front fillcolor rgb key_rgb(key_kind[i]) fillstyle solid noborder
    set label 700+i key_text[i] at screen key_x[i] + key_words, screen key_at[i] left font small_font(key_size) tc rgb soft
}

# Stacked areas in panels: who holds how much over time. Slices lie on each other; names stand inside or at the
# right, with a line to their slice. Hairlines mark round amounts, bands the start and the end of the pool.
grey_rgb = is_dark ? 0x5d646d : 0xb4b8bd
slice(i) = slice_grey[int(i)] ? grey_rgb : mix(colour(slice_of[int(i)]), paper_rgb, slice_shade[int(i)])
# Letters on a slice: whichever of black and white has more contrast, at least 4.58 (WCAG's relative luminance).
light_of(c) = c < 11 ? c / 255.0 / 12.92 : ((c / 255.0 + 0.055) / 1.055) ** 2.4
luminance(c) = 0.2126 * light_of(part(c, 16)) + 0.7152 * light_of(part(c, 8)) + 0.0722 * light_of(part(c, 0))
letters(i) = i == 0 ? ink_rgb : luminance(slice(i)) > 0.179 ? 0x000000 : 0xffffff
do for [i=1:band_count] {
    set label 500+i band_text[i] at screen band_x[i], first band_y[i] left front \
        font small_font(band_size) tc rgb letters(band_on[i])
}
do for [i=1:pointer_count] {
    set arrow 500+i from screen pointer_x1[i], first pointer_y1[i] to screen pointer_x2[i], first pointer_y2[i] \
        nohead lw 0.5 lc rgb soft front
}
eval open_page(first_format)
plot data index 0 using 1:3:1:2:($3 - $4):($3 + $4):(band($5)) \
        with boxxyerror fs solid 1.0 noborder lc rgb variable, \
    data index 1 using (x_min):1:(x_max - x_min):(0) with vectors nohead lw 0.8 lc rgb hair, \
    for [i=1:slice_count] data index (1+i) using 1:2 with filledcurves closed fs solid 1.0 noborder lc rgb slice(i), \
    for [i=1:slice_count] data index (1+i) using 1:2 with lines lw 0.5 lc rgb paper

# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
