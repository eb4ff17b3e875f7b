/* Declarations that the files of src/server share. */
#ifndef BAKEOFF_SERVER_INTERNAL_H
#define BAKEOFF_SERVER_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bakeoff/server.h"
#include "server/shared/page.h"

/* Thread: the owner's, one at a time. Everything except the descriptors and pid is const after
 * start. */
struct bko_server {
    bko__server_page *page; /* mapped; shared with the fixture and with forked children */
    pid_t owner;            /* the process that started it: only that process may end it */
    pid_t pid;              /* 0 once ended or forgotten */
    /* refers to the fixture, to wait for it with a time limit; -1 once ended */
    int pid_fd;
    int owner_fd; /* write end of the owner pipe, never written to; -1 once ended */
};

/* Checks `options` and converts them. BKO_EINVAL with a reason in `message`. Any thread. */
int bko__server_settings_from(bko__server_settings *out, const bko_server_options *options,
                              char *message, size_t size);

/*
 * Starts the fixture's process with `server->page`, which holds its settings, and waits until it is
 * ready; sets pid, pid_fd and owner_fd. Errors as in bko_server_start; leaves nothing behind on
 * failure.
 */
int bko__server_spawn(bko_server *server, int page_fd, double limit_s, char *message, size_t size);

/* Ends the process and reaps it: sends SIGTERM, then SIGKILL if that takes longer than a second. */
void bko__server_end(bko_server *server);

#endif
