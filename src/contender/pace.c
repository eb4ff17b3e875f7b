/* See contender/pace.h. */
#include "contender/pace.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "record/notes.h"

enum { NS_PER_S = 1000000000 };

void bko__pace_begin(bko__pace *pace, const bko_jobs *jobs) {
    *pace = (bko__pace){.recorder = jobs->recorder, .count = jobs->count, .timer = -1};
}

bool bko__pace_is_done(const bko__pace *pace) {
    return bko__recorder_is_open(pace->recorder)
               ? pace->arrived == pace->count && pace->waiting == 0
               : pace->next == pace->count;
}

static bool has_come(const bko__pace *pace, int64_t now) {
    return pace->arrived < pace->count &&
           bko__recorder_due_ns(pace->recorder, pace->arrived) <= now;
}

void bko__pace_admit(bko__pace *pace) {
    if (!bko__recorder_is_open(pace->recorder)) {
        return;
    }
    size_t most = bko__recorder_schedule(pace->recorder)->max_queue;
    int64_t now = bko_clock_now_ns();
    for (; has_come(pace, now); pace->arrived++) {
        if (most > 0 && pace->waiting >= most) {
            bko__recorder_drop(pace->recorder, pace->arrived);
        } else {
            pace->waiting++;
        }
    }
}

void bko__pace_drop_rest(bko__pace *pace) {
    for (size_t job = pace->next; job < pace->count; job++) {
        if (bko_recorder_state(pace->recorder, job) == BKO_JOB_PENDING) {
            bko__recorder_drop(pace->recorder, job);
        }
    }
    pace->next = pace->arrived = pace->count;
    pace->waiting = 0;
}

/* Takes the oldest job in the queue, or one that has just arrived. */
static bool take_open(bko__pace *pace, int64_t now, size_t *job) {
    if (pace->waiting > 0) {
        while (bko_recorder_state(pace->recorder, pace->next) == BKO_JOB_DROPPED) {
            pace->next++;
        }
        pace->waiting--;
        *job = pace->next++;
        return true;
    }
    if (has_come(pace, now)) {
        *job = pace->arrived++;
        pace->next = pace->arrived;
        return true;
    }
    return false;
}

bool bko__pace_take(bko__pace *pace, size_t *job) {
    if (!bko__recorder_is_open(pace->recorder)) {
        *job = pace->next;
        pace->next += pace->next < pace->count;
        return *job < pace->count;
    }
    int64_t now = bko_clock_now_ns();
    if (now >= bko__recorder_start_until_ns(pace->recorder)) {
        bko__pace_drop_rest(pace);
        return false;
    }
    return take_open(pace, now, job);
}

int64_t bko__pace_due_ns(const bko__pace *pace) {
    int64_t until = bko__recorder_start_until_ns(pace->recorder);
    if (pace->arrived == pace->count) {
        return until;
    }
    int64_t due = bko__recorder_due_ns(pace->recorder, pace->arrived);
    return due < until ? due : until;
}

int bko__pace_sharpen(int slack_ns) {
    int before = prctl(PR_GET_TIMERSLACK);
    prctl(PR_SET_TIMERSLACK, (unsigned long)slack_ns);
    return before;
}

void bko__pace_sleep(int64_t until_ns) {
    struct timespec when = {until_ns / NS_PER_S, until_ns % NS_PER_S};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR) {
    }
}

int bko__pace_open_timer(bko__pace *pace) {
    pace->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return pace->timer >= 0 ? BKO_OK : BKO_ESYS;
}

/* Setting the timer also makes it unreadable until it is due again. */
void bko__pace_set_timer(bko__pace *pace, bool on) {
    int64_t due_ns = on ? bko__pace_due_ns(pace) : 0;
    if (pace->timer < 0 || (due_ns == 0 && pace->timer_ns == 0)) {
        return;
    }
    pace->timer_ns = due_ns;
    struct itimerspec when = {.it_value = {due_ns / NS_PER_S, due_ns % NS_PER_S}};
    timerfd_settime(pace->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void bko__pace_close_timer(bko__pace *pace) {
    if (pace->timer >= 0) {
        close(pace->timer);
        pace->timer = -1;
    }
}
