/*
 * The owner's side of the fixture server: start, counts, epoch, stop.
 *
 * Thread: the owner's, one at a time.
 */
#include "bakeoff/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/fd.h"
#include "server/internal.h"

static const double START_LIMIT_S = 10;

/* The kernel's parent-death signal is tied to the *thread* that started the child, and only the
 * main thread lives as long as the process. On other threads we rely on the owner pipe alone. */
static int32_t owner_to_watch(void) {
    return gettid() == getpid() ? (int32_t)getpid() : 0;
}

/* Creates the shared page. The caller closes *fd once the fixture has it. */
static int open_page(bko_server *server, const bko__server_settings *settings, int *fd) {
    *fd = bko__fd_memory("bakeoff-fixture");
    if (*fd < 0) {
        return BKO_ESYS;
    }
    if (ftruncate(*fd, sizeof *server->page) != 0) {
        return BKO_ESYS;
    }
    void *page = mmap(NULL, sizeof *server->page, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (page == MAP_FAILED) {
        return BKO_ESYS;
    }
    server->page = page;
    server->page->settings = *settings;
    server->page->settings.owner_pid = owner_to_watch();
    return BKO_OK;
}

static int start(bko_server *server, const bko__server_settings *settings, double limit_s,
                 char *message, size_t size) {
    int page_fd = -1;
    int err = open_page(server, settings, &page_fd);
    if (err == BKO_OK) {
        err = bko__server_spawn(server, page_fd, limit_s, message, size);
    }
    if (page_fd >= 0) {
        close(page_fd);
    }
    return err;
}

/* A message for errors that have no better one. */
static void default_message(char *message, size_t size, int err) {
    if (message != NULL && size > 0 && message[0] == '\0') {
        snprintf(message, size, "the fixture server did not start: %s",
                 err == BKO_ESYS ? strerror(errno) : bko_error_text(err));
    }
}

int bko_server_start(bko_server **out, const bko_server_options *options, char *message,
                     size_t message_size) {
    bko__server_settings settings;
    double limit_s = options->start_limit_s > 0 ? options->start_limit_s : START_LIMIT_S;
    *out = NULL;
    if (message != NULL && message_size > 0) {
        message[0] = '\0';
    }
    int err = bko__server_settings_from(&settings, options, message, message_size);
    if (err != BKO_OK) {
        return err;
    }
    bko_server *server = malloc(sizeof *server);
    if (server == NULL) {
        return BKO_ENOMEM;
    }
    *server = (bko_server){.owner = getpid(), .pid_fd = -1, .owner_fd = -1};
    err = start(server, &settings, limit_s, message, message_size);
    if (err != BKO_OK) {
        int saved = errno;
        default_message(message, message_size, err);
        bko_server_free(server);
        errno = saved;
        return err;
    }
    *out = server;
    return BKO_OK;
}

uint16_t bko_server_port(const bko_server *server) {
    return (uint16_t)bko__page_get(&server->page->port);
}

int bko_server_pid(const bko_server *server) {
    return (int)server->pid;
}

void bko_server_stats_read(const bko_server *server, bko_server_stats *out) {
    bko__server_page *page = server->page;
    *out = (bko_server_stats){
        .requests = bko__page_get(&page->requests),
        .connections = bko__page_get(&page->connections),
        .bytes = bko__page_get(&page->bytes),
        .errors = bko__page_get(&page->errors),
        .faults = bko__page_get(&page->faults),
        .served_peak = bko__page_get(&page->served_peak),
        .stalls = bko__page_get(&page->stalls),
        .stall_start_ns = (int64_t)bko__page_get(&page->stall_start_ns),
        .stall_end_ns = (int64_t)bko__page_get(&page->stall_end_ns),
    };
}

void bko_server_set_epoch(bko_server *server, uint64_t epoch) {
    bko__page_set(&server->page->epoch, epoch);
    bko__page_set(&server->page->series, bko__page_get(&server->page->series) + 1);
}

void bko_server_forget(bko_server *server) {
    if (server->pid_fd >= 0) {
        close(server->pid_fd);
    }
    if (server->owner_fd >= 0) {
        close(server->owner_fd);
    }
    server->pid_fd = -1;
    server->owner_fd = -1;
    server->pid = 0;
}

void bko_server_stop(bko_server *server) {
    if (server->pid == 0) {
        return;
    }
    if (server->owner == getpid()) {
        bko__server_end(server);
    } else {
        bko_server_forget(server);
    }
}

void bko_server_free(bko_server *server) {
    if (server == NULL) {
        return;
    }
    bko_server_stop(server);
    if (server->page != NULL) {
        munmap(server->page, sizeof *server->page);
    }
    free(server);
}
