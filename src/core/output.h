/*
 * The one way in which the library writes files. Either the whole new content ends up in the file,
 * or the old content stays and the caller learns why: the content goes to a temporary file beside
 * the final one, which is then renamed.
 *
 * A link that the user named stays, and the file to which it leads is replaced. Devices and pipes
 * are written to directly. In bakeoff's own folders neither is followed: a stranger's run folder
 * may contain a link to any file.
 *
 * Threads: any; an output belongs to one thread at a time.
 */
#ifndef BAKEOFF_CORE_OUTPUT_H
#define BAKEOFF_CORE_OUTPUT_H

#include <limits.h>
#include <stddef.h>

enum {
    BKO__OUTPUT_OWN = 1,      /* in bakeoff's own folder: only a regular file is replaced */
    BKO__OUTPUT_UNSYNCED = 2, /* not forced to disk: can be made again, or its time is measured */
    BKO__OUTPUT_PRIVATE = 4,  /* only its owner may read it */
    BKO__OUTPUT_SHARED = 8    /* several threads may replace the same file at once */
};

typedef struct bko__output {
    int fd; /* owned; -1: closed */
    unsigned flags;
    char path[PATH_MAX];
    char temporary[PATH_MAX + 32]; /* "": the path is written to directly */
} bko__output;

/* Opens an output for the file at `path`. A file that is replaced keeps its mode. BKO_ESYS: see
 * errno (EISDIR: a folder; ELOOP: a link or a device in an own folder); BKO_ETOOLARGE: the path is
 * too long. After an error there is nothing to close. */
int bko__output_open(bko__output *out, const char *path, unsigned flags);

/* BKO_ESYS. After an error the caller discards the output. */
int bko__output_write(bko__output *out, const void *data, size_t size);

/* Puts what was written at its place. BKO_ESYS: it is discarded, and the old file is unchanged. */
int bko__output_commit(bko__output *out);

/* Closes and removes what was written; harmless on a closed output. Keeps errno. */
void bko__output_discard(bko__output *out);

/* Opens a file for appending, creating it if necessary; never through a link. Returns an owned
 * descriptor, or -1 (see errno). */
int bko__output_append(const char *path);

/* Does all of the above for one text. Returns the first error. */
int bko__output_store(const char *path, const void *data, size_t size, unsigned flags);

#endif
