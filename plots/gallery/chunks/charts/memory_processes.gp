# The chart memory_processes. To redraw it in this folder: gnuplot memory_processes.gp
# On dark: gnuplot -e "theme='dark'" memory_processes.gp; as a PDF: gnuplot -e "formats='pdf'" memory_processes.gp;
# for LaTeX: formats='tikz'. The variables: plots/README.md.
if (!exists('theme')) theme = 'light'
if (!exists('formats')) formats = 'svg png'
chart = 'memory_processes'
data = 'memory_processes.dat'
width = 820.0
width_mm = 170.0
height = 1804.965
edge = 0.0219512195
array title[2] = ['python3 chunks.py 8 64: 9 × python3 hold 100 %', 'of the peak of 29.4 MiB, 2.90 to 6.00 MiB each']
array title_at[2] = [0.984930456, 0.970747355]
title_size = 20.0
array subtitle[2] = ['run python3 chunks.py {workers} {chunk} with 16 values · of each command the trial nearest its median time', 'height: share of the footprint that each process holds · blank: no reading · 1 warning']
array subtitle_at[2] = [0.956525473, 0.947306457]
subtitle_size = 13.0
array foot[1] = ['2026-11-29 · 2 × AMD EPYC · bakeoff 0.1.0, Lua 5.4.4, libcurl 7.88.1, libuv 1.44.2 · seed 1 · rows 53f0d993']
array foot_at[1] = [0.0085320214]
foot_size = 10.0
body_size = 14.0
plain_title = 'python3 chunks.py 8 64: 9 × python3 hold 100 % of the peak of 29.4 MiB, 2.90 to 6.00 MiB each'
array key_text[1] = ['']
array key_kind[1] = ['']
array key_x[1] = ['']
array key_at[1] = ['']
key_count = 0
key_size = 13.0
key_width = 0.0237804878
key_words = 0.0309146341
key_half = 0.00259284806
plot_left = 0.291876507
plot_right = 0.964878049
plot_top = 0.934164928
plot_bottom = 0.0419398714
x_title_at = 0.0198341796
array line_text[39] = ['python3 chunks.py 1 1', 'peak 17.9 MiB', '2 processes then', 'python3 chunks.py 1 8', 'peak 17.8 MiB', '2 processes then', 'python3 chunks.py 1 64', 'peak 18.0 MiB', '2 processes then', 'python3 chunks.py 1 512', 'peak 17.9 MiB', '2 processes then', 'python3 chunks.py 2 1', 'peak 19.1 MiB', '3 processes then', 'python3 chunks.py 2 8', 'peak 19.1 MiB', '3 processes then', 'python3 chunks.py 2 64', 'peak 19.0 MiB', '3 processes then', 'python3 chunks.py 2 512', 'peak 19.1 MiB', '3 processes then', 'python3 chunks.py 4 1', 'peak 22.3 MiB', '5 processes then', 'python3 chunks.py 4 512', 'peak 22.3 MiB', '5 processes then', 'python3 chunks.py 8 8', 'peak 29.1 MiB', '9 processes then', 'python3 chunks.py 8 64', 'peak 29.4 MiB', '9 processes then', 'python3 chunks.py 8 512', 'peak 28.0 MiB', '9 processes then']
array line_at[39] = [8.4, 24.6, 40.2, 120.824231, 137.024231, 152.624231, 233.248462, 249.448462, 265.048462, 345.672692, 361.872692, 377.472692, 458.096923, 474.296923, 489.896923, 570.521154, 586.721154, 602.321154, 682.945385, 699.145385, 714.745385, 795.369615, 811.569615, 827.169615, 907.793846, 923.993846, 939.593846, 1020.21808, 1036.41808, 1052.01808, 1132.64231, 1148.84231, 1164.44231, 1299.18654, 1315.38654, 1330.98654, 1465.73077, 1481.93077, 1497.53077]
array line_size[39] = [13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48, 13.44, 12.48, 12.48]
array line_soft[39] = [0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1]
array light[13] = [29362, 13983232, 40563, 13400487, 12879360, 9079434, 7039791, 21120, 10044416, 9265152, 5066018, 14681, 7024384]
array dark[13] = [5682409, 15761472, 2933914, 14916292, 15906354, 11053224, 12829546, 8767983, 16032885, 16173675, 13948052, 11262708, 16302240]
plot_height = 1610.435
side_size = 10.608
x_min = 0.0
x_max = 777.855072
array tick_at[4] = [0.0, 200.0, 400.0, 600.0]
array tick_text[4] = ['0', '200', '400', '600']
x_title = 'time (ms)'
array side_text[39] = ['0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB', '0', '10', '20 MiB']
array side_at[39] = [98.9842308, 66.566257, 34.1482832, 211.408462, 178.990488, 146.572514, 323.832692, 291.414719, 258.996745, 436.256923, 403.838949, 371.420975, 548.681154, 516.26318, 483.845206, 661.105385, 628.687411, 596.269437, 773.529615, 741.111642, 708.693668, 885.953846, 853.535872, 821.117899, 998.378077, 965.960103, 933.542129, 1110.80231, 1078.38433, 1045.96636, 1277.34654, 1227.20392, 1177.06129, 1443.89077, 1393.74815, 1343.60552, 1610.435, 1560.29238, 1510.14975]
side_count = 39
slice_count = 57
array slice_of[57] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 11, 11, 11, 11, 11, 11, 12, 12, 12, 12, 12, 12, 12, 12, 12, 13, 13, 13, 13, 13, 13, 13, 13, 13]
array slice_shade[57] = [0.22, 0.7, 0.22, 0.7, 0.22, 0.7, 0.22, 0.7, 0.22, 0.46, 0.7, 0.22, 0.46, 0.7, 0.22, 0.46, 0.7, 0.22, 0.46, 0.7, 0.22, 0.34, 0.46, 0.58, 0.7, 0.22, 0.34, 0.46, 0.58, 0.7, 0.22, 0.28, 0.34, 0.4, 0.46, 0.52, 0.58, 0.64, 0.7, 0.22, 0.28, 0.34, 0.4, 0.46, 0.52, 0.58, 0.64, 0.7, 0.22, 0.28, 0.34, 0.4, 0.46, 0.52, 0.58, 0.64, 0.7]
array slice_grey[57] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
band_count = 57
array band_text[57] = ['python3  10.2 MiB', 'python3  7.66 MiB', 'python3  10.2 MiB', 'python3  7.62 MiB', 'python3  10.3 MiB', 'python3  7.68 MiB', 'python3  10.2 MiB', 'python3  7.67 MiB', 'python3  8.23 MiB', 'python3  5.46 MiB', 'python3  5.44 MiB', 'python3  8.23 MiB', 'python3  5.44 MiB', 'python3  5.46 MiB', 'python3  5.41 MiB', 'python3  5.43 MiB', 'python3  8.20 MiB', 'python3  5.41 MiB', 'python3  5.43 MiB', 'python3  8.22 MiB', 'python3  6.81 MiB', 'python3  3.85 MiB', 'python3  3.86 MiB', 'python3  3.86 MiB', 'python3  3.88 MiB', 'python3  3.82 MiB', 'python3  3.83 MiB', 'python3  3.84 MiB', 'python3  3.93 MiB', 'python3  6.86 MiB', 'python3  2.87 MiB', 'python3  2.88 MiB', 'python3  2.88 MiB', 'python3  2.89 MiB', 'python3  2.89 MiB', 'python3  2.89 MiB', 'python3  2.89 MiB', 'python3  5.97 MiB', 'python3  2.91 MiB', 'python3  2.90 MiB', 'python3  2.91 MiB', 'python3  2.91 MiB', 'python3  2.92 MiB', 'python3  2.92 MiB', 'python3  2.92 MiB', 'python3  2.93 MiB', 'python3  2.95 MiB', 'python3  6.00 MiB', 'python3  5.87 MiB', 'python3  2.66 MiB', 'python3  2.66 MiB', 'python3  2.66 MiB', 'python3  2.68 MiB', 'python3  2.84 MiB', 'python3  2.84 MiB', 'python3  2.84 MiB', 'python3  2.95 MiB']
array band_x[57] = [0.801212321, 0.501212321, 0.544208105, 0.639330056, 0.496950109, 0.800706882, 0.585290263, 0.581631727, 0.533734838, 0.577637277, 0.577637277, 0.546045302, 0.731801353, 0.731801353, 0.679450593, 0.679450593, 0.679450593, 0.654443667, 0.654443667, 0.654443667, 0.61110685, 0.783440052, 0.783440052, 0.783440052, 0.783440052, 0.654595078, 0.654595078, 0.654595078, 0.654595078, 0.654595078, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.724626235, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.680926985, 0.42430951, 0.653451281, 0.653451281, 0.653451281, 0.653451281, 0.653451281, 0.653451281, 0.653451281, 0.653451281]
array band_y[57] = [82.4289196, 53.4625869, 194.877951, 164.286314, 299.109964, 278.078136, 419.669262, 389.054807, 535.343557, 513.153593, 495.491502, 635.809672, 607.919411, 625.580488, 720.597476, 738.153843, 753.129843, 832.915073, 850.487255, 865.463255, 987.326712, 932.417896, 947.393896, 962.369896, 977.345896, 1043.41031, 1058.38631, 1073.36231, 1088.33831, 1103.31431, 1138.76456, 1153.74056, 1168.71656, 1183.69256, 1198.66856, 1213.64456, 1228.62056, 1243.59656, 1258.57256, 1303.94748, 1318.92348, 1333.89948, 1348.87548, 1363.85148, 1378.82748, 1393.80348, 1408.77948, 1428.85262, 1585.53394, 1476.67267, 1491.64867, 1506.62467, 1521.60067, 1536.57667, 1551.55267, 1566.52867, 1581.50467]
array band_on[57] = [1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 49, 0, 0, 0, 0, 0, 0, 0, 0]
band_size = 12.48
pointer_count = 44
array pointer_x1[44] = [0.751901663, 0.708972084, 0.708972084, 0.630534627, 0.630534627, 0.656621324, 0.605647965, 0.605647965, 0.631614399, 0.725260372, 0.725260372, 0.725260372, 0.725260372, 0.605770824, 0.605770824, 0.605770824, 0.605770824, 0.631765809, 0.649857177, 0.649857177, 0.649857177, 0.649857177, 0.649857177, 0.649857177, 0.649857177, 0.701796967, 0.649857177, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.658097717, 0.630622013, 0.630622013, 0.630622013, 0.630622013, 0.630622013, 0.630622013, 0.630622013, 0.630622013]
array pointer_y1[44] = [278.078136, 607.919411, 625.580488, 720.597476, 738.153843, 748.127094, 832.915073, 850.487255, 860.519666, 932.417896, 944.902682, 957.40718, 969.942187, 1044.77382, 1057.18089, 1069.61014, 1082.18009, 1085.27948, 1138.76456, 1153.17337, 1167.62979, 1182.09656, 1196.57774, 1211.07276, 1225.57296, 1238.11385, 1240.11749, 1303.94748, 1318.52313, 1333.13097, 1347.74716, 1362.37767, 1377.02514, 1391.69936, 1406.42971, 1428.85262, 1476.67267, 1489.99326, 1503.32171, 1516.70743, 1530.53001, 1544.74967, 1558.98376, 1573.49964]
array pointer_x2[44] = [0.795380053, 0.726474523, 0.726474523, 0.674123763, 0.674123763, 0.674123763, 0.649116838, 0.649116838, 0.649116838, 0.778113222, 0.778113222, 0.778113222, 0.778113222, 0.649268248, 0.649268248, 0.649268248, 0.649268248, 0.649268248, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.719299406, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.675600156, 0.648124452, 0.648124452, 0.648124452, 0.648124452, 0.648124452, 0.648124452, 0.648124452, 0.648124452]
array pointer_y2[44] = [278.078136, 607.919411, 625.580488, 720.597476, 738.153843, 753.129843, 832.915073, 850.487255, 865.463255, 932.417896, 947.393896, 962.369896, 977.345896, 1043.41031, 1058.38631, 1073.36231, 1088.33831, 1103.31431, 1138.76456, 1153.74056, 1168.71656, 1183.69256, 1198.66856, 1213.64456, 1228.62056, 1243.59656, 1258.57256, 1303.94748, 1318.92348, 1333.89948, 1348.87548, 1363.85148, 1378.82748, 1393.80348, 1408.77948, 1428.85262, 1476.67267, 1491.64867, 1506.62467, 1521.60067, 1536.57667, 1551.55267, 1566.52867, 1581.50467]
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
spell(c) = strstrt(special, c) ? word(spelled, strstrt(special, c)) : c
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
        nohead lw 0.8 lc rgb soft front
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
