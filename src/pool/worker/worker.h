/* The life of a worker, the same for threads and processes. */
#ifndef BAKEOFF_POOL_WORKER_WORKER_H
#define BAKEOFF_POOL_WORKER_WORKER_H

#include "core/buffer.h"
#include "pool/exchange/exchange.h"
#include "pool/worker/answer.h"

enum { BKO__COPIED_INSIDE = 4096 }; /* larger tasks are copied outside the lock */

typedef struct bko__working {
    bko__exchange *x;
    bko__slot *slot;
    const bko_pool_worker *does;
    void *state;
    unsigned number;
    int pid;
    bko__buffer bytes;         /* the task's bytes */
    bko__task_frame task;      /* the task it has started */
    uint64_t at;               /* the task's position, while it still has to be copied */
    int copy_error;            /* there was no memory for the task's bytes */
    bko__answer_frame outcome; /* to be published */
    size_t sent;               /* bytes of the outcome sent so far */
    bko_answer answer;
    bool has_outcome;
    bool last;      /* take no further task */
    uint64_t share; /* tasks left until it is replaced */
    int64_t since_ns;
} bko__working;

/* Opens, runs tasks until the pool closes or the worker should be recycled, then closes. Returns 0,
 * or what `open` returned. Worker's thread. */
int bko__pool_serve(bko__exchange *x, const bko_pool_worker *does, unsigned number);

/* Names the process of a worker after its number, counted from 1 as in results: who looks at a pool
 * from outside then sees who is who. */
void bko__worker_name(unsigned number);

/* Publishes the outcome, if there is one, and takes a task unless `last` is set. Returns true if it
 * has started a task. */
bool bko__hand_over(bko__working *self);
/* Waits for a task and starts it; false: the worker should leave. */
bool bko__next_task(bko__working *self);

/* The pool that the calling thread works for, as an address that identifies it; NULL: none. */
const void *bko__pool_worked_for(void);

#endif
