/*
 * A bounded queue of job numbers between one or more submitters and the workers.
 *
 * Threads: any; every function takes the lock by itself. Invariants, under the lock:
 * 0 <= count <= capacity; active = jobs taken and not yet finished.
 */
#ifndef BAKEOFF_POOL_QUEUE_H
#define BAKEOFF_POOL_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct bko__queue {
    pthread_mutex_t lock;
    pthread_cond_t can_take;   /* count > 0 or closed */
    pthread_cond_t can_put;    /* count fell to half the capacity, or closed */
    pthread_cond_t is_drained; /* count == 0 and active == 0 */
    size_t *jobs;              /* owned ring; const after create */
    size_t capacity;           /* const after create */
    size_t head, count;        /* guarded by lock */
    size_t active;             /* guarded by lock */
    unsigned takers_waiting;   /* guarded by lock */
    unsigned putters_waiting;  /* guarded by lock */
    bool closed;               /* guarded by lock */
} bko__queue;

int bko__queue_open(bko__queue *queue, size_t capacity);
/* Nobody may be using the queue any more. */
void bko__queue_destroy(bko__queue *queue);

/* Blocks while full. false when closed. */
bool bko__queue_put(bko__queue *queue, size_t job);

/* Takes the oldest job; `finished_one` tells that the caller's previous job has ended (one lock for
 * both). Blocks while empty. false when closed and empty. */
bool bko__queue_take(bko__queue *queue, bool finished_one, size_t *job);

void bko__queue_wait_drained(bko__queue *queue);

/* No further puts; takers get what is left, then false. */
void bko__queue_close(bko__queue *queue);

#endif
