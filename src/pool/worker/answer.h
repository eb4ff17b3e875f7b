/* The buffer to which a task's `run` adds its result. Threads: belongs to one worker. */
#ifndef BAKEOFF_POOL_WORKER_ANSWER_H
#define BAKEOFF_POOL_WORKER_ANSWER_H

#include <stddef.h>

#include "core/buffer.h"

typedef struct bko_answer {
    bko__buffer bytes;
    size_t limit;
    int error; /* the first error from bko_answer_add; 0: none */
} bko_answer;

/* Drops the bytes and the error; keeps the memory unless it is large. */
void bko__answer_clear(bko_answer *answer);

#endif
