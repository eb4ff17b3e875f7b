/* The life of a worker: open, tasks, close. See pool/worker/worker.h. */
#include "pool/worker/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/process.h"
#include "pool/worker/answer.h"

enum { KEPT = 1 << 20 };

static _Thread_local const void *worked_for;

const void *bko__pool_worked_for(void) {
    return worked_for;
}

/* --- working -------------------------------------------------------------------------------------- */

/* Replaces an answer that could not be kept by a sentence. */
static void explain_answer(bko__working *self, int error) {
    char text[120];
    int length =
        error == BKO_ETOOLARGE
            ? snprintf(text, sizeof text, "the answer is larger than %zu bytes", self->answer.limit)
            : snprintf(text, sizeof text, "out of memory");
    bko__answer_clear(&self->answer);
    bko_answer_add(&self->answer, text, (size_t)length);
}

static void set_outcome(bko__working *self, int code) {
    int error = self->answer.error != BKO_OK ? self->answer.error : self->copy_error;
    if (error != BKO_OK) {
        explain_answer(self, error);
        code = error;
    }
    self->outcome = (bko__answer_frame){.size = (uint32_t)self->answer.bytes.size,
                                        .worker = (uint16_t)self->number,
                                        .code = code,
                                        .pid = self->pid,
                                        .task = self->task.task};
    self->sent = 0;
    self->has_outcome = true;
}

/* Shrinks the buffer after a large task; small tasks keep their memory. */
static void give_back(bko__buffer *bytes) {
    if (bytes->capacity > KEPT) {
        unsigned char *smaller = realloc(bytes->data, BKO__COPIED_INSIDE);
        if (smaller != NULL) {
            *bytes = (bko__buffer){.data = smaller, .capacity = BKO__COPIED_INSIDE};
        }
    }
}

static void run_task(bko__working *self) {
    int code = BKO_OK;
    bko__answer_clear(&self->answer);
    if (self->copy_error == BKO_OK) {
        code = self->does->run(self->does->user, self->state, self->number, self->task.task,
                               self->bytes.data, self->bytes.size, &self->answer);
    }
    set_outcome(self, code);
    give_back(&self->bytes);
}

static int64_t cpu_now_ns(const bko__exchange *x) {
    struct timespec used;
    clock_gettime(x->processes ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* The stage is set after the owner has been told why. */
static void publish_failure(bko__working *self, int err) {
    self->task.task = BKO__NO_TASK;
    set_outcome(self, err);
    self->last = true;
    bko__hand_over(self);
    atomic_store(&self->slot->stage, BKO__FAILED);
}

static int open_state(bko__working *self) {
    const bko_pool_worker *does = self->does;
    bko__answer_clear(&self->answer);
    int err = bko__buffer_reserve(&self->bytes, BKO__COPIED_INSIDE);
    if (err == BKO_OK && does->open != NULL) {
        err = does->open(does->user, self->number, self->x->greeting,
                         self->x->shared->greeting_size, &self->state, &self->answer);
    }
    if (err != BKO_OK) {
        publish_failure(self, err);
        return err;
    }
    bko__answer_clear(&self->answer);
    self->share = self->x->shared->recycle;
    self->since_ns = bko_clock_now_ns();
    return BKO_OK;
}

static void close_state(bko__working *self) {
    if (self->does->close != NULL) {
        self->does->close(self->does->user, self->number, self->state);
    }
    self->state = NULL;
}

/* Returns true if the worker should be recycled. */
static bool run_tasks(bko__working *self) {
    self->last = false;
    while (bko__next_task(self)) {
        run_task(self);
        if (self->share > 0 && --self->share == 0) {
            self->last = true;
            bko__hand_over(self);
            return true;
        }
    }
    return false;
}

/* A thread gets a new state; a process exits, and a new one replaces it. */
static bool starts_again(bko__working *self) {
    if (self->x->processes || atomic_load(&self->x->shared->closing) != 0 ||
        open_state(self) != BKO_OK) {
        return false;
    }
    atomic_fetch_add(&self->slot->recycled, 1);
    return true;
}

void bko__worker_name(unsigned number) {
    char name[32];
    snprintf(name, sizeof name, "worker %u", number + 1);
    bko__process_name(name);
}

int bko__pool_serve(bko__exchange *x, const bko_pool_worker *does, unsigned number) {
    bko__working self = {.x = x,
                         .slot = &x->slots[number],
                         .does = does,
                         .number = number,
                         .pid = getpid(),
                         .answer = {.limit = x->shared->frame_max}};
    worked_for = x->shared;
    atomic_store(&self.slot->pid, self.pid);
    int err = open_state(&self);
    if (err == BKO_OK) {
        atomic_store(&self.slot->cpu_ready_ns, cpu_now_ns(x));
        atomic_store(&self.slot->stage, BKO__READY);
        bko__ring_bell(x);
        bool again;
        do {
            again = run_tasks(&self);
            if (x->processes) {
                atomic_store(&self.slot->stage, BKO__LEAVING);
            }
            close_state(&self);
        } while (again && starts_again(&self));
        err = BKO_OK;
    }
    bko__ring_bell(x);
    bko__buffer_free(&self.bytes);
    bko__buffer_free(&self.answer.bytes);
    return err;
}
