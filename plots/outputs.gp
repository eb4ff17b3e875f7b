# Ends every chart: draws it again for each output after the first.
do for [n=2:words(formats)] {
    eval open_page(word(formats, n))
    replot
}
set output
finished = 1
