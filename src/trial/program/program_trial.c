/*
 * A trial of a program: the guardian (src/programs/guardian) runs it, and the bench samples its
 * tree from outside. Programs that must run before it are run the same way, but not measured.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "probe/linux/memory.h"
#include "probe/sampler_parts.h"
#include "record/notes.h"
#include "trial/program/guardian.h"
#include "trial/program/program.h"
#include "trial/program/program_trial.h"
#include "trial/shared/judge.h"

/* Looks at a program: its age at the first one, and the minimum time between two as a multiple of
 * their cost. */
enum { FIRST_AGE_NS = 4 * 1000 * 1000, LEAST_COSTS_APART = 100 };

typedef struct run {
    bko__watch *watch;
    bko_guardian *guardian;
    bko_program *program; /* the one that is running */
    bool is_measured;
    int64_t shared_before; /* bytes: the machine's shared memory before the program began */
    int64_t began_ns;      /* start of sampling; 0: not yet */
    int64_t look_due_ns;   /* when the next look is due, */
    int64_t look_after_ns; /* but not before this time */
} run;

static int64_t first(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t last(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* --- sampling ------------------------------------------------------------------------------------- */

static int64_t cost_ns(const run *self) {
    bko_sampler_result seen;
    bko_sampler_read(self->watch->result->sampler, &seen);
    return seen.probe_cpu_ns;
}

/*
 * A program's tree grows most in its first moments, and a short program may end before a tick. So we
 * look at it whenever its age has doubled, too. We count CPU time: on a busy machine, time spent
 * waiting for a CPU costs nobody anything.
 */
static void look(run *self, int64_t now) {
    if (now < self->look_after_ns || now < self->look_due_ns) {
        return;
    }
    int64_t before = cost_ns(self);
    bko__sampler_look(self->watch->result->sampler, now, BKO_PHASE_WORK);
    self->look_after_ns = now + (cost_ns(self) - before) * LEAST_COSTS_APART;
    self->look_due_ns = now + last(now - self->began_ns, FIRST_AGE_NS);
}

/* The program is running: takes at least one complete sample, however short the program is. */
static void begin_sampling(run *self, pid_t root) {
    bko_sampler_options sampling = {.root = root,
                                    .every_ns = self->watch->options->sample_every_ns,
                                    .adopter = self->guardian->pid,
                                    .shared_before = self->shared_before,
                                    .runs_on = 1};
    if (self->is_measured &&
        bko_sampler_create(&self->watch->result->sampler, &sampling) == BKO_OK) {
        self->began_ns = bko_clock_now_ns();
        self->look_due_ns = self->began_ns + FIRST_AGE_NS;
        bko_sampler_full(self->watch->result->sampler, self->began_ns, BKO_PHASE_WORK);
    }
}

static void sample(run *self) {
    int64_t now = bko_clock_now_ns();
    if (self->began_ns > 0) {
        bko_sampler_tick(self->watch->result->sampler, now, BKO_PHASE_WORK);
        look(self, now);
    }
}

static int64_t next_wake_ns(const run *self) {
    int64_t now = bko_clock_now_ns();
    if (self->began_ns == 0) {
        return now + 1000000000;
    }
    int64_t due = bko_sampler_due_ns(self->watch->result->sampler);
    int64_t tick = due > now ? due : now + (due == 0 ? 1000000 : 0);
    return first(tick, last(self->look_due_ns, self->look_after_ns));
}

/* --- one program ---------------------------------------------------------------------------------- */

/* Has it succeeded or failed? */
static bool take_answer(run *self) {
    bko__guardian_answer answer;
    int err = bko__guardian_hear(self->guardian, self->program, &answer);
    if (err != BKO_OK) {
        self->watch->socket = err == BKO_ECLOSED ? -1 : self->watch->socket;
        return false;
    }
    if (answer.kind == BKO__GUARDIAN_RUNS) {
        begin_sampling(self, (pid_t)answer.value);
    }
    return answer.kind != BKO__GUARDIAN_RUNS;
}

/* Returns false if the guardian has ended or is about to. */
static bool watch_program(run *self) {
    for (;;) {
        bko__events events = bko__watch_wait(self->watch, next_wake_ns(self));
        if (events.has_message && take_answer(self)) {
            return !self->watch->is_killed;
        }
        if (events.has_ended) {
            return false;
        }
        sample(self);
    }
}

static bool run_program(run *self, bko_program *program) {
    self->program = program;
    return bko__guardian_ask(self->guardian, program) != BKO_OK || watch_program(self);
}

/* --- all of them ---------------------------------------------------------------------------------- */

/* The recorder may have been used for an earlier trial. */
static void clear_phases(bko_recorder *recorder) {
    for (int phase = BKO_PHASE_BASELINE; phase < BKO_PHASE_ENDED; phase++) {
        bko__recorder_phase_set(recorder, (bko_phase)phase, 0, 0);
    }
}

/* The program's lifetime is the work phase; the time before it belongs to no phase. */
static void stamp(const run *self) {
    bko_recorder *recorder = self->watch->options->recorder;
    const bko_program_result *own = self->program->result;
    if (own->state == BKO_PROGRAM_ENDED) {
        bko__recorder_phase_set(recorder, BKO_PHASE_SETUP, own->started_ns, own->started_ns);
        bko__recorder_phase_set(recorder, BKO_PHASE_WORK, own->started_ns, own->ended_ns);
        bko__recorder_phase_set(recorder, BKO_PHASE_TEARDOWN, own->ended_ns, own->ended_ns);
    } else if (own->started_ns > 0) {
        bko__recorder_phase_set(recorder, BKO_PHASE_WORK, own->started_ns, 0);
    }
}

static void take_figures(const run *self) {
    bko_trial_result *result = self->watch->result;
    const bko_program_result *own = self->program->result;
    result->left_behind += own->left_behind;
    result->ignored_children |= own->ignored_children;
    result->had_children |= own->had_children;
    result->faults = own->faults;
    result->rss_peak = own->rss_peak;
    result->started_ns = own->started_ns > 0 ? own->started_ns : result->started_ns;
    if (own->state == BKO_PROGRAM_ENDED) {
        result->is_counted = own->is_counted;
        memcpy(result->counts, own->counts, sizeof result->counts);
        if (result->sampler != NULL) {
            bko__ending ending = {.faults = own->faults,
                                  .had_children = own->had_children,
                                  .is_unreaped = own->ignored_children};
            bko__sampler_end(result->sampler, &ending);
        }
        result->user_ns = own->user_ns;
        result->system_ns = own->system_ns;
        result->voluntary = own->voluntary;
        result->involuntary = own->involuntary;
    }
}

/* Runs programs until one fails. Returns false if the guardian has ended or is about to. */
static bool run_all(run *self) {
    const bko_trial_options *options = self->watch->options;
    for (size_t i = 0; i < options->before_count; i++) {
        if (!run_program(self, options->before[i])) {
            return false;
        }
        if (!bko_program_is_ok(options->before[i])) {
            return true;
        }
    }
    self->is_measured = true;
    self->shared_before = bko__memory_of_shared_files(NULL);
    return run_program(self, options->program);
}

/* The guardian ended together with everything that ran in it. What it had recorded by then is still
 * on the board. */
static int reap_guardian(run *self) {
    int status = bko__watch_reap(self->watch, false);
    bko__terminal_return(&self->guardian->shared->terminal, true);
    bko__guardian_note(self->guardian, self->program);
    bko__guardian_gone(self->guardian);
    return status;
}

/* `last`: the last program requested; `guardian_status`: how its guardian ended, NULL if it did
 * not. */
static void judge(const bko__watch *watch, const bko_program *last, const int *guardian_status) {
    bko_trial_result *result = watch->result;
    char how[80];
    if (bko__trial_judge_killed(watch)) {
        return;
    }
    if (guardian_status != NULL) {
        bko__process_describe(*guardian_status, how, sizeof how);
        result->status = BKO_TRIAL_FAILED;
        snprintf(result->reason, sizeof result->reason, "the process that ran the program %s", how);
    } else if (!bko_program_is_ok(last)) {
        result->status = BKO_TRIAL_FAILED;
        bko_program_describe(last, result->reason, sizeof result->reason);
    }
}

static int run_with(bko__watch *watch, bko_guardian *guardian) {
    run self = {.watch = watch, .guardian = guardian};
    clear_phases(watch->options->recorder);
    int err = bko__guardian_ready(guardian);
    if (err != BKO_OK) {
        return err;
    }
    watch->pid = guardian->pid;
    watch->pidfd = guardian->pidfd;
    watch->socket = guardian->socket;
    bool is_there = run_all(&self);
    int status = is_there ? 0 : reap_guardian(&self);
    if (self.is_measured) {
        take_figures(&self);
        stamp(&self);
    }
    judge(watch, self.program, is_there ? NULL : &status);
    return BKO_OK;
}

int bko__trial_of_program(bko__watch *watch) {
    bko_guardian *guardian = watch->options->guardian;
    if (guardian != NULL) {
        return run_with(watch, guardian);
    }
    int err = bko_guardian_create(&guardian);
    err = err == BKO_OK ? run_with(watch, guardian) : err;
    int saved = errno;
    bko_guardian_free(guardian);
    errno = saved;
    return err;
}
