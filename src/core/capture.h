/*
 * One output stream of another program, read without waiting and kept up to a limit; the rest is
 * read and dropped, so that the program never blocks on us. Owner thread only.
 */
#ifndef BAKEOFF_CORE_CAPTURE_H
#define BAKEOFF_CORE_CAPTURE_H

#include <stddef.h>

typedef struct {
    int fd;     /* read end, owned; -1 at the stream's end */
    char *data; /* owned; zero-terminated */
    size_t length;
    size_t limit;
    int truncated; /* 1: the stream was longer than `limit` */
} bko__capture;

/*
 * Makes the pipe; `*write_end` (returns owned) is for the program. limit 0: 1 MiB. BKO_ENOMEM,
 * BKO_ESYS; what was made before the failure is in the struct.
 */
int bko__capture_open(bko__capture *capture, int *write_end, size_t limit);

/* Reads what is there now; closes `fd` at the stream's end. 0 or BKO_ENOMEM. */
int bko__capture_drain(bko__capture *capture);

#endif
