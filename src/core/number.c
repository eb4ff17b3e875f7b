/* See core/number.h. */
#include "core/number.h"

#include <stdarg.h>
#include <stdio.h>

void bko__locale_enter_plain(bko__locale *self) {
    self->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    self->before = uselocale(self->plain); /* no change if there is no memory for `plain` */
}

void bko__locale_enter_host(bko__locale *self) {
    self->plain = (locale_t)0;
    self->before = uselocale(LC_GLOBAL_LOCALE);
}

void bko__locale_leave(bko__locale *self) {
    uselocale(self->before);
    if (self->plain != (locale_t)0) {
        freelocale(self->plain);
        self->plain = (locale_t)0;
    }
}

int bko__number_print(char *out, size_t size, const char *format, ...) {
    bko__locale locale;
    va_list values;
    bko__locale_enter_plain(&locale);
    va_start(values, format);
    /* clang-tidy 14 misses va_start when it is given several files. */
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    int length = vsnprintf(out, size, format, values);
    va_end(values);
    bko__locale_leave(&locale);
    return length;
}
