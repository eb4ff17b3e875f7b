#include "support_peer_acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support_deflate.h"

/* The process pool sends short jobs ahead to busy workers. Jobs at the gate must not look short. */
enum { CHUNK = 16384, BOMB_REPEATS = 8000, GATE_US = 2000, LOOK_US = 500 };

/* --- sending ---------------------------------------------------------------------------------- */

int peer_say(const connection *c, const void *data, size_t size) {
    const char *at = data;
    while (size > 0) {
        ssize_t went = send(c->fd, at, size, MSG_NOSIGNAL);
        if (went <= 0) {
            return 0;
        }
        at += went;
        size -= (size_t)went;
    }
    return 1;
}

static int say_text(const connection *c, const char *text) {
    return peer_say(c, text, strlen(text));
}

/* Status line and headers; length < 0: without Content-Length. */
static int say_head(const connection *c, int status, long long length, const char *more) {
    char text[512];
    char size[64] = "";
    if (length >= 0) {
        snprintf(size, sizeof size, "Content-Length: %lld\r\n", length);
    }
    snprintf(text, sizeof text, "HTTP/1.1 %d X\r\n%s%s\r\n", status, size, more);
    return say_text(c, text);
}

static int say_body(const connection *c, int status, const char *body) {
    return say_head(c, status, (long long)strlen(body), "") && say_text(c, body);
}

unsigned char peer_byte(size_t at) {
    return (unsigned char)(at * 2654435761u >> 13);
}

static int say_pattern(const connection *c, size_t size) {
    unsigned char chunk[CHUNK];
    for (size_t at = 0; at < size;) {
        size_t part = size - at < sizeof chunk ? size - at : sizeof chunk;
        for (size_t i = 0; i < part; i++) {
            chunk[i] = peer_byte(at + i);
        }
        if (!peer_say(c, chunk, part)) {
            return 0;
        }
        at += part;
    }
    return 1;
}

/* --- behaviours: each returns whether the connection stays open ------------------------------- */

static int act_ok(connection *c, unsigned long n) {
    (void)n;
    return say_body(c, 200, "hello");
}

static int act_status(connection *c, unsigned long n) {
    return say_body(c, (int)n, "status");
}

static int act_method(connection *c, unsigned long n) {
    (void)n;
    c->head[strcspn(c->head, " ")] = '\0';
    return say_body(c, 200, c->head);
}

static int act_hop(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: /ok\r\n");
}

static int act_round(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: /round\r\n");
}

static int act_file(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: file:///etc/passwd\r\n");
}

static int act_ftp(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: ftp://127.0.0.1/secret\r\n");
}

static int act_unheard(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: unheard://127.0.0.1/secret\r\n");
}

static int act_onward(connection *c, unsigned long n) {
    (void)n;
    return say_head(c, 302, 0, "Location: /banner\r\n");
}

static int act_banner(connection *c, unsigned long n) {
    (void)n;
    say_text(c, "SSH-2.0-OpenSSH_9.2\r\n");
    return 0;
}

static int act_version(connection *c, unsigned long n) {
    (void)n;
    say_text(c, "HTTP/4.2 200 X\r\n\r\n");
    return 0;
}

static int act_endless(connection *c, unsigned long n) {
    (void)n;
    say_head(c, 200, -1, "");
    while (say_pattern(c, CHUNK)) {
    }
    return 0;
}

static int act_close(connection *c, unsigned long n) {
    say_head(c, 200, -1, "Connection: close\r\n");
    say_pattern(c, n);
    return 0;
}

static int act_big(connection *c, unsigned long n) {
    return say_head(c, 200, (long long)n, "") && say_pattern(c, n);
}

static int say_gzip(const connection *c, size_t repeats) {
    unsigned char *stream = malloc(32 + 2 * repeats);
    size_t length = deflate_zeros(stream, repeats);
    int kept = say_head(c, 200, (long long)length, "Content-Encoding: gzip\r\n") &&
               peer_say(c, stream, length);
    free(stream);
    return kept;
}

static int act_gzip(connection *c, unsigned long n) {
    (void)n;
    return say_gzip(c, 4);
}

static int act_bomb(connection *c, unsigned long n) {
    (void)n;
    return say_gzip(c, BOMB_REPEATS);
}

static void reset_when_closed(const connection *c) {
    struct linger at_once = {.l_onoff = 1};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static int act_reset(connection *c, unsigned long n) {
    (void)n;
    say_head(c, 200, 100000, "");
    say_text(c, "not all of it");
    reset_when_closed(c);
    return 0;
}

static int act_cut(connection *c, unsigned long n) {
    (void)n;
    say_head(c, 200, 100000, "");
    say_text(c, "not all of it");
    return 0;
}

static int act_silent(connection *c, unsigned long n) {
    char byte;
    (void)n;
    while (recv(c->fd, &byte, 1, 0) > 0) {
    }
    return 0;
}

static int act_nothing(connection *c, unsigned long n) {
    (void)c;
    (void)n;
    return 0;
}

static int act_drop(connection *c, unsigned long n) {
    (void)n;
    return c->served == 0 && say_body(c, 200, "fresh");
}

static int act_hangup(connection *c, unsigned long n) {
    (void)n;
    if (c->served == 0) {
        return say_body(c, 200, "fresh");
    }
    reset_when_closed(c);
    return 0;
}

/* Waits until the whole body has arrived and leaves it unread. From then on no send of the client
 * can fail, which libcurl would report instead of the answer. */
static int act_early(connection *c, unsigned long n) {
    const char *field = strcasestr(c->head, "\r\nContent-Length:");
    size_t wanted = field != NULL ? strtoul(field + 17, NULL, 10) : 0;
    size_t have = strlen(strstr(c->head, "\r\n\r\n") + 4);
    int waiting = 0;
    (void)n;
    while (have + (size_t)waiting < wanted && ioctl(c->fd, FIONREAD, &waiting) == 0) {
        usleep(LOOK_US);
    }
    say_head(c, 413, 0, "Connection: close\r\n");
    reset_when_closed(c);
    return 0;
}

static int act_slow(connection *c, unsigned long n) {
    usleep((useconds_t)n * 1000);
    return say_body(c, 200, "late");
}

static int act_gate(connection *c, unsigned long n) {
    peer *self = c->owner;
    pthread_mutex_lock(&self->lock);
    unsigned turn = self->opened;
    if (++self->held > atomic_load(&self->shared->held_peak)) {
        atomic_store(&self->shared->held_peak, self->held);
    }
    if (self->held >= n) {
        self->held = 0;
        self->opened++;
        pthread_cond_broadcast(&self->gate);
    }
    while (turn == self->opened && !self->stopping) {
        pthread_cond_wait(&self->gate, &self->lock);
    }
    pthread_mutex_unlock(&self->lock);
    usleep(GATE_US);
    return say_body(c, 200, "through");
}

static const struct behaviour {
    const char *name;
    int (*act)(connection *c, unsigned long n);
} behaviours[] = {
    {"ok", act_ok},           {"status", act_status},   {"method", act_method},
    {"hop", act_hop},         {"round", act_round},     {"file", act_file},
    {"ftp", act_ftp},         {"gzip", act_gzip},       {"endless", act_endless},
    {"close", act_close},     {"big", act_big},         {"bomb", act_bomb},
    {"reset", act_reset},     {"cut", act_cut},         {"silent", act_silent},
    {"slow", act_slow},       {"nothing", act_nothing}, {"drop", act_drop},
    {"gate", act_gate},       {"hangup", act_hangup},   {"early", act_early},
    {"onward", act_onward},   {"banner", act_banner},   {"version", act_version},
    {"unheard", act_unheard},
};

int peer_answer(connection *c) {
    char name[16] = "";
    unsigned long n = 0;
    sscanf(c->head + strcspn(c->head, "/"), "/%15[^/? ]/%lu", name, &n);
    for (size_t i = 0; i < sizeof behaviours / sizeof behaviours[0]; i++) {
        if (strcmp(behaviours[i].name, name) == 0) {
            return behaviours[i].act(c, n);
        }
    }
    return peer_answer_broken(c, name, n) ? 0 : say_body(c, 404, "no such behaviour");
}
