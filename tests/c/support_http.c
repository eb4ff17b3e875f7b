#include "support_http.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

int http_connect(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void http_send(int fd, const char *method, const char *path, const char *body) {
    char head[512];
    size_t length = body != NULL ? strlen(body) : 0;
    int written = snprintf(head, sizeof head,
                           "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                           "Content-Length: %zu\r\n\r\n",
                           method, path, length);
    assert_int_equal(send(fd, head, (size_t)written, MSG_NOSIGNAL), written);
    if (length > 0) {
        assert_int_equal(send(fd, body, length, MSG_NOSIGNAL), (ssize_t)length);
    }
}

void http_receive(int fd, http_answer *answer) {
    size_t length = 0;
    ssize_t got;
    while ((got = recv(fd, answer->text + length, sizeof answer->text - 1 - length, 0)) > 0) {
        length += (size_t)got;
    }
    close(fd);
    answer->text[length] = '\0';
    answer->status = 0;
    answer->length = 0;
    const char *end = strstr(answer->text, "\r\n\r\n");
    if (end != NULL && strncmp(answer->text, "HTTP/1.1 ", 9) == 0) {
        answer->status = (int)strtol(answer->text + 9, NULL, 10);
        answer->body = end + 4;
        answer->length = length - (size_t)(answer->body - answer->text);
    }
}

void http_get(uint16_t port, const char *path, http_answer *answer) {
    int fd = http_connect(port);
    http_send(fd, "GET", path, NULL);
    http_receive(fd, answer);
}
