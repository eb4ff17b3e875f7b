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
