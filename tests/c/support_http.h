/* An HTTP client over plain sockets: tests look at what a library would hide. */
#ifndef BAKEOFF_TESTS_SUPPORT_HTTP_H
#define BAKEOFF_TESTS_SUPPORT_HTTP_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int status;       /* 0: the connection ended without an answer */
    size_t length;    /* of the body */
    char text[40000]; /* head and start of the body, NUL-terminated */
    const char *body; /* within text */
} http_answer;

/* Connects to 127.0.0.1; fails the test when it can't. */
int http_connect(uint16_t port);

/* Sends "METHOD path" with "Connection: close" and `body`, which may be NULL. */
void http_send(int fd, const char *method, const char *path, const char *body);

/* Reads to the end of the connection and closes it. */
void http_receive(int fd, http_answer *answer);

/* All three. */
void http_get(uint16_t port, const char *path, http_answer *answer);

#endif
