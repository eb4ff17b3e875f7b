/*
 * Numbers as they appear in files and messages: with a decimal point, whatever the host passed to
 * setlocale. printf and strtod follow the locale; these functions change it for the calling thread
 * only. Any thread.
 */
#ifndef BAKEOFF_CORE_NUMBER_H
#define BAKEOFF_CORE_NUMBER_H

#include <locale.h>
#include <stddef.h>

typedef struct bko__locale {
    locale_t before;
} bko__locale;

/* From here to bko__locale_leave, this thread formats, parses and compares text as in the C locale, whose
 * characters are UTF-8. May be nested. */
void bko__locale_enter_plain(bko__locale *self);

/* Restores the host's locale for code of the host that is called inside the above. */
void bko__locale_enter_host(bko__locale *self);

/* Restores the calling thread's locale from before the enter. */
void bko__locale_leave(bko__locale *self);

/* Like snprintf, but in the C locale. */
int bko__number_print(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
