/* The shared memory: layout, mapping, lock. See pool/exchange/exchange.h. */
#include "pool/exchange/exchange.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/fd.h"

enum { FRAME_DEFAULT = 64 << 20, QUEUE_DEFAULT = 256 << 10, QUEUE_LEAST = 4096, PAGE = 4096 };
enum { SECOND_NS = 1000000000, LOCK_WAIT_NS = 10000000 };
enum { UNKNOWN_NS = 1000000 }; /* assumed time of a task before any has run: not short */

static uint64_t power_of_two(uint64_t least) {
    uint64_t size = QUEUE_LEAST;
    while (size < least) {
        size *= 2;
    }
    return size;
}

static uint64_t pages(uint64_t bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

/* Two builds with different layouts must not share memory. */
static uint64_t layout_mark(void) {
    return UINT64_C(0x62616b656f666600) ^ (sizeof(bko__shared) << 20) ^ (sizeof(bko__slot) << 40) ^
           offsetof(bko__shared, notify_at);
}

static bko__shared lay_out(const bko_pool_options *options) {
    bko__shared layout = {.layout = layout_mark(), .owner = getpid()};
    layout.workers = options->workers;
    layout.recycle = options->recycle;
    layout.frame_max = options->frame_max > 0 ? options->frame_max : FRAME_DEFAULT;
    layout.greeting_size = options->greeting_size;
    layout.task_base =
        power_of_two(options->queue_bytes > 0 ? options->queue_bytes : QUEUE_DEFAULT);
    layout.answer_capacity = layout.task_base;
    uint64_t largest = power_of_two(bko__task_frame_bytes(layout.frame_max));
    layout.task_room = largest > layout.task_base ? largest : layout.task_base;
    layout.slots_at = pages(sizeof(bko__shared));
    layout.greeting_at = layout.slots_at + pages(layout.workers * sizeof(bko__slot));
    layout.answers_at = layout.greeting_at + pages(layout.greeting_size);
    layout.tasks_at = layout.answers_at + layout.answer_capacity;
    layout.size = layout.tasks_at + layout.task_room;
    return layout;
}

static void look_at(bko__exchange *x, void *memory) {
    unsigned char *bytes = memory;
    x->shared = memory;
    x->slots = (bko__slot *)(void *)(bytes + x->shared->slots_at);
    x->greeting = bytes + x->shared->greeting_at;
    x->answers = bytes + x->shared->answers_at;
    x->tasks = bytes + x->shared->tasks_at;
}

/* Untouched pages cost nothing, so the task ring can reserve room for the largest task. */
static void *map(bko__exchange *x, size_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    if (x->processes) {
        x->memory = bko__fd_memory("bakeoff-pool");
        if (x->memory < 0 || ftruncate(x->memory, (off_t)size) != 0) {
            return MAP_FAILED;
        }
        flags = MAP_SHARED | MAP_NORESERVE;
    }
    return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, x->memory, 0);
}

static void init_lock(bko__exchange *x) {
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    if (x->processes) {
        pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
        pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    }
    pthread_mutex_init(&x->shared->lock, &kind);
    pthread_mutexattr_destroy(&kind);
}

int bko__exchange_create(bko__exchange *out, const bko_pool_options *options) {
    *out =
        (bko__exchange){.memory = -1, .bell = -1, .processes = options->kind != BKO_POOL_THREADS};
    bko__shared layout = lay_out(options);
    void *memory = map(out, layout.size);
    if (memory == MAP_FAILED) {
        int saved = errno;
        bko__exchange_close(out);
        errno = saved;
        return errno == ENOMEM ? BKO_ENOMEM : BKO_ESYS;
    }
    memcpy(memory, &layout, sizeof layout);
    look_at(out, memory);
    if (options->greeting_size > 0) {
        memcpy((unsigned char *)memory + layout.greeting_at, options->greeting,
               options->greeting_size);
    }
    atomic_store(&out->shared->task_capacity, layout.task_base);
    atomic_store(&out->shared->notify_at, BKO__NEVER);
    atomic_store(&out->shared->mean_ns, UNKNOWN_NS);
    atomic_store(&out->shared->wanted, BKO__NO_TASK);
    init_lock(out);
    return BKO_OK;
}

int bko__exchange_attach(bko__exchange *out, int memory, int bell) {
    struct stat about;
    *out = (bko__exchange){.memory = memory, .bell = bell, .processes = true};
    if (fstat(memory, &about) != 0 || about.st_size < (off_t)sizeof(bko__shared)) {
        return BKO_EPROTOCOL;
    }
    size_t size = (size_t)about.st_size;
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory, 0);
    if (mapped == MAP_FAILED) {
        return BKO_ESYS;
    }
    const bko__shared *shared = mapped;
    if (shared->layout != layout_mark() || shared->size != size) {
        munmap(mapped, size);
        return BKO_EPROTOCOL;
    }
    look_at(out, mapped);
    return BKO_OK;
}

void bko__exchange_close(bko__exchange *x) {
    if (x->shared != NULL) {
        munmap(x->shared, x->shared->size);
    }
    if (x->memory >= 0) {
        close(x->memory);
    }
    *x = (bko__exchange){.memory = -1, .bell = -1};
}

/* The critical sections are short, so spinning for a moment is cheaper than a system call. */
static int try_for_a_moment(pthread_mutex_t *lock) {
    int err = EBUSY;
    for (int i = 0; i < 40 && err == EBUSY; i++) {
        err = pthread_mutex_trylock(lock);
        if (err == EBUSY) {
            bko__relax();
        }
    }
    return err;
}

/* A robust mutex can lose a wake-up: it wakes one waiter, somebody else takes the lock before that
 * waiter runs, and the waiter is killed. The mutex then no longer knows of the other waiters. So a
 * process asks again after a while. */
static int wait_for(const bko__exchange *x, pthread_mutex_t *lock) {
    if (!x->processes) {
        return pthread_mutex_lock(lock);
    }
#ifdef __SANITIZE_THREAD__ /* it doesn't see that pthread_mutex_clocklock locks */
    sched_yield();
    return ETIMEDOUT;
#endif
    int64_t limit_ns = bko_clock_now_ns() + LOCK_WAIT_NS;
    const struct timespec limit = {.tv_sec = limit_ns / SECOND_NS, .tv_nsec = limit_ns % SECOND_NS};
    return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &limit);
}

static int acquire(bko__exchange *x) {
    pthread_mutex_t *lock = &x->shared->lock;
    int err;
    do {
        err = try_for_a_moment(lock);
        if (err == EBUSY) {
            err = wait_for(x, lock);
        }
    } while (err == ETIMEDOUT);
    return err;
}

void bko__exchange_lock(bko__exchange *x) {
    if (acquire(x) == EOWNERDEAD) {
        pthread_mutex_consistent(&x->shared->lock);
    }
}

void bko__exchange_unlock(bko__exchange *x) {
    pthread_mutex_unlock(&x->shared->lock);
}
