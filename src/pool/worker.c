/*
 * A worker: publishes its answer and takes the next task under one acquisition of the lock.
 *
 * What a task cost to hand over is kept small: one reading of the clock, no system call while there
 * is work, and for large tasks a copy outside the lock.
 */
#include "pool/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/answer.h"

enum { COPIED_INSIDE = 4096, KEPT = 1 << 20, MEAN_OF = 8 };

typedef struct working {
    bko__exchange *x;
    bko__slot *slot;
    const bko_pool_worker *does;
    void *state;
    unsigned number;
    int pid;
    bko__buffer bytes;         /* the task's */
    bko__task_frame task;      /* the task that is started */
    uint64_t at;               /* its position, while it is still to be copied */
    int copy_error;            /* there was no memory for its bytes */
    bko__answer_frame outcome; /* to be published */
    size_t sent;               /* of outcome.size */
    bko_answer answer;
    bool has_outcome;
    bool last;      /* takes no further task */
    uint64_t share; /* tasks left until it is replaced */
    int64_t since_ns;
} working;

static _Thread_local const void *worked_for;

const void *bko__pool_worked_for(void) {
    return worked_for;
}

/* --- handing over --------------------------------------------------------------------------------- */

static void read_task(working *self, uint64_t at) {
    bko__exchange *x = self->x;
    uint64_t capacity = atomic_load_explicit(&x->shared->task_capacity, memory_order_relaxed);
    bko__ring_read(x->tasks, capacity, at + sizeof(bko__task_frame), self->bytes.data,
                   self->task.size);
    self->bytes.size = self->task.size;
}

/* Lock held. The head moves last: until then nothing has happened. */
static void start_task(working *self, uint64_t head, const bko__task_frame *frame) {
    self->task.size = frame->size;
    self->task.task = frame->task;
    self->copy_error = BKO_OK;
    if (frame->size <= COPIED_INSIDE) {
        read_task(self, head);
    } else {
        self->at = head;
        atomic_store_explicit(&self->slot->hold, head + 1, memory_order_relaxed);
    }
    atomic_store_explicit(&self->slot->current, frame->task + 1, memory_order_relaxed);
    atomic_store(&self->x->shared->task_head, head + bko__task_frame_bytes(frame->size));
}

/* Lock held. The oldest task that has not been cancelled; false: none. */
static bool take(working *self) {
    bko__shared *shared = self->x->shared;
    uint64_t head = atomic_load_explicit(&shared->task_head, memory_order_relaxed);
    while (head != atomic_load_explicit(&shared->task_tail, memory_order_acquire)) {
        bko__task_frame *frame = bko__task_at(self->x, head);
        if (atomic_load_explicit(&frame->skipped, memory_order_relaxed) == 0) {
            start_task(self, head, frame);
            return true;
        }
        head += bko__task_frame_bytes(frame->size);
        atomic_store(&shared->task_head, head);
    }
    return false;
}

/* Lock held. */
static void note_time(working *self, int64_t now_ns) {
    _Atomic uint64_t *mean = &self->x->shared->mean_ns;
    int64_t old = (int64_t)atomic_load_explicit(mean, memory_order_relaxed);
    int64_t moved = old + (now_ns - self->since_ns - old) / MEAN_OF;
    atomic_store_explicit(mean, (uint64_t)moved, memory_order_relaxed);
}

/* Lock held. false: the ring is full, what is left of the answer has to wait. */
static bool publish(working *self) {
    if (atomic_load_explicit(&self->x->shared->closing, memory_order_relaxed) == 0 &&
        !bko__answers_put(self->x, &self->outcome, self->answer.bytes.data, &self->sent)) {
        return false;
    }
    atomic_store_explicit(&self->slot->answered,
                          atomic_load_explicit(&self->slot->answered, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    atomic_store_explicit(&self->slot->current, 0, memory_order_relaxed);
    self->has_outcome = false;
    return true;
}

static void tell_owner(working *self, uint64_t answered) {
    bko__shared *shared = self->x->shared;
    uint64_t notify_at = atomic_load(&shared->notify_at);
    if (notify_at != BKO__NEVER &&
        (atomic_load_explicit(&shared->answer_tail, memory_order_relaxed) >= notify_at ||
         answered == atomic_load_explicit(&shared->wanted, memory_order_relaxed))) {
        bko__ring_bell(self->x);
    }
}

/* Publishes what there is and takes a task unless it is the last time. true: a task is started. */
static bool exchange(working *self) {
    bool had_outcome = self->has_outcome;
    bko__exchange_lock(self->x);
    if (had_outcome) {
        int64_t now_ns = bko_clock_now_ns();
        note_time(self, now_ns);
        self->since_ns = now_ns;
    }
    while (self->has_outcome && !publish(self)) {
        bko__exchange_unlock(self->x);
        bko__wait_for_space(self->x, self->outcome.size - self->sent);
        bko__exchange_lock(self->x);
    }
    bool took = !self->last && atomic_load(&self->x->shared->closing) == 0 && take(self);
    bko__exchange_unlock(self->x);
    if (had_outcome) {
        tell_owner(self, self->outcome.task);
    }
    return took;
}

/* A large task is copied out of the ring without the lock; nobody overwrites it while `hold` stands. */
static void fetch_bytes(working *self) {
    if (self->task.size > COPIED_INSIDE) {
        bko__buffer_clear(&self->bytes);
        self->copy_error = bko__buffer_reserve(&self->bytes, self->task.size);
        if (self->copy_error == BKO_OK) {
            read_task(self, self->at);
        }
        atomic_store_explicit(&self->slot->hold, 0, memory_order_release);
    }
}

/* Waits for a task and starts it; false: the worker is to leave. */
static bool next_task(working *self) {
    while (!exchange(self)) {
        if (atomic_load(&self->x->shared->closing) != 0) {
            bko__stop_searching(self->x, self->number);
            return false;
        }
        bko__wait_for_work(self->x, self->number);
        self->since_ns = bko_clock_now_ns();
    }
    bko__stop_searching(self->x, self->number);
    if (bko__has_work(self->x)) {
        bko__wake_for_work(self->x);
    }
    fetch_bytes(self);
    return true;
}

/* --- working -------------------------------------------------------------------------------------- */

/* The answer couldn't be kept: a sentence takes its place. */
static void explain_answer(working *self, int error) {
    char text[120];
    int length =
        error == BKO_ETOOLARGE
            ? snprintf(text, sizeof text, "the answer is larger than %zu bytes", self->answer.limit)
            : snprintf(text, sizeof text, "out of memory");
    bko__answer_clear(&self->answer);
    bko_answer_add(&self->answer, text, (size_t)length);
}

static void set_outcome(working *self, int code) {
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

/* After a large task; what small ones need stays. */
static void give_back(bko__buffer *bytes) {
    if (bytes->capacity > KEPT) {
        unsigned char *smaller = realloc(bytes->data, COPIED_INSIDE);
        if (smaller != NULL) {
            *bytes = (bko__buffer){.data = smaller, .capacity = COPIED_INSIDE};
        }
    }
}

static void run_task(working *self) {
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

/* The stage is set when the owner has been told why. */
static void publish_failure(working *self, int err) {
    self->task.task = BKO__NO_TASK;
    set_outcome(self, err);
    self->last = true;
    exchange(self);
    atomic_store(&self->slot->stage, BKO__FAILED);
}

static int open_state(working *self) {
    const bko_pool_worker *does = self->does;
    bko__answer_clear(&self->answer);
    int err = bko__buffer_reserve(&self->bytes, COPIED_INSIDE);
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

static void close_state(working *self) {
    if (self->does->close != NULL) {
        self->does->close(self->does->user, self->number, self->state);
    }
    self->state = NULL;
}

/* true: the worker has done its share. */
static bool run_tasks(working *self) {
    self->last = false;
    while (next_task(self)) {
        run_task(self);
        if (self->share > 0 && --self->share == 0) {
            self->last = true;
            exchange(self);
            return true;
        }
    }
    return false;
}

/* A thread gets a new state; a process makes place for a new process. */
static bool starts_again(working *self) {
    if (self->x->processes || atomic_load(&self->x->shared->closing) != 0 ||
        open_state(self) != BKO_OK) {
        return false;
    }
    atomic_fetch_add(&self->slot->recycled, 1);
    return true;
}

int bko__pool_serve(bko__exchange *x, const bko_pool_worker *does, unsigned number) {
    working self = {.x = x,
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
