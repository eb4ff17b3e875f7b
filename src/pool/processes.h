/*
 * The process pool's parts: processes.c (start, stop), process_run.c (the parent hands out jobs and
 * collects answers), process_worker.c (the child's side).
 *
 * Threads: the parent's side belongs to the thread that created the pool; a worker has one thread.
 */
#ifndef BAKEOFF_POOL_PROCESSES_H
#define BAKEOFF_POOL_PROCESSES_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "bakeoff/pool.h"
#include "pool/answer.h"
#include "pool/frames.h"

/* Jobs that a worker may hold: the one it runs, and one that waits in its socket. */
enum { BKO__WORKER_DEPTH = 2 };

typedef struct bko__assignment {
    size_t job;
    bko__buffer frame; /* kept, so that a dead worker's unstarted job can go to another */
    size_t sent;
    int64_t sent_ns;
} bko__assignment;

typedef struct bko__worker_process {
    pid_t pid;
    int fd;                                  /* non-blocking; -1 once the worker is gone */
    bko__assignment held[BKO__WORKER_DEPTH]; /* ring: held[head] is what the worker runs */
    unsigned head, count;
    bko__frame_reader reader;
} bko__worker_process;

struct bko_processes {
    bko_processes_options options; /* const after create */
    bko__worker_process *workers;  /* owned */
    struct pollfd *polled;         /* owned; one per worker */
    unsigned started;
    unsigned alive;
    uint64_t ipc_bytes;
    int64_t service_ns; /* moving mean of send → answer */
    /* unstarted jobs of dead workers, to be sent again first */
    bko__assignment *returned;
    size_t returned_count, returned_size;
};

/* The child's life: open, jobs until the end of the stream, close. Never returns. */
_Noreturn void bko__worker_process_main(const bko_processes_options *options, unsigned number,
                                        int fd);

/* The worker's stream ended: reaps it and writes how it ended to `cause`. */
void bko__worker_process_bury(bko_processes *pool, unsigned number, char *cause, size_t size);

#endif
