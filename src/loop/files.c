/*
 * Reads whole files through libuv's file system: open, stat, read to the end, close, each on one of
 * libuv's threads. The loop's thread owns the struct; a request in progress owns the buffer.
 *
 * A dropped read continues to its next step, closes its file there and frees itself. By then it
 * needs only libuv's loop, not ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bakeoff/error.h"
#include "core/buffer.h"
#include "loop/loop.h"

enum { MAX_BYTES_DEFAULT = 64 << 20, CHUNK = 64 << 10 };

struct bko_read {
    uv_fs_t request;
    bko_loop *loop;                /* NULL: dropped */
    struct bko_read *next, **link; /* the loop's list */
    uv_file file;                  /* -1: not open */
    bko__buffer data;
    size_t max_bytes;
    size_t size; /* from fstat; 0 if unknown (files of /proc) */
    size_t asked;
    int error, system_error;
    bool is_closing; /* its file is being closed: don't cancel */
    bko_read_done *done;
    void *user;
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

static void free_read(bko_read *read) {
    bko__buffer_free(&read->data);
    free(read);
}

static void finish(bko_read *read) {
    bko_loop *loop = read->loop;
    if (loop != NULL) {
        bko_file file = {read->error, read->system_error, read->data.data, read->data.size};
        delist(read);
        read->done(read->user, &file);
        bko__loop_leave_if_idle(loop);
    }
    free_read(read);
}

static void on_closed(uv_fs_t *request) {
    bko_read *read = request->data;
    uv_fs_req_cleanup(request);
    finish(read);
}

/* `result` is a libuv error if `error` is BKO_ESYS. */
static void end(bko_read *read, int error, ssize_t result) {
    read->is_closing = true;
    read->error = error;
    read->system_error = error == BKO_ESYS ? (int)-result : 0;
    if (read->file < 0 ||
        uv_fs_close(read->request.loop, &read->request, read->file, on_closed) != 0) {
        finish(read);
    }
}

static void read_more(bko_read *read);

static void on_read(uv_fs_t *request) {
    bko_read *read = request->data;
    ssize_t result = request->result;
    uv_fs_req_cleanup(request);
    if (result < 0 || read->loop == NULL) {
        end(read, BKO_ESYS, result);
        return;
    }
    read->data.size += (size_t)result;
    if (read->data.size > read->max_bytes) {
        end(read, BKO_ETOOLARGE, 0);
    } else if (result == 0 || ((size_t)result < read->asked && read->data.size == read->size)) {
        end(read, BKO_OK, 0); /* we asked for one byte more than the size, so this is the end */
    } else {
        read_more(read);
    }
}

static void read_more(bko_read *read) {
    size_t left = read->size > read->data.size ? read->size - read->data.size + 1 : CHUNK;
    if (bko__buffer_reserve(&read->data, left) != BKO_OK) {
        end(read, BKO_ENOMEM, 0);
        return;
    }
    uv_buf_t place = {.base = (char *)read->data.data + read->data.size, .len = left};
    read->asked = left;
    int err = uv_fs_read(read->request.loop, &read->request, read->file, &place, 1, -1, on_read);
    if (err != 0) {
        end(read, BKO_ESYS, err);
    }
}

static void on_stat(uv_fs_t *request) {
    bko_read *read = request->data;
    ssize_t result = request->result;
    uint64_t mode = request->statbuf.st_mode;
    uint64_t size = request->statbuf.st_size;
    uv_fs_req_cleanup(request);
    if (result < 0 || read->loop == NULL) {
        end(read, BKO_ESYS, result);
    } else if (S_ISDIR(mode)) {
        end(read, BKO_ESYS, -EISDIR);
    } else if (!S_ISREG(mode)) {
        end(read, BKO_EINVAL, 0);
    } else if (size > read->max_bytes) {
        end(read, BKO_ETOOLARGE, 0);
    } else {
        read->size = (size_t)size;
        read_more(read);
    }
}

static void on_open(uv_fs_t *request) {
    bko_read *read = request->data;
    ssize_t result = request->result;
    uv_fs_req_cleanup(request);
    read->file = result >= 0 ? (uv_file)result : -1;
    int err = (int)result;
    if (result >= 0 && read->loop != NULL) {
        err = uv_fs_fstat(read->request.loop, &read->request, read->file, on_stat);
        if (err == 0) {
            return;
        }
    }
    end(read, BKO_ESYS, err);
}

int bko_loop_read(bko_loop *loop, const char *path, size_t max_bytes, bko_read_done *done,
                  void *user, bko_read **out) {
    bko_read *read = calloc(1, sizeof *read);
    if (out != NULL) {
        *out = NULL;
    }
    if (read == NULL) {
        return BKO_ENOMEM;
    }
    read->file = -1;
    read->max_bytes = max_bytes > 0 ? max_bytes : MAX_BYTES_DEFAULT;
    read->done = done;
    read->user = user;
    read->request.data = read;
    /* O_NONBLOCK: opening a pipe must not block a thread until a writer comes. */
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    if (uv_fs_open(loop->uv, &read->request, path, flags, 0, on_open) != 0) {
        free_read(read);
        return BKO_ENOMEM;
    }
    enlist(loop, read);
    if (out != NULL) {
        *out = read;
    }
    return BKO_OK;
}

void bko_read_drop(bko_read *read) {
    bko_loop *loop = read->loop;
    delist(read);
    if (!read->is_closing) {
        uv_cancel((uv_req_t *)&read->request); /* works only while no thread has taken it */
    }
    bko__loop_leave_if_idle(loop);
}

void bko__loop_close_reads(bko_loop *loop) {
    while (loop->reads != NULL) {
        bko_read_drop(loop->reads);
    }
}
