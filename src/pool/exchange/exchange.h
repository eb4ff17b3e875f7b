/*
 * The memory that the owner of a pool shares with its workers: a ring of tasks, a ring of answers
 * and one slot per worker. Threads (a private mapping) and processes (a memfd) use the same layout.
 *
 * A worker may be killed at any instruction, even inside the lock. So every step ends with one
 * store that makes it valid (an index of a ring, a slot's `current`), and a step that a dead worker
 * left unfinished has no effect.
 *
 *   task_tail     moved only by the owner, without the lock
 *   task_head     moved under the lock: by a worker that takes a task, by the owner that drops all
 *   answer_tail   moved under the lock by workers
 *   answer_head   moved only by the owner, without the lock
 *
 * Positions count bytes and never wrap. The offset in a ring is the position modulo its capacity; a
 * frame may wrap around the end of its ring. Sleeper and waker each check the other's flag in
 * sequentially consistent order; all other accesses are release and acquire.
 *
 * Threads: everything in bko__shared and bko__slot is atomic or guarded by `lock`.
 */
#ifndef BAKEOFF_POOL_EXCHANGE_EXCHANGE_H
#define BAKEOFF_POOL_EXCHANGE_EXCHANGE_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/pool.h"

enum {
    BKO__WORKERS_MAX = 65534,
    BKO__NO_WORKER = 65535,
    BKO__LINES = 128, /* two cache lines, because the CPU fetches neighbouring lines in pairs */
    BKO__SLEEPER_WORDS = 1024
};
#define BKO__NO_TASK UINT64_MAX
#define BKO__NEVER   UINT64_MAX

typedef struct bko__task_frame {
    uint32_t size;
    _Atomic uint32_t skipped; /* guarded by lock; 1: cancelled, no worker starts it */
    uint64_t task;
} bko__task_frame;

enum {
    BKO__MORE = 1,  /* another piece of this answer follows */
    BKO__OWNERS = 2 /* written by the owner, not by a worker */
};

typedef struct bko__answer_frame {
    uint32_t size;
    uint16_t worker;
    uint16_t flags;
    int32_t code;
    int32_t pid;
    uint64_t task; /* BKO__NO_TASK: the answer says why `open` failed */
} bko__answer_frame;

/* Bytes that a frame with `size` bytes of data takes in the ring and in the inbox. */
static inline uint64_t bko__answer_frame_bytes(uint64_t size) {
    return sizeof(bko__answer_frame) + (size + 7) / 8 * 8;
}

typedef enum bko__stage {
    BKO__VACANT,
    BKO__STARTING,
    BKO__READY,
    BKO__LEAVING, /* on purpose: the pool ends, or the worker is being recycled */
    BKO__FAILED   /* `open` failed */
} bko__stage;

typedef struct bko__slot {
    alignas(BKO__LINES) _Atomic uint64_t current; /* the task it has started, plus 1; 0: none */
    _Atomic uint64_t hold;     /* position, plus 1, of the frame it is copying; 0: none */
    _Atomic uint64_t answered; /* tasks answered by this worker and its predecessors */
    _Atomic uint32_t stage;
    _Atomic uint32_t woken; /* futex: 1 once the sleeper has been woken */
    _Atomic int32_t pid;
    _Atomic int64_t cpu_ready_ns; /* CPU time used when `open` returned */
    _Atomic int64_t cpu_past_ns;  /* CPU time of predecessors */
    _Atomic uint64_t recycled;    /* threads: how often the state was replaced */
} bko__slot;

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the gaps keep cache lines apart */
typedef struct bko__shared {
    uint64_t layout; /* differs between incompatible builds */
    /* const after create */
    uint64_t size;
    uint64_t frame_max;
    uint64_t recycle;
    uint64_t task_room;       /* largest capacity of the task ring */
    uint64_t task_base;       /* its normal capacity */
    uint64_t answer_capacity; /* all three capacities are powers of two */
    uint64_t greeting_size;
    uint64_t slots_at, greeting_at, answers_at, tasks_at;
    uint32_t workers;
    int32_t owner;

    alignas(BKO__LINES) pthread_mutex_t lock;
    _Atomic uint64_t task_head;
    _Atomic uint64_t answer_tail;
    _Atomic uint64_t mean_ns; /* moving average of task times */

    /* written by the owner for every task */
    alignas(BKO__LINES) _Atomic uint64_t task_tail;
    _Atomic uint64_t task_capacity;

    alignas(BKO__LINES) _Atomic uint64_t answer_head;
    /* wakes the owner when answer_tail reaches it; BKO__NEVER: the owner is awake */
    _Atomic uint64_t notify_at;
    _Atomic uint64_t wanted;      /* ends of this task wake the owner, too */
    _Atomic uint32_t owner_holds; /* 1: a nearly empty task ring wakes the owner, too */
    _Atomic uint32_t closing;     /* workers leave, answers are no longer wanted */

    /* the worker, plus 1, that is awake without a task */
    alignas(BKO__LINES) _Atomic uint32_t searcher;
    _Atomic uint32_t space_wanted; /* a worker waits for room in the answer ring */
    _Atomic uint32_t space_seq;    /* futex for that */

    /* one bit per sleeping worker */
    alignas(BKO__LINES) _Atomic uint64_t sleepers[BKO__SLEEPER_WORDS];
} bko__shared;

/* One process's view. */
typedef struct bko__exchange {
    bko__shared *shared;
    bko__slot *slots;
    unsigned char *answers;
    unsigned char *tasks;
    const void *greeting;
    int memory; /* memfd; -1: threads */
    int bell;   /* eventfd that wakes the owner */
    bool processes;
} bko__exchange;

/* --- exchange.c --- */

/* Maps memory for `options`; for process workers, memory that can be passed to another process.
 * BKO_ENOMEM, BKO_ESYS. */
int bko__exchange_create(bko__exchange *out, const bko_pool_options *options);
/* Maps the memory of another process. BKO_EPROTOCOL: it comes from a different build. */
int bko__exchange_attach(bko__exchange *out, int memory, int bell);
void bko__exchange_close(bko__exchange *x);

void bko__exchange_lock(bko__exchange *x);
void bko__exchange_unlock(bko__exchange *x);

/* --- rings.c --- */

void bko__ring_write(unsigned char *ring, uint64_t capacity, uint64_t at, const void *data,
                     size_t size);
void bko__ring_read(const unsigned char *ring, uint64_t capacity, uint64_t at, void *out,
                    size_t size);

/* The owner's view of the task ring. Owner thread. */
typedef struct bko__producer {
    uint64_t tail;
    uint64_t free; /* the owner knows that everything below has been copied out */
    uint64_t capacity;
} bko__producer;

uint64_t bko__task_frame_bytes(size_t size);
/* Puts a task into the ring and its position into *at; false: no room now. */
bool bko__tasks_put(bko__exchange *x, bko__producer *producer, uint64_t task, const void *data,
                    size_t size, uint64_t *at);
/* Releases the memory of a grown ring once it is empty. */
void bko__tasks_shrink(bko__exchange *x, bko__producer *producer);
/* Lock held. Returns the frame at a position that no worker has reached. */
bko__task_frame *bko__task_at(bko__exchange *x, uint64_t at);

/* Lock held. Puts the bytes of an answer from *sent on into the ring, in as many pieces as fit.
 * Returns true once all of it is in the ring. */
bool bko__answers_put(bko__exchange *x, const bko__answer_frame *frame, const void *data,
                      size_t *sent);
/* Is there room for the next piece of bko__answers_put? */
bool bko__answers_have_room(bko__exchange *x, size_t left);

/* --- wake.c --- */

/* Wakes a sleeping worker, unless another one is already looking for work. */
void bko__wake_for_work(bko__exchange *x);
/* Wakes as many workers as there are tasks. */
void bko__wake_for_all_work(bko__exchange *x);
void bko__wake_all(bko__exchange *x);
/* Called by a worker without a task: returns when there may be a task or the pool closes. */
void bko__wait_for_work(bko__exchange *x, unsigned worker);
/* The worker no longer looks for work. */
void bko__stop_searching(bko__exchange *x, unsigned worker);
/* Returns when there may be room for `left` bytes of an answer. */
void bko__wait_for_space(bko__exchange *x, size_t left);
void bko__tell_space(bko__exchange *x);
/* Wakes the owner if it is asleep. */
void bko__ring_bell(bko__exchange *x);
/* Makes the bell's descriptor readable again, whether or not the owner is asleep. */
void bko__ring_again(const bko__exchange *x);
/* In worker processes: exits if the owner is gone. */
void bko__leave_without_owner(const bko__exchange *x);
/* Clears what a dead worker may have left: its sleeper bit, its search. */
void bko__forget_worker(bko__exchange *x, unsigned worker);

/* For use inside a loop that waits for another CPU. */
static inline void bko__relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

static inline bool bko__has_work(bko__exchange *x) {
    return atomic_load(&x->shared->task_tail) != atomic_load(&x->shared->task_head);
}

#endif
