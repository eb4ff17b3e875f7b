/* What a task's `run` adds its bytes to. Threads: belongs to one worker. */
#ifndef BAKEOFF_POOL_WORKER_ANSWER_H
#define BAKEOFF_POOL_WORKER_ANSWER_H

#include <stddef.h>

#include "core/buffer.h"

typedef struct bko_answer {
    bko__buffer bytes;
    size_t limit;
    int error; /* the first failure to add; 0: none */
} bko_answer;

/* Forgets the bytes and the failure; keeps the memory unless it is large. */
void bko__answer_clear(bko_answer *answer);

#endif
