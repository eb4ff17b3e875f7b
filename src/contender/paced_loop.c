/* See contender/paced_loop.h. */
#include "contender/paced_loop.h"

#include <stdlib.h>

#include "bakeoff/error.h"
#include "record/notes.h"

int bko__paced_loop_open(bko__paced_loop *self, unsigned slots) {
    self->pace.timer = -1;
    self->free = malloc(slots * sizeof *self->free);
    if (self->free == NULL) {
        return BKO_ENOMEM;
    }
    for (unsigned slot = 0; slot < slots; slot++) {
        self->free[slot] = slots - 1 - slot;
    }
    self->free_count = slots;
    return BKO_OK;
}

/* A watched timer would keep the loop running. */
static void stop_waiting(bko__paced_loop *self) {
    bko_watch_free(self->watch);
    self->watch = NULL;
    bko__pace_close_timer(&self->pace);
}

void bko__paced_loop_close(bko__paced_loop *self) {
    stop_waiting(self);
    free(self->free);
    self->free = NULL;
}

static void hand_out(bko__paced_loop *self) {
    size_t job;
    while (self->error == BKO_OK && self->free_count > 0 && bko__pace_take(&self->pace, &job)) {
        unsigned slot = self->free[--self->free_count];
        self->error = self->start(self->user, slot, job);
    }
    if (self->watch == NULL) {
        return;
    }
    if (self->error != BKO_OK || bko__pace_is_done(&self->pace)) {
        stop_waiting(self);
    } else {
        bko__pace_set_timer(&self->pace, self->free_count > 0);
    }
}

static void on_due(void *user) {
    hand_out(user);
}

static int watch_timer(bko__paced_loop *self) {
    int err = bko__pace_open_timer(&self->pace);
    return err == BKO_OK ? bko_loop_watch(self->loop, self->pace.timer, on_due, self, &self->watch)
                         : err;
}

int bko__paced_loop_begin(bko__paced_loop *self) {
    bko_recorder *recorder = self->jobs->recorder;
    bko__pace_begin(&self->pace, self->jobs);
    int err = bko__recorder_is_open(recorder) ? watch_timer(self) : BKO_OK;
    if (err == BKO_OK) {
        bko__recorder_submit(recorder, self->jobs->count);
        hand_out(self);
    }
    return err == BKO_OK ? self->error : err;
}

void bko__paced_loop_ended(bko__paced_loop *self, unsigned slot) {
    if (self->free_count == 0) {
        bko__pace_admit(&self->pace);
    }
    self->free[self->free_count++] = slot;
    hand_out(self);
}
