/* Starts the confined process: see confine/inside.h. */
#include "confine/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/parts.h"
#include "core/fd.h"

enum { EXIT_NOT_STARTED = 126, EXIT_BY_SIGNAL = 128, LOWEST_KEPT = 3 };

typedef struct {
    int out[2];
    int err[2];
    int failed[2];
    int go[2]; /* a socket pair: "go" comes in, the listeners go out */
} wires;

static void wires_close(wires *w, int end) {
    bko__fd_close(&w->out[end]);
    bko__fd_close(&w->err[end]);
    bko__fd_close(&w->failed[end]);
    bko__fd_close(&w->go[end]);
}

static int wires_open(wires *w) {
    *w = (wires){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(w->out, O_CLOEXEC) != 0 || pipe2(w->err, O_CLOEXEC) != 0 ||
        pipe2(w->failed, O_CLOEXEC) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w->go) != 0) {
        wires_close(w, 0);
        wires_close(w, 1);
        return -1;
    }
    return 0;
}

/* --- inside --------------------------------------------------------------------------------------- */

static volatile sig_atomic_t program; /* for the handler below */

static void pass_on(int number) {
    if (program > 0) {
        kill((pid_t)program, number);
    }
}

static int send_listeners(int socket, const int *listeners, size_t count, char *message) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * BKO__CONFINE_HOSTS)];
    } control = {.bytes = {0}};
    char byte = 1;
    struct iovec data = {&byte, 1};
    struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1};
    if (count > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *first = CMSG_FIRSTHDR(&header);
        first->cmsg_level = SOL_SOCKET;
        first->cmsg_type = SCM_RIGHTS;
        first->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(first), listeners, sizeof(int) * count);
    }
    return sendmsg(socket, &header, MSG_NOSIGNAL) == 1
               ? 0
               : bko__confine_fail(message, "sockets of hosts");
}

/* Only stdin (empty), stdout, stderr and, until the program starts, the wire for a failure are left. */
static int keep_wires(wires *w, char *message) {
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(w->out[1], STDOUT_FILENO) < 0 ||
        dup2(w->err[1], STDERR_FILENO) < 0 || dup2(w->failed[1], LOWEST_KEPT) < 0 ||
        fcntl(LOWEST_KEPT, F_SETFD, FD_CLOEXEC) != 0) {
        return bko__confine_fail(message, "descriptors");
    }
    w->failed[1] = LOWEST_KEPT;
    if (close_range(LOWEST_KEPT + 1, ~0U, 0) != 0) {
        return bko__confine_fail(message, "descriptors");
    }
    return 0;
}

/* A world of its own first, then nothing that could change it. */
static int confine(const bko__confine_plan *plan, wires *w, char *message) {
    int listeners[BKO__CONFINE_HOSTS];
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return bko__confine_fail(message, "session");
    }
    if (bko__confine_loopback(plan, listeners, message) != 0 ||
        send_listeners(w->go[1], listeners, plan->host_count, message) != 0 ||
        bko__confine_mounts(plan, message) != 0 || keep_wires(w, message) != 0 ||
        bko__confine_limits_set(plan, message) != 0) {
        return -1;
    }
    return bko__confine_seal(message) == 0 && bko__confine_drop(message) == 0 &&
                   bko__confine_landlock(plan, message) == 0 && bko__confine_filter(message) == 0
               ? 0
               : -1;
}

static _Noreturn void become(const bko__confine_plan *plan, const wires *w) {
    char message[BKO__CONFINE_MESSAGE];
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN); /* a full file is an error that the program reads */
    execve(plan->argv[0], plan->argv, (char *const *)plan->environment);
    bko__confine_fail(message, plan->argv[0]);
    (void)bko__fd_write_all(w->failed[1], message, strlen(message));
    _exit(EXIT_NOT_STARTED);
}

/* Waits for the program; meanwhile everything that lost its parent comes to us. */
static _Noreturn void wait_for(pid_t pid) {
    for (;;) {
        int status;
        pid_t ended = wait(&status);
        if (ended == pid) {
            _exit(WIFSIGNALED(status) ? EXIT_BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status));
        }
        if (ended < 0 && errno != EINTR) {
            _exit(EXIT_NOT_STARTED);
        }
    }
}

static _Noreturn void inside(const bko__confine_plan *plan, wires *w) {
    char message[BKO__CONFINE_MESSAGE];
    char byte;
    wires_close(w, 0);
    if (read(w->go[1], &byte, 1) != 1) {
        _exit(EXIT_NOT_STARTED); /* the keeper is gone */
    }
    if (confine(plan, w, message) != 0) {
        (void)bko__fd_write_all(w->failed[1], message, strlen(message));
        _exit(EXIT_NOT_STARTED);
    }
    signal(SIGINT, pass_on);
    signal(SIGTERM, pass_on);
    pid_t pid = fork();
    if (pid == 0) {
        become(plan, w);
    }
    program = pid;
    close(w->failed[1]);
    wait_for(pid);
}

/* --- outside -------------------------------------------------------------------------------------- */

static int write_map(pid_t pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int err = fd < 0 ? -1 : bko__fd_write_all(fd, text, strlen(text));
    bko__fd_close(&fd);
    return err;
}

/* Inside, there is this user and no other, under the same number. */
static int map_user(pid_t pid, char *message) {
    char user[64];
    char group[64];
    snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
    snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());
    if (write_map(pid, "setgroups", "deny") != 0 || write_map(pid, "uid_map", user) != 0 ||
        write_map(pid, "gid_map", group) != 0) {
        return bko__confine_fail(message, "user namespace");
    }
    (void)write_map(pid, "oom_score_adj", "1000"); /* the first to go when memory runs out */
    return 0;
}

static pid_t clone_inside(int *pidfd) {
    struct {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } arguments = {.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                            CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_PIDFD,
                   .pidfd = (uint64_t)(uintptr_t)pidfd,
                   .exit_signal = SIGCHLD};
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

static int take_listeners(int socket, int *listeners, size_t count) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * BKO__CONFINE_HOSTS)];
    } control;
    char byte;
    struct iovec data = {&byte, 1};
    struct msghdr header = {.msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    if (recvmsg(socket, &header, MSG_CMSG_CLOEXEC) != 1) {
        return -1;
    }
    const struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    if (count == 0) {
        return 0;
    }
    if (first == NULL || first->cmsg_len != CMSG_LEN(sizeof(int) * count)) {
        return -1;
    }
    memcpy(listeners, CMSG_DATA(first), sizeof(int) * count);
    return 0;
}

/* The message of a process that could not be confined. Returns 0 if there is none: the wire closes
 * without a word when the program starts. */
static int read_refusal(int fd, char *message) {
    ssize_t got;
    do {
        got = read(fd, message, BKO__CONFINE_MESSAGE - 1);
    } while (got < 0 && errno == EINTR);
    message[got > 0 ? got : 0] = '\0';
    return got > 0 ? -1 : 0;
}

static int set_off(const bko__confine_plan *plan, bko__confined *out, const wires *w,
                   char *message) {
    if (map_user(out->pid, message) != 0) {
        return -1;
    }
    if (write(w->go[0], "", 1) != 1) {
        return bko__confine_fail(message, "the confined process died");
    }
    int err = take_listeners(w->go[0], out->listeners, plan->host_count);
    if (read_refusal(w->failed[0], message) != 0) {
        return -1;
    }
    return err == 0 ? 0 : bko__confine_fail(message, "sockets of hosts");
}

/* The kernel's own words would mislead: it says that no space is left. */
static int refused_namespaces(char *message) {
    const char *why =
        errno == ENOSPC || errno == EPERM || errno == EUSERS
            ? "not permitted here (by user.max_user_namespaces, a container or a security module)"
            : strerror(errno);
    snprintf(message, BKO__CONFINE_MESSAGE, "new namespaces: %s", why);
    return -1;
}

int bko__confine_start(const bko__confine_plan *plan, bko__confined *out, char *message) {
    wires w;
    *out = (bko__confined){.pidfd = -1, .out = -1, .err = -1};
    if (wires_open(&w) != 0) {
        return bko__confine_fail(message, "pipes");
    }
    out->pid = clone_inside(&out->pidfd);
    if (out->pid == 0) {
        inside(plan, &w);
    }
    int err = out->pid < 0 ? refused_namespaces(message) : 0;
    wires_close(&w, 1);
    if (err == 0 && set_off(plan, out, &w, message) != 0) {
        kill(out->pid, SIGKILL);
        while (waitpid(out->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        err = -1;
    }
    bko__fd_close(&w.go[0]);
    if (err != 0) {
        wires_close(&w, 0);
        bko__fd_close(&out->pidfd);
        return -1;
    }
    out->out = w.out[0];
    out->err = w.err[0];
    bko__fd_close(&w.failed[0]);
    return 0;
}
