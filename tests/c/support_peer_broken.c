/* Answers of the peer that are not HTTP as it should be. The connection is closed after each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support_deflate.h"
#include "support_peer_acts.h"

#define OK "HTTP/1.1 200 OK\r\n"

static const struct {
    const char *name;
    const char *text;
} texts[] = {
    {"negative", OK "Content-Length: -5\r\n\r\nhello"},
    {"lengths", OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
    {"lengthlist", OK "Content-Length: 5, 6\r\n\r\nhello"},
    {"samelengths", OK "Content-Length: 5\r\ncontent-length: 5, 5\r\n\r\nhello"},
    {"badline", "HTTP/1.1 garbage\r\n\r\n"},
    {"badchunk", OK "Transfer-Encoding: chunked\r\n\r\nzzz\r\nhello\r\n0\r\n\r\n"},
    {"hugechunk", OK "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello"},
    {"badgzip", OK "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"},
    {"compress", OK "Content-Encoding: compress\r\nContent-Length: 5\r\n\r\nhello"},
    {"empty", OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"},
    {"identity", OK "Content-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"},
    {"deflate", OK "Content-Encoding: deflate\r\nContent-Length: 13\r\n\r\n"
                   "\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15"},
    {"bare",
     OK "Content-Encoding: deflate\r\nContent-Length: 7\r\n\r\n\xcb\x48\xcd\xc9\xc9\x07\x00"},
};

/* The length of a text that may contain zero bytes in its body, which the head then tells. */
static size_t length_of(const char *text) {
    const char *body = strstr(text, "\r\n\r\n") + 4;
    const char *length = strstr(text, "Content-Length: ");
    long size = length != NULL ? strtol(length + 16, NULL, 10) : 0;
    return (size_t)(body - text) + (size > 0 ? (size_t)size : strlen(body));
}

/* A gzip stream without its last `cut` bytes, sent twice if `cut` is 0: gzip allows several members. */
static void say_gzip(const connection *c, size_t cut) {
    unsigned char stream[2 * 64];
    char head[128];
    size_t length = deflate_zeros(stream, 4);
    if (cut == 0) {
        memcpy(stream + length, stream, length);
        length *= 2;
    }
    snprintf(head, sizeof head, OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
             length - cut);
    peer_say(c, head, strlen(head));
    peer_say(c, stream, length - cut);
}

/* `count` header lines, each with a value of `size` bytes. */
static void say_headers(const connection *c, size_t count, size_t size) {
    static const char end[] = "Content-Length: 5\r\n\r\nhello";
    char part[1024];
    memset(part, 'x', sizeof part);
    peer_say(c, OK, sizeof OK - 1);
    for (size_t i = 0; i < count; i++) {
        peer_say(c, "X-Long: ", 8);
        for (size_t at = 0; at < size && peer_say(c, part, sizeof part); at += sizeof part) {
        }
        peer_say(c, "\r\n", 2);
    }
    peer_say(c, end, sizeof end - 1);
}

int peer_answer_broken(const connection *c, const char *name, unsigned long n) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            peer_say(c, texts[i].text, length_of(texts[i].text));
            return 1;
        }
    }
    if (strcmp(name, "gzipcut") == 0) {
        say_gzip(c, n);
    } else if (strcmp(name, "longline") == 0) {
        say_headers(c, 1, n << 10);
    } else if (strcmp(name, "headers") == 0) {
        say_headers(c, n, 1 << 10);
    } else {
        return 0;
    }
    return 1;
}
