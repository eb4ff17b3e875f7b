/*
 * Starts the fixture's process and waits until it is ready.
 *
 * The fixture gets everything through descriptors with the numbers from page.h. All of the owner's
 * own descriptors are close-on-exec, and the fixture closes whatever else it might inherit. Until
 * it is ready, its stderr is the ready pipe, so that the reason for a failed start reaches the
 * caller as text, whether it comes from the fixture or from the dynamic linker.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "core/fd.h"
#include "core/prefix.h"
#include "core/process.h"
#include "core/spawn.h"
#include "core/wait.h"
#include "server/internal.h"

/* Higher than the descriptor numbers that the fixture gets. */
enum { ABOVE_ALL_FIXED = BKO__FIXTURE_STDERR_FD + 1, END_LIMIT_NS = 1000000000 };

/* The owner's ends of the connections while the fixture starts; -1: not open. */
typedef struct {
    int ready[2];
    int owner[2];
    int page;    /* a copy with a number above the fixed ones */
    int stderr_; /* same */
} wires;

static void wires_close(wires *w) {
    bko__fd_close(&w->ready[0]);
    bko__fd_close(&w->ready[1]);
    bko__fd_close(&w->owner[0]);
    bko__fd_close(&w->owner[1]);
    bko__fd_close(&w->page);
    bko__fd_close(&w->stderr_);
}

static int wires_open(wires *w, int page_fd) {
    *w = (wires){{-1, -1}, {-1, -1}, -1, -1};
    if (pipe2(w->ready, O_CLOEXEC) != 0 || pipe2(w->owner, O_CLOEXEC) != 0) {
        return BKO_ESYS;
    }
    if (bko__fd_move_up(&w->ready[1], ABOVE_ALL_FIXED) != BKO_OK ||
        bko__fd_move_up(&w->owner[0], ABOVE_ALL_FIXED) != BKO_OK) {
        return BKO_ESYS;
    }
    w->page = fcntl(page_fd, F_DUPFD_CLOEXEC, ABOVE_ALL_FIXED);
    w->stderr_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, ABOVE_ALL_FIXED);
    if (w->stderr_ < 0) { /* the host has closed stderr */
        w->stderr_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
    }
    return w->page >= 0 ? bko__fd_move_up(&w->stderr_, ABOVE_ALL_FIXED) : BKO_ESYS;
}

/* The fixture gets its own process group, so that only the bench reacts to Ctrl-C, and none of the
 * host's signal masks and dispositions. */
static int spawn(pid_t *pid, const char *path, const wires *w) {
    char name[] = "bakeoff-fixture";
    char *argv[] = {name, NULL};
    const bko__spawn_fd fds[] = {
        {BKO__SPAWN_NULL, STDIN_FILENO},      {BKO__SPAWN_NULL, STDOUT_FILENO},
        {w->ready[1], BKO__FIXTURE_READY_FD}, {w->page, BKO__FIXTURE_PAGE_FD},
        {w->owner[0], BKO__FIXTURE_OWNER_FD}, {w->stderr_, BKO__FIXTURE_STDERR_FD}};
    sigset_t all;
    sigfillset(&all);
    bko__spawn_options options = {.file = path,
                                  .argv = argv,
                                  .fds = fds,
                                  .fd_count = sizeof fds / sizeof fds[0],
                                  .close_from = ABOVE_ALL_FIXED,
                                  .reset_signals = &all,
                                  .own_group = true};
    return bko__spawn(pid, &options);
}

/* Does the text so far end with the ready line? */
static int says_ready(const char *text, size_t length) {
    static const char ready[] = BKO__FIXTURE_READY;
    size_t n = sizeof ready - 1;
    return length >= n && memcmp(text + length - n, ready, n) == 0 &&
           (length == n || text[length - n - 1] == '\n');
}

/* Reads the pipe until the ready line (BKO_OK), its end (BKO_EGONE) or the time limit. */
static int await_ready(int fd, double limit_s, char *text, size_t size) {
    int64_t deadline_ns = bko__deadline((int64_t)(limit_s * 1e9));
    size_t length = 0;
    text[0] = '\0';
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = bko__wait_until(&wait, 1, deadline_ns);
        if (ready <= 0 || bko_clock_now_ns() >= deadline_ns) { /* it may write without an end */
            return ready < 0 ? BKO_ESYS : BKO_ETIMEOUT;
        }
        if (length == size - 1) { /* a verbose linker: keep the end */
            length = size / 2;
            memmove(text, text + size - 1 - length, length);
        }
        ssize_t got = read(fd, text + length, size - 1 - length);
        if (got < 0 && errno != EINTR) {
            return BKO_ESYS;
        }
        if (got == 0) {
            return BKO_EGONE;
        }
        length += got > 0 ? (size_t)got : 0;
        text[length] = '\0';
        if (says_ready(text, length)) {
            return BKO_OK;
        }
    }
}

/* Returns its wait status, or -1 if another part of the host (its own waitpid(-1)) has reaped
 * it. */
static int reap(bko_server *server) {
    int status = 0;
    pid_t got = bko__process_await(server->pid, &status);
    server->pid = 0;
    bko__fd_close(&server->pid_fd);
    bko__fd_close(&server->owner_fd);
    return got > 0 ? status : -1;
}

void bko__server_end(bko_server *server) {
    if (server->pid_fd >= 0) { /* a pidfd never hits another process that reuses the PID */
        syscall(SYS_pidfd_send_signal, server->pid_fd, SIGTERM, NULL, 0);
        if (bko__wait_readable(server->pid_fd, END_LIMIT_NS) != BKO_OK) {
            syscall(SYS_pidfd_send_signal, server->pid_fd, SIGKILL, NULL, 0);
        }
    } else {
        kill(server->pid, SIGKILL);
    }
    reap(server);
}

/* Writes the last line of the fixture's output, or how it ended. */
static void explain(char *message, size_t size, int err, int status, char *text) {
    if (message == NULL || size == 0) {
        return;
    }
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n') {
        text[--length] = '\0';
    }
    const char *line = strrchr(text, '\n');
    line = line != NULL ? line + 1 : text;
    if (err == BKO_ETIMEOUT) {
        snprintf(message, size, "the fixture server was not ready within its time limit");
    } else if (*line != '\0') {
        snprintf(message, size, "%s", line);
    } else if (status >= 0 && WIFSIGNALED(status)) {
        snprintf(message, size, "the fixture server was killed by signal %d", WTERMSIG(status));
    } else {
        snprintf(message, size, "the fixture server ended before it was ready");
    }
}

/* The fixture was started but did not become ready, because of `err`: ends it and returns the final
 * code. */
static int give_up(bko_server *server, int err, char *text, char *message, size_t size) {
    if (err != BKO_EGONE) {
        kill(server->pid, SIGKILL);
    }
    int status = reap(server);
    explain(message, size, err, status, text);
    int in_use =
        status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == BKO__FIXTURE_EXIT_PORT_IN_USE;
    return in_use ? BKO_EBUSY : err;
}

static int launch(bko_server *server, const char *path, wires *w, double limit_s, char *message,
                  size_t size) {
    char text[1024] = ""; /* nothing read yet */
    int err = spawn(&server->pid, path, w);
    if (err != BKO_OK) {
        if (message != NULL) {
            snprintf(message, size, "%s: %s", path, strerror(errno));
        }
        return err;
    }
    server->pid_fd = (int)syscall(SYS_pidfd_open, server->pid, 0);
    server->owner_fd = w->owner[1];
    w->owner[1] = -1;
    bko__fd_close(&w->ready[1]); /* so that we see the end of the pipe when the fixture dies */
    err = server->pid_fd < 0 ? BKO_ESYS : await_ready(w->ready[0], limit_s, text, sizeof text);
    return err == BKO_OK ? BKO_OK : give_up(server, err, text, message, size);
}

int bko__server_spawn(bko_server *server, int page_fd, double limit_s, char *message, size_t size) {
    char path[PATH_MAX];
    wires w;
    int err = bko__prefix_path(path, sizeof path, "libexec/bakeoff/fixture");
    if (err != BKO_OK) {
        return err;
    }
    err = wires_open(&w, page_fd);
    if (err == BKO_OK) {
        err = launch(server, path, &w, limit_s, message, size);
    }
    wires_close(&w);
    return err;
}
