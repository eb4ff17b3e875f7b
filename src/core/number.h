/*
 * Numbers as files and messages have them: with a point, whatever setlocale of the host's says. printf and
 * strtod follow the locale; this changes it for the calling thread alone. Any thread.
 */
#ifndef BAKEOFF_CORE_NUMBER_H
#define BAKEOFF_CORE_NUMBER_H

#include <locale.h>
#include <stddef.h>

typedef struct bko__locale {
    locale_t plain, before;
} bko__locale;

/* From here to the leave, this thread formats, reads and compares text as the C locale does. May be nested. */
void bko__locale_enter_plain(bko__locale *self);

/* As the host's setlocale says, for code of the host's within the above. */
void bko__locale_enter_host(bko__locale *self);

/* The calling thread has again the locale of before the enter. */
void bko__locale_leave(bko__locale *self);

/* As snprintf, in the C locale. */
int bko__number_print(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
