/*
 * Sleeping and waking. We use plain futexes: if a process is killed while it waits on a shared
 * condition variable, it leaves the variable in a state that blocks the others.
 *
 * Waking costs more than a short task, so at most one worker at a time is awake without a task: the
 * searcher. A submit wakes a worker only if there is no searcher. A searcher that finds a task
 * wakes the next one if there are more tasks. If a dead process owed a wake-up, no one sleeps
 * forever: worker processes wake every second, and the owner wakes all workers after each death.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "pool/exchange/exchange.h"

enum { SPIN_NS = 8000, SPINS_PER_LOOK = 20, WORD = 64, LEAST_FRAME = 16 };

static long futex(const bko__exchange *x, _Atomic uint32_t *word, int operation, uint32_t value,
                  const struct timespec *limit) {
    int private = x->processes ? 0 : FUTEX_PRIVATE_FLAG;
    return syscall(SYS_futex, word, operation | private, value, limit, NULL, 0);
}

/* Waits while *word is `value`. Processes wait at most a second and then check that their owner is
 * alive. */
static void sleep_on(const bko__exchange *x, _Atomic uint32_t *word, uint32_t value) {
    static const struct timespec second = {.tv_sec = 1};
    long err = futex(x, word, FUTEX_WAIT, value, x->processes ? &second : NULL);
    if (err != 0 && errno == ETIMEDOUT) {
        bko__leave_without_owner(x);
    }
}

void bko__leave_without_owner(const bko__exchange *x) {
    if (x->processes && getppid() != x->shared->owner) {
        _exit(1);
    }
}

/* --- workers -------------------------------------------------------------------------------------- */

static _Atomic uint64_t *word_of(bko__exchange *x, unsigned worker) {
    return &x->shared->sleepers[worker / WORD];
}

static uint64_t bit_of(unsigned worker) {
    return UINT64_C(1) << (worker % WORD);
}

/* Returns true if the bit was set: the thread that clears it must wake the worker. */
static bool clear_sleeper(bko__exchange *x, unsigned worker) {
    return (atomic_fetch_and(word_of(x, worker), ~bit_of(worker)) & bit_of(worker)) != 0;
}

/* Finds the lowest sleeping worker, so that the caches of a few busy ones stay warm;
 * BKO__NO_WORKER: none. */
static unsigned find_sleeper(bko__exchange *x) {
    for (unsigned i = 0; i * WORD < x->shared->workers; i++) {
        uint64_t bits = atomic_load(&x->shared->sleepers[i]);
        if (bits != 0) {
            return i * WORD + (unsigned)__builtin_ctzll(bits);
        }
    }
    return BKO__NO_WORKER;
}

static void wake(bko__exchange *x, unsigned worker) {
    atomic_store(&x->slots[worker].woken, 1);
    futex(x, &x->slots[worker].woken, FUTEX_WAKE, 1, NULL);
}

/* task_tail and the bits are accessed in sequentially consistent order: either we see the sleeper's
 * bit here, or the sleeper sees the new tail in its last check. */
void bko__wake_for_work(bko__exchange *x) {
    for (;;) {
        unsigned worker = find_sleeper(x);
        uint32_t nobody = 0;
        if (worker == BKO__NO_WORKER || atomic_load(&x->shared->searcher) != 0 ||
            !atomic_compare_exchange_strong(&x->shared->searcher, &nobody, worker + 1)) {
            return;
        }
        if (clear_sleeper(x, worker)) {
            wake(x, worker);
            return;
        }
        bko__stop_searching(x, worker); /* it woke by itself */
    }
}

void bko__wake_for_all_work(bko__exchange *x) {
    bko__shared *shared = x->shared;
    uint64_t tasks =
        (atomic_load(&shared->task_tail) - atomic_load(&shared->task_head)) / LEAST_FRAME;
    for (unsigned worker; tasks > 0 && (worker = find_sleeper(x)) != BKO__NO_WORKER; tasks--) {
        if (clear_sleeper(x, worker)) {
            wake(x, worker);
        }
    }
}

void bko__wake_all(bko__exchange *x) {
    for (unsigned i = 0; i < x->shared->workers; i++) {
        clear_sleeper(x, i);
        wake(x, i);
    }
    atomic_fetch_add(&x->shared->space_seq, 1);
    futex(x, &x->shared->space_seq, FUTEX_WAKE, INT32_MAX, NULL);
}

void bko__stop_searching(bko__exchange *x, unsigned worker) {
    uint32_t self = worker + 1;
    if (atomic_load_explicit(&x->shared->searcher, memory_order_relaxed) == self) {
        atomic_compare_exchange_strong(&x->shared->searcher, &self, 0);
    }
}

static bool may_go_on(bko__exchange *x) {
    return bko__has_work(x) || atomic_load(&x->shared->closing) != 0;
}

/* The searcher spins for a moment before it sleeps. Returns true if it may go on. */
static bool spin(bko__exchange *x) {
    int64_t end_ns = bko_clock_now_ns() + SPIN_NS;
    do {
        for (int i = 0; i < SPINS_PER_LOOK; i++) {
            if (may_go_on(x)) {
                return true;
            }
            bko__relax();
        }
    } while (bko_clock_now_ns() < end_ns);
    return false;
}

static bool search(bko__exchange *x, unsigned worker) {
    uint32_t searcher = 0;
    if (!atomic_compare_exchange_strong(&x->shared->searcher, &searcher, worker + 1) &&
        searcher != worker + 1) {
        return false;
    }
    if (spin(x)) {
        return true; /* remains the searcher until it has a task */
    }
    bko__stop_searching(x, worker);
    return false;
}

static bool everybody_sleeps(bko__exchange *x) {
    unsigned asleep = 0;
    for (unsigned i = 0; i * WORD < x->shared->workers; i++) {
        asleep += (unsigned)__builtin_popcountll(atomic_load(&x->shared->sleepers[i]));
    }
    return asleep == x->shared->workers;
}

/* Wakes the owner if it sleeps and holds back tasks that now fit, or if answers have accumulated.
 * An owner that waits for all tasks is woken only when the last worker is idle. */
static void tell_idle(bko__exchange *x) {
    bko__shared *shared = x->shared;
    if (atomic_load(&shared->notify_at) == BKO__NEVER) {
        return;
    }
    bool gathered = atomic_load(&shared->answer_tail) != atomic_load(&shared->answer_head) &&
                    (atomic_load(&shared->wanted) != BKO_ALL_TASKS || everybody_sleeps(x));
    if (gathered || atomic_load(&shared->owner_holds) != 0) {
        bko__ring_bell(x);
    }
}

void bko__wait_for_work(bko__exchange *x, unsigned worker) {
    if (search(x, worker)) {
        return;
    }
    bko__slot *slot = &x->slots[worker];
    atomic_store(&slot->woken, 0);
    atomic_fetch_or(word_of(x, worker), bit_of(worker));
    if (!may_go_on(x)) {
        tell_idle(x);
        sleep_on(x, &slot->woken, 0);
    }
    clear_sleeper(x, worker);
}

void bko__forget_worker(bko__exchange *x, unsigned worker) {
    clear_sleeper(x, worker);
    bko__stop_searching(x, worker);
}

/* --- room for answers ------------------------------------------------------------------------------ */

void bko__wait_for_space(bko__exchange *x, size_t left) {
    bko__shared *shared = x->shared;
    uint32_t seq = atomic_load(&shared->space_seq);
    atomic_store(&shared->space_wanted, 1);
    if (!bko__answers_have_room(x, left) && atomic_load(&shared->closing) == 0) {
        bko__ring_bell(x);
        sleep_on(x, &shared->space_seq, seq);
    }
}

void bko__tell_space(bko__exchange *x) {
    if (atomic_load(&x->shared->space_wanted) != 0) {
        atomic_store(&x->shared->space_wanted, 0);
        atomic_fetch_add(&x->shared->space_seq, 1);
        futex(x, &x->shared->space_seq, FUTEX_WAKE, INT32_MAX, NULL);
    }
}

/* --- the owner -------------------------------------------------------------------------------------- */

void bko__ring_bell(bko__exchange *x) {
    if (atomic_exchange(&x->shared->notify_at, BKO__NEVER) != BKO__NEVER) {
        bko__ring_again(x);
    }
}

void bko__ring_again(const bko__exchange *x) {
    static const uint64_t one = 1;
    while (write(x->bell, &one, sizeof one) < 0 && errno == EINTR) {
    }
}
