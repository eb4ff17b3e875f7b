/* See confine/printable.h. */
#include "confine/printable.h"

#include <string.h>

enum { DELETE = 0x7f, LAST_C1 = 0x9f, CONTINUATION = 0x80, CONTINUATION_MASK = 0xc0 };

static size_t length_of(unsigned char lead) {
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 3;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* C1 control characters; marks of direction and their isolates. */
static int is_hidden(const unsigned char *held, size_t length) {
    static const unsigned char marks[] = {0xe2, 0x80};
    static const unsigned char isolates[] = {0xe2, 0x81};
    if (length == 2) {
        return held[0] == 0xc2 && held[1] <= LAST_C1;
    }
    if (length == 3 && memcmp(held, marks, 2) == 0) {
        return held[2] == 0x8e || held[2] == 0x8f || (held[2] >= 0xaa && held[2] <= 0xae);
    }
    return length == 3 && memcmp(held, isolates, 2) == 0 && held[2] >= 0xa6 && held[2] <= 0xa9;
}

static size_t finish(bko__printable *self, char *out) {
    size_t length = self->length;
    self->needed = self->length = 0;
    if (is_hidden(self->held, length)) {
        out[0] = '?';
        return 1;
    }
    memcpy(out, self->held, length);
    return length;
}

static size_t begin(bko__printable *self, unsigned char byte, char *out) {
    if ((byte >= ' ' && byte < DELETE) || byte == '\n' || byte == '\t') {
        out[0] = (char)byte;
        return 1;
    }
    self->needed = length_of(byte);
    if (self->needed == 0) {
        out[0] = '?';
        return 1;
    }
    self->held[0] = byte;
    self->length = 1;
    return 0;
}

size_t bko__printable_copy(bko__printable *self, const char *text, size_t size, char *out) {
    size_t written = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (self->needed == 0) {
            written += begin(self, byte, out + written);
        } else if ((byte & CONTINUATION_MASK) != CONTINUATION) { /* cut off: the byte begins anew */
            out[written++] = '?';
            self->needed = self->length = 0;
            written += begin(self, byte, out + written);
        } else {
            self->held[self->length++] = byte;
            written += self->length == self->needed ? finish(self, out + written) : 0;
        }
    }
    return written;
}
