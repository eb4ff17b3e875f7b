/* A program's streams: read as fast as they arrive, and dropped except for the end of stderr. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "programs/guardian/parts.h"

enum { CHUNK = 64 * 1024 };

/* Keeps the last bytes. They are always on the board, in case we are killed. */
static void keep_tail(bko__guardian_board *board, const char *text, size_t length) {
    size_t have =
        board->error_bytes < BKO_PROGRAM_TAIL ? (size_t)board->error_bytes : BKO_PROGRAM_TAIL;
    size_t add = length < BKO_PROGRAM_TAIL ? length : BKO_PROGRAM_TAIL;
    size_t keep = have + add <= BKO_PROGRAM_TAIL ? have : BKO_PROGRAM_TAIL - add;
    memmove(board->tail, board->tail + have - keep, keep);
    memcpy(board->tail + keep, text + length - add, add);
    board->error_bytes += length;
}

static char chunk[CHUNK];

/* Returns how many bytes were read into `chunk`; closes the pipe at its end. */
static size_t read_once(int *pipe) {
    ssize_t length = read(*pipe, chunk, sizeof chunk);
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
        close(*pipe);
        *pipe = -1;
    }
    return length > 0 ? (size_t)length : 0;
}

bool errors_drain(bko__guardian_board *board, program *running) {
    size_t length = read_once(&running->errors);
    if (length > 0) {
        keep_tail(board, chunk, length);
    }
    return length > 0;
}

void streams_close(program *running) {
    int *pipes[] = {&running->errors, &running->output};
    for (size_t i = 0; i < sizeof pipes / sizeof pipes[0]; i++) {
        if (*pipes[i] >= 0) {
            close(*pipes[i]);
            *pipes[i] = -1;
        }
    }
}

bool output_drain(program *running) {
    return read_once(&running->output) > 0;
}
