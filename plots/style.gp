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
