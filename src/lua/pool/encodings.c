/*
 * Functions as bytes; see lua/pool/pool.h and lua/pool/message.h. Equal bytes are one encoding, so
 * a closure that is created anew for every task is sent only once. Its first task carries it; from
 * its second task on, or at once if it is large, it is in the store.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "lua/pool/message.h"
#include "lua/pool/pool.h"
#include "lua/wire/plain.h"

enum {
    CARRY_MAX = 2048, /* bytes; a larger one goes to the store at once */
    IDLE_MAX = 64,    /* kept without users */
    STORE_PAGE = 4096 /* offsets are multiples, so that one can be given back alone */
};
static const size_t IDLE_BYTES_MAX = 16u << 20;
static const uint64_t NOWHERE = UINT64_MAX;

int bko__lua_encodings_open(bko__lua_encodings *self) {
    self->idle.idle_next = self->idle.idle_prev = &self->idle;
    self->store = bko__fd_memory("bakeoff functions");
    return self->store >= 0 ? BKO_OK : BKO_ESYS;
}

static uint64_t hash_of(const bko__buffer *bytes) {
    uint64_t hash = 0x9E3779B97F4A7C15u ^ bytes->size;
    size_t i = 0;
    for (; i + 8 <= bytes->size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes->data + i, sizeof word);
        hash = (hash ^ word) * 0xFF51AFD7ED558CCDu;
        hash ^= hash >> 32;
    }
    for (; i < bytes->size; i++) {
        hash = (hash ^ bytes->data[i]) * 0xFF51AFD7ED558CCDu;
    }
    return hash ^ (hash >> 29);
}

static bko__lua_encoding **bucket(bko__lua_encodings *self, uint64_t hash) {
    return &self->buckets[hash % BKO__BUCKETS];
}

static void unlink_idle(bko__lua_encodings *self, bko__lua_encoding *s) {
    s->idle_prev->idle_next = s->idle_next;
    s->idle_next->idle_prev = s->idle_prev;
    self->idle_count--;
    self->idle_bytes -= s->bytes.size;
}

static void destroy(bko__lua_encodings *self, bko__lua_encoding *s) {
    bko__lua_encoding **link = bucket(self, s->hash);
    while (*link != s) {
        link = &(*link)->next_same;
    }
    *link = s->next_same;
    if (s->offset != NOWHERE && self->store >= 0) {
        fallocate(self->store, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)s->offset,
                  (off_t)((s->bytes.size + STORE_PAGE - 1) / STORE_PAGE * STORE_PAGE));
    }
    bko__buffer_free(&s->bytes);
    free(s);
}

static void trim_idle(bko__lua_encodings *self) {
    while (self->idle_count > 0 &&
           (self->closed || self->idle_count > IDLE_MAX || self->idle_bytes > IDLE_BYTES_MAX)) {
        bko__lua_encoding *oldest = self->idle.idle_next;
        /* An encoding freed before is no longer in the ring; the analyzer loses track of its
         * head. */
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
        unlink_idle(self, oldest);
        destroy(self, oldest);
    }
}

void bko__lua_encodings_close(bko__lua_encodings *self) {
    if (self->idle.idle_next == NULL) {
        return;
    }
    self->closed = true;
    trim_idle(self);
    if (self->store >= 0) {
        close(self->store);
        self->store = -1;
    }
}

void bko__lua_encodings_release(bko__lua_encodings *self, bko__lua_encoding *encoding) {
    if (encoding == NULL || --encoding->users > 0) {
        return;
    }
    bko__lua_encoding *last = self->idle.idle_prev;
    encoding->idle_prev = last;
    encoding->idle_next = &self->idle;
    last->idle_next = encoding;
    self->idle.idle_prev = encoding;
    self->idle_count++;
    self->idle_bytes += encoding->bytes.size;
    trim_idle(self);
}

static bko__lua_encoding *create(bko__lua_encodings *self, bko__buffer *bytes, uint64_t hash) {
    bko__lua_encoding *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    *s = (bko__lua_encoding){.number = self->next_number++,
                             .hash = hash,
                             .bytes = *bytes,
                             .offset = NOWHERE,
                             .users = 1,
                             .next_same = *bucket(self, hash)};
    bko__buffer_init(bytes);
    *bucket(self, hash) = s;
    return s;
}

bko__lua_encoding *bko__lua_encodings_get(bko__lua_encodings *self, bko__buffer *bytes) {
    uint64_t hash = hash_of(bytes);
    for (bko__lua_encoding *s = *bucket(self, hash); s != NULL; s = s->next_same) {
        if (s->hash == hash && s->bytes.size == bytes->size &&
            memcmp(s->bytes.data, bytes->data, bytes->size) == 0) {
            if (s->users++ == 0) {
                unlink_idle(self, s);
            }
            bko__buffer_free(bytes);
            return s;
        }
    }
    return create(self, bytes, hash);
}

/* Writes the function to the store; if the store is full, tasks go on carrying it. */
static void publish(bko__lua_encodings *self, bko__lua_encoding *s) {
    size_t written = 0;
    while (written < s->bytes.size) {
        ssize_t n = pwrite(self->store, s->bytes.data + written, s->bytes.size - written,
                           (off_t)(self->store_end + written));
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return;
        }
        written += n > 0 ? (size_t)n : 0;
    }
    s->offset = self->store_end;
    self->store_end += (s->bytes.size + STORE_PAGE - 1) / STORE_PAGE * STORE_PAGE;
    unsigned char *at = s->head;
    *at++ = 0;
    at = bko__varint_write(at, s->number);
    at = bko__varint_write(at, s->offset);
    at = bko__varint_write(at, s->bytes.size);
    s->head_size = (unsigned char)(at - s->head);
}

static int put_carried(bko__lua_encoding *s, unsigned flags, bko__buffer *out) {
    unsigned char flag = (unsigned char)(flags | BKO__TASK_CARRIES);
    s->was_carried = true;
    int err = bko__buffer_append(out, &flag, 1);
    err = err == BKO_OK ? bko__varint_append(out, s->number) : err;
    err = err == BKO_OK ? bko__varint_append(out, s->bytes.size) : err;
    return err == BKO_OK ? bko__buffer_append(out, s->bytes.data, s->bytes.size) : err;
}

int bko__lua_encodings_put_head(bko__lua_encodings *self, bko__lua_encoding *encoding,
                                unsigned flags, bko__buffer *out) {
    if (encoding->offset == NOWHERE &&
        (encoding->was_carried || encoding->bytes.size > CARRY_MAX)) {
        publish(self, encoding);
    }
    if (encoding->offset == NOWHERE) {
        return put_carried(encoding, flags, out);
    }
    size_t start = out->size;
    int err = bko__buffer_append(out, encoding->head, encoding->head_size);
    if (err == BKO_OK) {
        out->data[start] = (unsigned char)flags;
    }
    return err;
}
