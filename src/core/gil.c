/* See core/gil.h. */
#include "core/gil.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "bakeoff/error.h"

enum { INTERVAL_NS = 5 * 1000 * 1000, SECOND_NS = 1000 * 1000 * 1000 };

/* A thread in the queue; lives on that thread's stack. */
typedef struct waiter {
    pthread_cond_t wake;
    pthread_t thread;    /* const */
    struct waiter *next; /* guarded by lock */
    bool granted;        /* guarded by lock; it has been handed the lock and left the queue */
} waiter;

/* Invariants, under the lock: `asked` is set only while the lock is held and somebody waits;
 * `turns` grows whenever a thread leaves the queue with the lock. */
struct bko__gil {
    pthread_mutex_t lock;
    pthread_condattr_t monotonic; /* const after create */
    waiter *first, *last;         /* guarded by lock; longest waiter first */
    uint64_t turns;               /* guarded by lock */
    bool held;                    /* guarded by lock */
    pthread_t holder;             /* guarded by lock; valid while held */
    int signal;                   /* guarded by lock; 0: none */
    atomic_bool asked;            /* written under lock, read by the holder without it */
};

int bko__gil_create(bko__gil **out) {
    bko__gil *gil = *out = calloc(1, sizeof *gil);
    if (gil == NULL) {
        return BKO_ENOMEM;
    }
    pthread_mutex_init(&gil->lock, NULL);
    pthread_condattr_init(&gil->monotonic);
    pthread_condattr_setclock(&gil->monotonic, CLOCK_MONOTONIC);
    atomic_init(&gil->asked, false);
    return BKO_OK;
}

void bko__gil_free(bko__gil *gil) {
    if (gil == NULL) {
        return;
    }
    pthread_condattr_destroy(&gil->monotonic);
    pthread_mutex_destroy(&gil->lock);
    free(gil);
}

/* Lock held. */
static void append(bko__gil *gil, waiter *me) {
    if (gil->last == NULL) {
        gil->first = me;
    } else {
        gil->last->next = me;
    }
    gil->last = me;
}

/* Lock held, somebody is waiting. */
static waiter *take_first(bko__gil *gil) {
    waiter *first = gil->first;
    gil->first = first->next;
    if (gil->first == NULL) {
        gil->last = NULL;
    }
    gil->turns++;
    return first;
}

/* Lock held, somebody is waiting: the longest waiter becomes the holder. */
static void hand_over(bko__gil *gil) {
    waiter *next = take_first(gil);
    next->granted = true;
    gil->holder = next->thread;
    atomic_store_explicit(&gil->asked, false, memory_order_relaxed);
    pthread_cond_signal(&next->wake);
}

static struct timespec interval_from_now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += INTERVAL_NS;
    if (at.tv_nsec >= SECOND_NS) {
        at.tv_nsec -= SECOND_NS;
        at.tv_sec++;
    }
    return at;
}

/* Lock held. */
static bool is_my_turn(const bko__gil *gil, const waiter *me) {
    return me->granted || (!gil->held && gil->first == me);
}

/* Lock held. The holder needs this lock to leave, so its thread still exists. */
static void ask(bko__gil *gil, const waiter *me) {
    atomic_store_explicit(&gil->asked, true, memory_order_relaxed);
    if (gil->signal != 0 && gil->first == me) {
        pthread_kill(gil->holder, gil->signal);
    }
}

/* Called with the lock held; returns with it, and with the gil. The interval restarts whenever a
 * queued thread gets its turn, so that each holder has its 5 ms however many threads wait. */
static void wait_for_turn(bko__gil *gil) {
    waiter me = {.thread = pthread_self(), .next = NULL, .granted = false};
    pthread_cond_init(&me.wake, &gil->monotonic);
    append(gil, &me);
    while (!is_my_turn(gil, &me)) {
        uint64_t turns = gil->turns;
        struct timespec until = interval_from_now();
        int err = pthread_cond_timedwait(&me.wake, &gil->lock, &until);
        if (err == ETIMEDOUT && gil->held && !me.granted && gil->turns == turns) {
            ask(gil, &me);
        }
    }
    if (!me.granted) { /* the gil was released, and no other thread took it first */
        take_first(gil);
        gil->held = true;
        gil->holder = me.thread;
    }
    pthread_cond_destroy(&me.wake);
}

void bko__gil_enter(bko__gil *gil) {
    pthread_mutex_lock(&gil->lock);
    if (gil->held) {
        wait_for_turn(gil);
    } else {
        gil->held = true;
        gil->holder = pthread_self();
    }
    pthread_mutex_unlock(&gil->lock);
}

void bko__gil_ask_by_signal(bko__gil *gil, int signal) {
    pthread_mutex_lock(&gil->lock);
    gil->signal = signal;
    pthread_mutex_unlock(&gil->lock);
}

void bko__gil_leave(bko__gil *gil) {
    pthread_mutex_lock(&gil->lock);
    if (atomic_load_explicit(&gil->asked, memory_order_relaxed)) {
        hand_over(gil);
    } else {
        gil->held = false;
        if (gil->first != NULL) {
            pthread_cond_signal(&gil->first->wake);
        }
    }
    pthread_mutex_unlock(&gil->lock);
}

bool bko__gil_should_yield(const bko__gil *gil) {
    return atomic_load_explicit(&gil->asked, memory_order_relaxed);
}

void bko__gil_yield(bko__gil *gil) {
    pthread_mutex_lock(&gil->lock);
    if (atomic_load_explicit(&gil->asked, memory_order_relaxed)) {
        hand_over(gil);
        wait_for_turn(gil);
    }
    pthread_mutex_unlock(&gil->lock);
}

/* --- the gil of this thread ------------------------------------------------------------------- */

static _Thread_local struct {
    bko__gil *gil;
    unsigned outside; /* open blocking_begin calls */
} mine;

void bko__gil_bind(bko__gil *gil) {
    mine.gil = gil;
    mine.outside = 0;
}

bko__gil *bko__gil_bound(void) {
    return mine.gil;
}

void bko__blocking_begin(void) {
    if (mine.gil != NULL && mine.outside++ == 0) {
        int kept = errno;
        bko__gil_leave(mine.gil);
        errno = kept;
    }
}

void bko__blocking_end(void) {
    if (mine.gil != NULL && --mine.outside == 0) {
        int kept = errno;
        bko__gil_enter(mine.gil);
        errno = kept;
    }
}

void bko__gil_breathe(void) {
    if (mine.gil != NULL && mine.outside == 0 && bko__gil_should_yield(mine.gil)) {
        bko__gil_yield(mine.gil);
    }
}
