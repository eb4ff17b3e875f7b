/*
 * Worker processes that die before the pool ends: what is lost with them, and when they are
 * replaced.
 *
 * Pauses keep a pool from doing nothing but forking when its workers die at once. A pause is a due
 * time on a timer in the epoll set; nothing here sleeps.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/timerfd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "pool/owner/pool.h"

/* So many deaths without an answer, or twice as many as there are workers, are no accident. */
enum { BARREN_MAX = 10 };
enum { EARLY_ENDS_MAX = 5, SECOND_NS = 1000000000, SENTENCE = 160 };
static const int64_t FIRST_PAUSE_NS = 10000000;
static const int64_t LONGEST_PAUSE_NS = SECOND_NS;
/* its pidfd has already reported the end */
static const int64_t LEAVE_NS = INT64_C(5) * SECOND_NS;

/* Lock held. A worker that is killed while it takes a task leaves the task in the ring, although its
 * slot already names it. Somebody else may have taken the task since. */
static bool another_runs(const bko_pool *pool, unsigned number, uint64_t current) {
    for (unsigned i = 0; i < pool->options.workers; i++) {
        if (i != number && atomic_load(&pool->exchange.slots[i].current) == current) {
            return true;
        }
    }
    return false;
}

/* Lock held, so no answer and no start of a task comes in between; all answers are in the inbox. */
static bool is_lost(bko_pool *pool, unsigned number, uint64_t current) {
    uint64_t position = 0;
    return current != 0 &&
           bko__ledger_get(&pool->ledger, current - 1, &position) == BKO__TASK_QUEUED &&
           position < atomic_load(&pool->exchange.shared->task_head) &&
           !bko__inbox_holds_answer(&pool->inbox, current - 1) &&
           !another_runs(pool, number, current);
}

/* Only the task that a dead worker had started but not answered is lost. Sets *lost to one more than its
 * number (0: none), and makes sure that there is memory to report it. BKO_ENOMEM: not decided. */
static int find_lost(bko_pool *pool, unsigned number, uint64_t *lost) {
    bko__exchange *x = &pool->exchange;
    bko__exchange_lock(x);
    int err = bko__inbox_absorb(pool);
    if (err == BKO_OK) {
        err = bko__inbox_reserve(pool, SENTENCE);
    }
    uint64_t current = atomic_load(&x->slots[number].current);
    *lost = err == BKO_OK && is_lost(pool, number, current) ? current : 0;
    bko__exchange_unlock(x);
    return err;
}

static void report_lost(bko_pool *pool, uint64_t lost, unsigned number, pid_t pid,
                        const char *how) {
    char sentence[SENTENCE];
    if (lost != 0) {
        snprintf(sentence, sizeof sentence, "worker %u (pid %d) %s", number + 1, (int)pid, how);
        bko__inbox_add(pool, lost - 1, BKO_ELOST, number, (int)pid, sentence);
    }
}

static void clear_slot(bko_pool *pool, unsigned number) {
    bko__slot *slot = &pool->exchange.slots[number];
    atomic_store(&slot->current, 0);
    atomic_store(&slot->hold, 0);
    atomic_store(&slot->stage, BKO__VACANT);
    bko__forget_worker(&pool->exchange, number);
}

static int64_t pause_after(unsigned ends) {
    int64_t pause_ns = FIRST_PAUSE_NS;
    while (--ends > 0 && pause_ns < LONGEST_PAUSE_NS) {
        pause_ns *= 2;
    }
    return pause_ns < LONGEST_PAUSE_NS ? pause_ns : LONGEST_PAUSE_NS;
}

static void replace_later(bko_pool *pool, unsigned number, int64_t pause_ns) {
    pool->crew.members[number].due_ns = bko_clock_now_ns() + pause_ns;
    pool->crew.missing++;
}

static bool somebody_is_ready(const bko_pool *pool) {
    for (unsigned i = 0; i < pool->options.workers; i++) {
        if (pool->crew.members[i].alive && bko__member_stage(pool, i) == BKO__READY) {
            return true;
        }
    }
    return false;
}

/* As long as one worker is alive, tasks are not given up because other workers can't be
 * replaced. */
static void ended_early(bko_pool *pool, unsigned number, pid_t pid, const char *how) {
    pool->crew.early_ends++;
    bool hopeless = pool->crew.early_ends >= EARLY_ENDS_MAX && !somebody_is_ready(pool);
    if (pool->broken == BKO_OK && (pool->starting || hopeless)) {
        snprintf(pool->reason, sizeof pool->reason, "worker %u (pid %d) %s before it was ready%s",
                 number + 1, (int)pid, how, pool->starting ? "" : ", as did the workers before it");
        bko__pool_break(pool, BKO_ELOST);
    }
    replace_later(pool, number, pause_after(pool->crew.early_ends));
}

static uint64_t all_answered(const bko_pool *pool) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < pool->options.workers; i++) {
        sum += atomic_load(&pool->exchange.slots[i].answered);
    }
    return sum;
}

/* Has a worker been there since before the last deaths? It may be running a long task. */
static bool somebody_outlives(const bko_pool *pool) {
    const bko__crew *crew = &pool->crew;
    for (unsigned i = 0; i < pool->options.workers; i++) {
        if (crew->members[i].alive && bko__member_stage(pool, i) == BKO__READY &&
            crew->deaths - crew->members[i].deaths_before >= crew->barren) {
            return true;
        }
    }
    return false;
}

static uint64_t outstanding(const bko_pool_counts *counts) {
    return counts->submitted - counts->done - counts->failed - counts->lost - counts->cancelled -
           counts->broken;
}

/* A worker died that was ready. If tasks do nothing but kill workers, the rest would, too. */
static void count_death(bko_pool *pool, unsigned number, pid_t pid, const char *how) {
    bko__crew *crew = &pool->crew;
    uint64_t answered = all_answered(pool);
    uint64_t most = 2 * (uint64_t)pool->options.workers;
    most = most > BARREN_MAX ? most : BARREN_MAX;
    if (outstanding(&pool->counts) == 0) {
        return; /* no task had anything to do with it */
    }
    crew->deaths++;
    crew->barren = answered > crew->answered ? 1 : crew->barren + 1;
    crew->answered = answered;
    if (crew->barren >= most && pool->broken == BKO_OK && !somebody_outlives(pool)) {
        snprintf(pool->reason, sizeof pool->reason,
                 "%" PRIu64 " workers in a row died, and no task was answered in the meantime; the "
                 "last, worker %u (pid %d), %s",
                 crew->barren, number + 1, (int)pid, how);
        bko__pool_break(pool, BKO_ELOST);
    }
}

static void plan_replacement(bko_pool *pool, unsigned number, bko__stage stage, pid_t pid,
                             const char *how) {
    bko__crew *crew = &pool->crew;
    bool useful =
        atomic_load(&pool->exchange.slots[number].answered) > crew->members[number].answered_before;
    switch (stage) {
    case BKO__STARTING:
        ended_early(pool, number, pid, how);
        break;
    case BKO__READY:
    case BKO__LEAVING:
        crew->early_ends = 0;
        if (stage == BKO__READY) {
            count_death(pool, number, pid, how);
        }
        crew->idle_ends = useful || stage == BKO__LEAVING ? 0 : crew->idle_ends + 1;
        replace_later(pool, number, crew->idle_ends > 0 ? pause_after(crew->idle_ends) : 0);
        break;
    default: /* its `open` failed, which breaks the pool */
        crew->members[number].given_up = true;
        break;
    }
}

/* Without memory, the worker stays as it is: its descriptor reports its end again at the next look. */
int bko__crew_bury(bko_pool *pool, unsigned number) {
    char how[80];
    uint64_t lost;
    int err = find_lost(pool, number, &lost);
    if (err != BKO_OK) {
        return err;
    }
    bko__stage stage = bko__member_stage(pool, number);
    pid_t pid = pool->crew.members[number].pid;
    bko__member_reap(pool, number, LEAVE_NS, how, sizeof how);
    report_lost(pool, lost, number, pid, how);
    clear_slot(pool, number);
    if (stage == BKO__LEAVING) {
        bko__wake_for_work(&pool->exchange);
    } else {
        bko__wake_all(&pool->exchange); /* it may have owed a wake-up */
    }
    if (atomic_load(&pool->exchange.shared->closing) == 0) {
        plan_replacement(pool, number, stage, pid, how);
    }
    return BKO_OK;
}

/* --- replacing ------------------------------------------------------------------------------------ */

static void set_timer(bko_pool *pool, int64_t due_ns) {
    struct itimerspec at = {.it_value = {due_ns / SECOND_NS, due_ns % SECOND_NS}};
    timerfd_settime(pool->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void give_up(bko_pool *pool, unsigned number) {
    pool->crew.members[number].given_up = true;
    pool->crew.missing--;
    if (pool->crew.alive == 0 && pool->crew.missing == 0 && pool->broken == BKO_OK) {
        snprintf(pool->reason, sizeof pool->reason,
                 "no worker is left: dead ones could not be replaced, because a process with "
                 "threads can't fork");
        bko__pool_break(pool, BKO_EBUSY);
    }
}

static void replace(bko_pool *pool, unsigned number) {
    bko__crew *crew = &pool->crew;
    if (pool->options.kind == BKO_POOL_FORK && !bko__process_is_single_threaded()) {
        give_up(pool, number);
        return;
    }
    int err = bko__member_start(pool, number);
    if (err == BKO_OK) {
        crew->missing--;
        crew->respawned++;
        return;
    }
    crew->early_ends++;
    crew->members[number].due_ns = bko_clock_now_ns() + pause_after(crew->early_ends);
    if (crew->alive == 0 && crew->early_ends >= EARLY_ENDS_MAX) {
        bko__pool_break(pool, err);
    }
}

void bko__crew_replace(bko_pool *pool) {
    if (pool->crew.missing == 0 || pool->broken != BKO_OK || pool->starting) {
        return;
    }
    int64_t now_ns = bko_clock_now_ns();
    int64_t next_ns = INT64_MAX;
    for (unsigned i = 0; i < pool->options.workers && pool->broken == BKO_OK; i++) {
        bko__member *member = &pool->crew.members[i];
        if (!member->alive && !member->given_up && member->due_ns <= now_ns) {
            replace(pool, i);
        }
        if (!member->alive && !member->given_up && member->due_ns < next_ns) {
            next_ns = member->due_ns;
        }
    }
    if (next_ns != INT64_MAX) {
        set_timer(pool, next_ns);
    }
}
