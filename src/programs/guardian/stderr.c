/* A program's stderr: read as fast as it arrives, and dropped except for its end. */
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

bool errors_drain(bko__guardian_board *board, program *running) {
    static char chunk[CHUNK];
    ssize_t length = read(running->errors, chunk, sizeof chunk);
    if (length > 0) {
        keep_tail(board, chunk, (size_t)length);
        return true;
    }
    if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(running->errors);
        running->errors = -1;
    }
    return false;
}
