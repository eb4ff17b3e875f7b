/*
 * The owner's side of a pool: pool.c (create, free, counts), tasks.c (submitting), unrun.c (tasks
 * that no worker will run), ledger.c (where each task is), inbox.c (answers copied out of the
 * ring), report.c (reports them to the caller), wait.c (waiting), members.c (one worker:
 * started, watched, reaped), crew.c (all workers), deaths.c (workers that die early),
 * start_threads.c, start_processes.c.
 *
 * Threads: everything here belongs to the owner's thread.
 */
#ifndef BAKEOFF_POOL_OWNER_POOL_H
#define BAKEOFF_POOL_OWNER_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "bakeoff/pool.h"
#include "core/buffer.h"
#include "core/fork_mark.h"
#include "pool/exchange/exchange.h"

/* The system calls that tests can make fail. */
typedef struct bko__pool_system {
    int (*thread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    pid_t (*fork)(void);
} bko__pool_system;

extern const bko__pool_system bko__pool_real_system;

/* --- ledger.c ------------------------------------------------------------------------------------- */

typedef enum bko__task_state {
    BKO__TASK_ENDED,   /* reported */
    BKO__TASK_WAITING, /* with the owner, in the backlog */
    BKO__TASK_QUEUED,  /* in the ring, or taken from there */
    BKO__TASK_UNRUN    /* will never run: its end is in the inbox */
} bko__task_state;

/* Where each outstanding task is: a ring indexed by task number, eight bytes each. */
typedef struct bko__ledger {
    uint64_t *entries; /* owned; position << 2 | state */
    uint64_t capacity; /* a power of two, or 0 */
    uint64_t first;    /* lowest task that has not ended */
    uint64_t next;     /* the next task's number */
} bko__ledger;

int bko__ledger_reserve(bko__ledger *ledger);
void bko__ledger_set(bko__ledger *ledger, uint64_t task, bko__task_state state, uint64_t position);
bko__task_state bko__ledger_get(const bko__ledger *ledger, uint64_t task, uint64_t *position);
void bko__ledger_end(bko__ledger *ledger, uint64_t task);
void bko__ledger_free(bko__ledger *ledger);

/* Tasks that don't fit into the ring, in order: the same frames as in the ring. */
typedef struct bko__backlog {
    bko__buffer bytes;
    size_t at;         /* everything before it has moved to the ring */
    uint64_t position; /* of bytes.data[0], counted from the pool's start */
} bko__backlog;

int bko__backlog_add(bko__backlog *backlog, uint64_t task, const void *data, size_t size,
                     uint64_t *position);
bko__task_frame *bko__backlog_first(const bko__backlog *backlog); /* NULL: none */
bko__task_frame *bko__backlog_find(const bko__backlog *backlog, uint64_t position);
void bko__backlog_drop_first(bko__backlog *backlog);

/* --- inbox.c -------------------------------------------------------------------------------------- */

/* Answer frames copied out of the ring. A batch does not move while a callback uses it. */
typedef struct bko__batch {
    struct bko__batch *next;
    bko__buffer bytes;
    size_t at;
    unsigned pins;
} bko__batch;

/* The pieces of a large answer that have arrived so far. */
typedef struct bko__part {
    bko__buffer bytes;
    bool spoiled; /* there was no memory for a piece */
} bko__part;

typedef struct bko__inbox {
    bko__batch *first, *last; /* owned */
    bko__part *parts;         /* owned; per worker */
} bko__inbox;

int bko__inbox_open(bko__inbox *inbox, unsigned workers);
void bko__inbox_free(bko__inbox *inbox, unsigned workers);
/* Copies all answers out of the ring, so that workers have room. BKO_ENOMEM. */
int bko__inbox_absorb(bko_pool *pool);
/* Makes sure that bko__inbox_add can add an end whose sentence has up to `size` bytes, unless something
 * else is added or reported before. BKO_ENOMEM. */
int bko__inbox_reserve(bko_pool *pool, size_t size);
/* Adds an end that the owner itself reports; `sentence` may be NULL. */
int bko__inbox_add(bko_pool *pool, uint64_t task, int code, unsigned worker, int pid,
                   const char *sentence);
bool bko__inbox_has(const bko__inbox *inbox);
/* Has a worker's complete answer to the task arrived, but not been reported yet? */
bool bko__inbox_holds_answer(const bko__inbox *inbox, uint64_t task);
/* The first batch with unreported frames; NULL: none. */
bko__batch *bko__inbox_unread(const bko__inbox *inbox);
/* Frees batches that are reported and no longer in use. */
void bko__inbox_tidy(bko__inbox *inbox);

/* --- report.c ------------------------------------------------------------------------------------- */

/* Passes everything in the inbox to `ended`. Returns how many tasks have ended. */
int bko__report_all(bko_pool *pool, bko_pool_ended *ended, void *user);

/* --- members.c ------------------------------------------------------------------------------------ */

typedef struct bko__member {
    bko_pool *pool;
    unsigned number;
    pthread_t thread;
    pid_t pid;                /* 0: no process */
    int watch;                /* pidfd; -1: none */
    bool alive;               /* a thread or process that must be joined or reaped */
    bool given_up;            /* will not be replaced */
    int64_t due_ns;           /* not alive: when to start its replacement */
    uint64_t answered_before; /* slot.answered when this worker started */
    uint64_t deaths_before;   /* crew.deaths when this worker started */
} bko__member;

typedef struct bko__crew {
    bko__member *members; /* owned */
    unsigned alive;
    unsigned missing; /* workers to be replaced at their due time */
    /* consecutive workers that died before they were ready or could not be started */
    unsigned early_ends;
    unsigned idle_ends; /* consecutive workers that died without completing a task */
    uint64_t deaths;    /* of workers that were ready */
    uint64_t barren;    /* the last ones in a row between which no worker answered a task */
    uint64_t answered;  /* tasks that had been answered at the last of them */
    uint64_t respawned;
} bko__crew;

int bko__crew_open(bko_pool *pool);
/* Starts worker `number`. On failure pool->reason holds a sentence. */
int bko__member_start(bko_pool *pool, unsigned number);
bko__stage bko__member_stage(const bko_pool *pool, unsigned number);
/* Waits at most `limit_ns` for a process, kills it if necessary, and writes how it ended. */
void bko__member_reap(bko_pool *pool, unsigned number, int64_t limit_ns, char *how, size_t size);

/* --- crew.c --------------------------------------------------------------------------------------- */

/* Waits until all workers have run `open`. */
int bko__crew_await_ready(bko_pool *pool);
/* Waits at most `wait_ns` (negative: no limit) for the epoll descriptor and buries dead workers.
 * Returns 1 if a signal interrupted it, else 0, BKO_ESYS, or BKO_ENOMEM (a dead worker is left). */
int bko__crew_attend(bko_pool *pool, int64_t wait_ns);
void bko__crew_end(bko_pool *pool);

/* --- deaths.c ------------------------------------------------------------------------------------- */

/* A worker process has died: reports its current task as lost and plans its replacement. BKO_ENOMEM:
 * nothing has happened, call it again. */
int bko__crew_bury(bko_pool *pool, unsigned number);
/* Starts the replacements that are due. */
void bko__crew_replace(bko_pool *pool);

/* --- start_threads.c, start_processes.c --- */

int bko__thread_start(bko_pool *pool, unsigned number);
int bko__process_start(bko_pool *pool, unsigned number);

/* --- the pool ------------------------------------------------------------------------------------- */

enum { BKO__POOL_REASON_SIZE = 512 };

struct bko_pool {
    bko_pool_options options;       /* const after create */
    const bko__pool_system *system; /* borrowed */
    const void *made_in;            /* bko__pool_worked_for() in the owner */
    bko__fork_mark mark;            /* tells a process forked from the owner's */
    pid_t owner;
    bko__exchange exchange; /* the pool owns the bell */
    int epoll;
    int timer; /* timerfd for replacements; -1: threads */
    bko__producer producer;
    bko__ledger ledger;
    bko__backlog backlog;
    bko__inbox inbox;
    bko__crew crew;
    bko_pool_counts counts;
    unsigned calls; /* call counter: some work is done only on every n-th call */
    bool starting;  /* inside create: no worker is replaced */
    bool armed;     /* somebody outside waits on the epoll descriptor */
    unsigned processors;
    bool closed; /* after shutdown */
    int broken;  /* 0, or the error that broke it */
    char reason[BKO__POOL_REASON_SIZE];
};

int bko__pool_create(bko_pool **out, const bko_pool_options *options,
                     const bko__pool_system *system, char *reason, size_t reason_size);

/* --- tasks.c --- */

/* Moves tasks from the backlog into the ring. */
void bko__pool_refill(bko_pool *pool);
/* BKO_EDEADLOCK if the caller is one of the pool's workers, BKO_EBROKEN in a process forked from
 * the owner. */
int bko__pool_check_caller(bko_pool *pool);

/* --- unrun.c --- */

/* Ends a task that no worker has taken with `code`, unless it has ended already. The lock must be
 * held if the frame is in the ring. Returns false if out of memory. */
bool bko__task_end_unrun(bko_pool *pool, bko__task_frame *frame, int code);
/* Does the same for every task that no worker has taken. */
void bko__pool_end_unrun(bko_pool *pool, int code);
/* Breaks the pool: no worker will ever run the pending tasks. pool->reason holds the reason. */
void bko__pool_break(bko_pool *pool, int code);

static inline uint64_t bko__pool_outstanding(const bko_pool *pool) {
    const bko_pool_counts *counts = &pool->counts;
    return counts->submitted - counts->done - counts->failed - counts->lost - counts->cancelled -
           counts->broken;
}

#endif
