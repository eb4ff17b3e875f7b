/*
 * Reads whole files, each from opening to closing in one go on one of libuv's threads: a step per
 * thread switch would cost more than the reading. The loop's thread owns the struct, except for what
 * the thread fills in until `on_read`.
 *
 * A dropped read that has begun goes on to its end and frees itself. By then it needs only libuv's
 * loop, not ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/buffer.h"
#include "loop/loop.h"

enum { MAX_BYTES_DEFAULT = 64 << 20, CHUNK = 64 << 10 };

struct bko_read {
    uv_work_t request;
    bko_loop *loop;                /* NULL: dropped */
    struct bko_read *next, **link; /* the loop's list */
    size_t max_bytes;
    bko_read_done *done;
    void *user;
    /* the thread's */
    bko__buffer data;
    int error, system_error;
    char path[];
};

static void enlist(bko_loop *loop, bko_read *read) {
    read->loop = loop;
    read->next = loop->reads;
    read->link = &loop->reads;
    if (read->next != NULL) {
        read->next->link = &read->next;
    }
    loop->reads = read;
}

static void delist(bko_read *read) {
    *read->link = read->next;
    if (read->next != NULL) {
        read->next->link = read->link;
    }
    read->loop = NULL;
}

/* --- on a thread ---------------------------------------------------------------------------------- */

static ssize_t read_some(int file, void *place, size_t size) {
    ssize_t got;
    do {
        got = read(file, place, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Asks for one byte more than `size`, to see the end. Files of /proc have a size of 0. */
static int read_to_end(bko_read *self, int file, size_t size) {
    bko__buffer *data = &self->data;
    for (;;) {
        size_t left = size > data->size ? size - data->size + 1 : CHUNK;
        if (bko__buffer_reserve(data, left) != BKO_OK) {
            return BKO_ENOMEM;
        }
        ssize_t got = read_some(file, data->data + data->size, left);
        if (got < 0) {
            return BKO_ESYS;
        }
        data->size += (size_t)got;
        if (data->size > self->max_bytes) {
            return BKO_ETOOLARGE;
        }
        if (got == 0 || ((size_t)got < left && data->size == size)) {
            return BKO_OK;
        }
    }
}

static int read_opened(bko_read *self, int file) {
    struct stat about;
    if (fstat(file, &about) != 0) {
        return BKO_ESYS;
    }
    if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return BKO_ESYS;
    }
    if (!S_ISREG(about.st_mode)) {
        return BKO_EINVAL;
    }
    size_t size = (size_t)about.st_size;
    return size > self->max_bytes ? BKO_ETOOLARGE : read_to_end(self, file, size);
}

/* O_NONBLOCK: opening a pipe must not block a thread until a writer comes. */
static void on_thread(uv_work_t *request) {
    bko_read *self = request->data;
    int file = open(self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    self->error = file < 0 ? BKO_ESYS : read_opened(self, file);
    self->system_error = self->error == BKO_ESYS ? errno : 0;
    if (file >= 0) {
        close(file);
    }
}

/* --- on the loop ---------------------------------------------------------------------------------- */

static void on_read(uv_work_t *request, int status) {
    bko_read *self = request->data;
    bko_loop *loop = self->loop;
    (void)status; /* only dropped reads are cancelled */
    if (loop != NULL) {
        bko_file file = {self->error, self->system_error, self->data.data, self->data.size};
        delist(self);
        self->done(self->user, &file);
        bko__loop_leave_if_idle(loop);
    }
    bko__buffer_free(&self->data);
    free(self);
}

int bko_loop_read(bko_loop *loop, const char *path, size_t max_bytes, bko_read_done *done,
                  void *user, bko_read **out) {
    size_t length = strlen(path) + 1;
    bko_read *read = calloc(1, sizeof *read + length);
    if (out != NULL) {
        *out = NULL;
    }
    if (read == NULL) {
        return BKO_ENOMEM;
    }
    memcpy(read->path, path, length);
    read->max_bytes = max_bytes > 0 ? max_bytes : MAX_BYTES_DEFAULT;
    read->done = done;
    read->user = user;
    read->request.data = read;
    (void)uv_queue_work(loop->uv, &read->request, on_thread, on_read); /* fails only without work */
    enlist(loop, read);
    if (out != NULL) {
        *out = read;
    }
    return BKO_OK;
}

void bko_read_drop(bko_read *read) {
    bko_loop *loop = read->loop;
    delist(read);
    uv_cancel((uv_req_t *)&read->request); /* works only while no thread has taken it */
    bko__loop_leave_if_idle(loop);
}

void bko__loop_close_reads(bko_loop *loop) {
    while (loop->reads != NULL) {
        bko_read_drop(loop->reads);
    }
}
