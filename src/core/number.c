/* See core/number.h. */
#include "core/number.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

/* Made once and kept: with LOCPATH in the environment, each newlocale of glibc loses a little memory. */
static locale_t plain;
static pthread_once_t plain_made = PTHREAD_ONCE_INIT;

/* Where there is no C.UTF-8, characters beyond ASCII are unknown, too. */
static void make_plain(void) {
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t with_characters = newlocale(LC_CTYPE_MASK, "C.UTF-8", plain);
    plain = with_characters != (locale_t)0 ? with_characters : plain;
}

void bko__locale_enter_plain(bko__locale *self) {
    pthread_once(&plain_made, make_plain);
    self->before = uselocale(plain); /* no change if there was no memory for it */
}

void bko__locale_enter_host(bko__locale *self) {
    self->before = uselocale(LC_GLOBAL_LOCALE);
}

void bko__locale_leave(bko__locale *self) {
    uselocale(self->before);
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
