/*
 * A worker publishes its answer and takes the next task under one acquisition of the lock.
 *
 * The cost per task is small: one reading of the clock, no system call while there is work, and
 * large tasks are copied outside the lock.
 */
#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "pool/worker/worker.h"

enum { MEAN_OF = 8, LOW_SHARE = 4 };

static void read_task(bko__working *self, uint64_t at) {
    bko__exchange *x = self->x;
    uint64_t capacity = atomic_load_explicit(&x->shared->task_capacity, memory_order_relaxed);
    bko__ring_read(x->tasks, capacity, at + sizeof(bko__task_frame), self->bytes.data,
                   self->task.size);
    self->bytes.size = self->task.size;
}

/* Lock held. The head moves last: until then the step has no effect. */
static void start_task(bko__working *self, uint64_t head, const bko__task_frame *frame) {
    self->task.size = frame->size;
    self->task.task = frame->task;
    self->copy_error = BKO_OK;
    if (frame->size <= BKO__COPIED_INSIDE) {
        read_task(self, head);
    } else {
        self->at = head;
        atomic_store_explicit(&self->slot->hold, head + 1, memory_order_relaxed);
    }
    atomic_store_explicit(&self->slot->current, frame->task + 1, memory_order_relaxed);
    atomic_store(&self->x->shared->task_head, head + bko__task_frame_bytes(frame->size));
}

/* Lock held. Takes the oldest task that has not been cancelled; false: there is none. */
static bool take(bko__working *self) {
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
static void note_time(bko__working *self, int64_t now_ns) {
    _Atomic uint64_t *mean = &self->x->shared->mean_ns;
    int64_t old = (int64_t)atomic_load_explicit(mean, memory_order_relaxed);
    int64_t moved = old + (now_ns - self->since_ns - old) / MEAN_OF;
    atomic_store_explicit(mean, (uint64_t)moved, memory_order_relaxed);
    self->since_ns = now_ns;
}

/* Lock held. Returns false if the ring is full: the rest of the answer has to wait. */
static bool publish(bko__working *self) {
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

/* The owner is asleep and holds tasks that did not fit into the ring. Once the ring is nearly
 * empty, the owner is woken to refill it in time. */
static bool runs_low(bko__shared *shared) {
    return atomic_load_explicit(&shared->owner_holds, memory_order_relaxed) != 0 &&
           atomic_load(&shared->task_tail) - atomic_load(&shared->task_head) <
               shared->task_base / LOW_SHARE;
}

static void tell_owner(bko__working *self, uint64_t answered) {
    bko__shared *shared = self->x->shared;
    uint64_t notify_at = atomic_load(&shared->notify_at);
    if (notify_at != BKO__NEVER &&
        (atomic_load_explicit(&shared->answer_tail, memory_order_relaxed) >= notify_at ||
         answered == atomic_load_explicit(&shared->wanted, memory_order_relaxed) ||
         runs_low(shared))) {
        bko__ring_bell(self->x);
    }
}

bool bko__hand_over(bko__working *self) {
    bool had_outcome = self->has_outcome;
    int64_t now_ns = had_outcome ? bko_clock_now_ns() : 0;
    bko__exchange_lock(self->x);
    if (had_outcome) {
        note_time(self, now_ns);
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

/* A large task is copied out of the ring without the lock; it is not overwritten while `hold` is
 * set. */
static void fetch_bytes(bko__working *self) {
    if (self->task.size > BKO__COPIED_INSIDE) {
        bko__buffer_clear(&self->bytes);
        self->copy_error = bko__buffer_reserve(&self->bytes, self->task.size);
        if (self->copy_error == BKO_OK) {
            read_task(self, self->at);
        }
        atomic_store_explicit(&self->slot->hold, 0, memory_order_release);
    }
}

bool bko__next_task(bko__working *self) {
    while (!bko__hand_over(self)) {
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
