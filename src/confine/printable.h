/* Text of a stranger's program, for a terminal. Any thread. */
#ifndef BAKEOFF_CONFINE_PRINTABLE_H
#define BAKEOFF_CONFINE_PRINTABLE_H

#include <stddef.h>

/* What of a program's output has not been decided yet: the start of a character. */
typedef struct {
    unsigned char held[4];
    size_t length; /* of held */
    size_t needed; /* of the whole character; 0: none has begun */
} bko__printable;

/* Copies text without what a terminal or an eye would be deceived by: control characters, also those of
 * Unicode, and marks that change the direction of text become '?'. `out` has room for size + 4
 * bytes. Returns how many were written. */
size_t bko__printable_copy(bko__printable *self, const char *text, size_t size, char *out);

#endif
