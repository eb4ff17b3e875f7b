/*
 * The messages between the bench and its guardian, over a stream socket: a request with its
 * strings, then answers. The results of the program are on the board, which is shared memory.
 */
#ifndef BAKEOFF_TRIAL_SHARED_WIRE_H
#define BAKEOFF_TRIAL_SHARED_WIRE_H

#include <stdint.h>

#include "bakeoff/program.h"
#include "trial/shared/terminal.h"

/* The guardian's descriptors when it starts; 0 to 2 are /dev/null. */
enum { BKO__GUARDIAN_SOCKET = 3, BKO__GUARDIAN_BOARD = 4 };

/*
 * Followed by `size` bytes: file name, folder, input, output (each of the last three may be empty),
 * arguments, environment, all zero-terminated. The first byte carries a descriptor: the bench's
 * working folder, from which relative names count; and two more, if the program's streams are shown.
 */
typedef struct bko__guardian_request {
    uint32_t size;
    uint32_t arguments;
    uint32_t variables;
    int32_t streams; /* bko_program_streams */
    uint32_t counts; /* not 0: open counters of the program (bakeoff/counters.h) */
} bko__guardian_request;

/* The descriptors of a request. */
enum { BKO__GUARDIAN_FOLDER_FD, BKO__GUARDIAN_OUT_FD, BKO__GUARDIAN_ERR_FD, BKO__GUARDIAN_FDS };

typedef enum bko__guardian_kind {
    BKO__GUARDIAN_RUNS,   /* value: its pid; not sent if it has already ended */
    BKO__GUARDIAN_FAILED, /* value: errno, see `step`; no process remains */
    BKO__GUARDIAN_ENDED   /* everything has ended; the board is complete */
} bko__guardian_kind;

typedef enum bko__guardian_step {
    BKO__GUARDIAN_PIPE,
    BKO__GUARDIAN_INPUT,
    BKO__GUARDIAN_OUTPUT,
    BKO__GUARDIAN_CLONE,
    BKO__GUARDIAN_FOLDER,
    BKO__GUARDIAN_EXEC
} bko__guardian_step;

typedef struct bko__guardian_answer {
    int32_t kind; /* bko__guardian_kind */
    int32_t value;
    int32_t step; /* FAILED: bko__guardian_step, the last one tried */
} bko__guardian_answer;

typedef bko_program_result bko__guardian_board;

/* The memory that both share. The guardian writes it as things happen, so the contents survive the
 * guardian. */
typedef struct bko__guardian_shared {
    bko__guardian_board board;
    bko__terminal terminal;
} bko__guardian_shared;

#endif
