/*
 * One output stream of another program, read without blocking and kept up to a limit. Further
 * output is read and dropped, so that the program never blocks on us. Owner thread only.
 */
#ifndef BAKEOFF_CORE_CAPTURE_H
#define BAKEOFF_CORE_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int fd;     /* read end, owned; -1 after the end of the stream */
    char *data; /* owned; zero-terminated */
    size_t length;
    size_t limit;
    uint64_t received; /* bytes, also of those beyond the limit */
    int truncated;     /* 1: the stream was longer than `limit` */
} bko__capture;

/*
 * Creates the pipe; the program gets `*write_end` (returned owned). limit 0: 1 MiB. BKO_ENOMEM,
 * BKO_ESYS; whatever was created before a failure is in the struct.
 */
int bko__capture_open(bko__capture *capture, int *write_end, size_t limit);

/* Reads what is available now; closes `fd` at the end of the stream. Returns 0 or BKO_ENOMEM. */
int bko__capture_drain(bko__capture *capture);

#endif
