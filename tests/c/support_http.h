/* A client over plain sockets for tests: what a library would hide is what is looked at. */
#ifndef BAKEOFF_TESTS_SUPPORT_HTTP_H
#define BAKEOFF_TESTS_SUPPORT_HTTP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int status;       /* 0: the connection ended before an answer */
    size_t length;    /* of the body */
    char text[40000]; /* head and start of the body, NUL-terminated */
    const char *body; /* within text */
} http_answer;

/* A connection to 127.0.0.1; fails the test when there is none. */
int http_connect(uint16_t port);

/* Sends "METHOD path" with "Connection: close" and this body (may be NULL). */
void http_send(int fd, const char *method, const char *path, const char *body);

/* Reads to the end of the connection and closes it. */
void http_receive(int fd, http_answer *answer);

/* All three. */
void http_get(uint16_t port, const char *path, http_answer *answer);

#endif
