/* Starts the process of a program, from opening its files to exec. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "programs/guardian/parts.h"

enum { STACK = 64 * 1024, NOT_STARTED = 127, KIBIBYTE = 1024 };

typedef struct start {
    const request *asked;
    program *out; /* the child shares our memory until it calls exec */
    pid_t guardian;
    int files[3];    /* owned: become its descriptors 0 to 2 */
    int counting[2]; /* owned: the counters' descriptors come through here; -1: none are wanted */
} start;

/* --- its files ------------------------------------------------------------------------------------ */

static bool fail(program *out, bko__guardian_step step) {
    out->step = (int32_t)step;
    out->error = errno;
    return false;
}

static bool open_file(start *s, int fd, const char *name, int flags, bko__guardian_step step) {
    s->files[fd] = open(name[0] != '\0' ? name : "/dev/null", flags | O_CLOEXEC, 0644);
    return s->files[fd] >= 0 || fail(s->out, step);
}

/* *ours becomes the end from which we read. */
static bool open_pipe(start *s, int fd, int *ours) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(s->out, BKO__GUARDIAN_PIPE);
    }
    *ours = ends[0];
    s->files[fd] = ends[1];
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 || fail(s->out, BKO__GUARDIAN_PIPE);
}

static bool show(start *s, int fd) {
    s->files[fd] = fcntl(s->asked->shown[fd - 1], F_DUPFD_CLOEXEC, 0);
    return s->files[fd] >= 0 || fail(s->out, BKO__GUARDIAN_PIPE);
}

static bool open_output(start *s) {
    const request *asked = s->asked;
    int writing = asked->output[0] != '\0' ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY;
    return asked->streams == BKO_PROGRAM_PIPED
               ? open_pipe(s, 1, &s->out->output)
               : open_file(s, 1, asked->output, writing, BKO__GUARDIAN_OUTPUT);
}

static bool open_files(start *s) {
    const request *asked = s->asked;
    if (!open_file(s, 0, asked->input, O_RDONLY, BKO__GUARDIAN_INPUT)) {
        return false;
    }
    if (asked->shown[0] >= 0) {
        return show(s, 1) && show(s, 2);
    }
    return open_output(s) && open_pipe(s, 2, &s->out->errors);
}

static void close_files(const start *s) {
    for (size_t i = 0; i < sizeof s->files / sizeof s->files[0]; i++) {
        if (s->files[i] >= 0) {
            close(s->files[i]);
        }
    }
}

/* --- its counters --------------------------------------------------------------------------------- */

typedef union rights {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(BKO_COUNTER_COUNT * sizeof(int))];
} rights;

/* Which of them are open is in memory that both processes have; their numbers differ. */
static size_t count_open(const bko__counters *set) {
    size_t open = 0;
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        open += set->fds[i] >= 0;
    }
    return open;
}

/* Runs in the program's process. It opens the counters itself: while it is being created we are stopped, and they
 * must count from its first instruction on. They don't survive its exec. */
static void send_counters(const start *s) {
    bko__counters *set = &s->out->counters;
    rights control = {.bytes = {0}};
    char byte = 0;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    bko__counters_open(set, bko__counter_events, 0, true);
    size_t open = count_open(set);
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (open > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(open * sizeof(int));
        struct cmsghdr *first = CMSG_FIRSTHDR(&message);
        first->cmsg_level = SOL_SOCKET;
        first->cmsg_type = SCM_RIGHTS;
        first->cmsg_len = CMSG_LEN(open * sizeof(int));
        int *fds = (int *)(void *)CMSG_DATA(first);
        for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
            if (set->fds[i] >= 0) {
                *fds++ = set->fds[i];
            }
        }
    }
    (void)sendmsg(s->counting[1], &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Replaces the numbers that the program's process had for them by ours. */
static void take_counters(const start *s) {
    bko__counters *set = &s->out->counters;
    rights control;
    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got = recvmsg(s->counting[0], &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const struct cmsghdr *first = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    size_t sent = first != NULL ? (first->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
    const int *fds = first != NULL ? (const int *)(const void *)CMSG_DATA(first) : NULL;
    for (size_t i = 0; i < BKO_COUNTER_COUNT; i++) {
        if (set->fds[i] >= 0) {
            set->errors[i] = sent > 0 ? 0 : EBADF;
            set->fds[i] = sent > 0 ? *fds++ : -1;
            sent -= sent > 0;
        }
    }
}

/* --- its process ---------------------------------------------------------------------------------- */

/* Parses "VmHWM:     404 kB" into bytes; 0 if unavailable. ru_maxrss is no alternative, because it
 * includes what we were before exec. */
static int64_t own_peak(void) {
    char text[4096];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
    const char *found = strstr(text, "VmHWM:");
    return found != NULL ? (int64_t)strtoll(found + 6, NULL, 10) * KIBIBYTE : 0;
}

/* Runs in the program's process until exec. The process dies with its parent, whatever ends the
 * parent. */
static int become(void *argument) {
    const start *s = argument;
    sigset_t none;
    sigemptyset(&none);
    for (int fd = 0; fd < 3; fd++) {
        dup2(s->files[fd], fd);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != s->guardian) {
        _exit(NOT_STARTED);
    }
    if (s->counting[1] >= 0) {
        send_counters(s);
    }
    s->out->step = BKO__GUARDIAN_FOLDER;
    if (s->asked->folder[0] == '\0' || chdir(s->asked->folder) == 0) {
        s->out->step = BKO__GUARDIAN_EXEC;
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(s->asked->file, s->asked->arguments, s->asked->environment);
    }
    s->out->error = errno;
    _exit(NOT_STARTED);
}

static void clear(bko__guardian_board *board) {
    memset(board, 0, offsetof(bko__guardian_board, tail));
}

/* Everything possible is done before the clock starts. */
static void clone_it(const guardian *self, start *s) {
    static _Alignas(16) char stack[STACK];
    program *out = s->out;
    clear(self->board);
    out->own_peak = own_peak();
    self->board->started_ns = bko_clock_now_ns();
    out->pid = clone(become, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, s);
    if (out->pid < 0) {
        fail(out, BKO__GUARDIAN_CLONE);
    } else if (out->error != 0) {
        while (waitpid(out->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    } else {
        self->board->state = BKO_PROGRAM_RUNNING;
    }
    if (s->counting[0] >= 0 && out->pid > 0) {
        take_counters(s);
    }
}

void program_start(program *out, const guardian *self, const request *asked) {
    start s = {.asked = asked,
               .out = out,
               .guardian = getpid(),
               .files = {-1, -1, -1},
               .counting = {-1, -1}};
    memset(out, 0, sizeof *out);
    out->errors = out->output = -1;
    out->counts = asked->counts;
    bko__counters_clear(&out->counters);
    if (asked->counts && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, s.counting) != 0) {
        s.counting[0] = s.counting[1] = -1;
    }
    if (open_files(&s)) {
        clone_it(self, &s);
    }
    close_files(&s);
    for (size_t i = 0; i < 2; i++) {
        if (s.counting[i] >= 0) {
            close(s.counting[i]);
        }
    }
    if (out->error != 0) {
        bko__counters_close(&out->counters);
        streams_close(out);
    }
}
