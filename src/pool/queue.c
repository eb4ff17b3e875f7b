/* See pool/queue.h. */
#include "pool/queue.h"

#include <stdlib.h>

#include "bakeoff/error.h"

int bko__queue_open(bko__queue *queue, size_t capacity) {
    *queue = (bko__queue){.capacity = capacity};
    queue->jobs = malloc(capacity * sizeof *queue->jobs);
    if (queue->jobs == NULL) {
        return BKO_ENOMEM;
    }
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->can_take, NULL);
    pthread_cond_init(&queue->can_put, NULL);
    pthread_cond_init(&queue->is_drained, NULL);
    return BKO_OK;
}

void bko__queue_destroy(bko__queue *queue) {
    if (queue->jobs == NULL) {
        return;
    }
    pthread_cond_destroy(&queue->is_drained);
    pthread_cond_destroy(&queue->can_put);
    pthread_cond_destroy(&queue->can_take);
    pthread_mutex_destroy(&queue->lock);
    free(queue->jobs);
    queue->jobs = NULL;
}

bool bko__queue_put(bko__queue *queue, size_t job) {
    pthread_mutex_lock(&queue->lock);
    while (queue->count == queue->capacity && !queue->closed) {
        queue->putters_waiting++;
        pthread_cond_wait(&queue->can_put, &queue->lock);
        queue->putters_waiting--;
    }
    bool open = !queue->closed;
    if (open) {
        queue->jobs[(queue->head + queue->count++) % queue->capacity] = job;
        if (queue->takers_waiting > 0) {
            pthread_cond_signal(&queue->can_take);
        }
    }
    pthread_mutex_unlock(&queue->lock);
    return open;
}

/* Lock held. */
static void finish_one(bko__queue *queue) {
    queue->active--;
    if (queue->active == 0 && queue->count == 0) {
        pthread_cond_broadcast(&queue->is_drained);
    }
}

/* Lock held, count > 0. Submitters are woken at half capacity, not at each free place: they then put
 * many jobs per wake-up. */
static size_t take_oldest(bko__queue *queue) {
    size_t job = queue->jobs[queue->head];
    queue->head = (queue->head + 1) % queue->capacity;
    queue->count--;
    queue->active++;
    if (queue->putters_waiting > 0 && queue->count == queue->capacity / 2) {
        pthread_cond_broadcast(&queue->can_put);
    }
    return job;
}

bool bko__queue_take(bko__queue *queue, bool finished_one, size_t *job) {
    pthread_mutex_lock(&queue->lock);
    if (finished_one) {
        finish_one(queue);
    }
    while (queue->count == 0 && !queue->closed) {
        queue->takers_waiting++;
        pthread_cond_wait(&queue->can_take, &queue->lock);
        queue->takers_waiting--;
    }
    bool taken = queue->count > 0;
    if (taken) {
        *job = take_oldest(queue);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void bko__queue_wait_drained(bko__queue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (queue->count > 0 || queue->active > 0) {
        pthread_cond_wait(&queue->is_drained, &queue->lock);
    }
    pthread_mutex_unlock(&queue->lock);
}

void bko__queue_close(bko__queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->can_take);
    pthread_cond_broadcast(&queue->can_put);
    pthread_mutex_unlock(&queue->lock);
}
