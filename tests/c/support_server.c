#include "support_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"

enum { PATIENCE_MS = 20000 };

bko_server *server_start(bko_server_options options) {
    bko_server *server = NULL;
    char message[256];
    int err = bko_server_start(&server, &options, message, sizeof message);
    if (err != BKO_OK) {
        fail_msg("%s: %s", bko_error_name(err), message);
    }
    return server;
}

bko_server_stats server_stats(const bko_server *server) {
    bko_server_stats stats;
    bko_server_stats_read(server, &stats);
    return stats;
}

void server_await_bytes(const bko_server *server, uint64_t bytes) {
    for (int i = 0; i < PATIENCE_MS && server_stats(server).bytes < bytes; i++) {
        usleep(1000);
    }
    assert_int_equal(server_stats(server).bytes, bytes);
}

void server_await_requests(const bko_server *server, uint64_t requests) {
    for (int i = 0; i < PATIENCE_MS && server_stats(server).requests < requests; i++) {
        usleep(1000);
    }
    assert_int_equal(server_stats(server).requests, requests);
}

const char **server_urls(const bko_server *server, size_t count) {
    char text[64];
    const char **urls = calloc(count, sizeof(const char *));
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "http://127.0.0.1:%u/%zu", bko_server_port(server), i);
        urls[i] = strdup(text);
    }
    return urls;
}

const char **same_urls(const char *url, size_t count) {
    const char **urls = calloc(count, sizeof(const char *));
    for (size_t i = 0; i < count; i++) {
        urls[i] = strdup(url);
    }
    return urls;
}

void urls_free(const char **urls, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free((char *)(size_t)urls[i]);
    }
    free(urls);
}
