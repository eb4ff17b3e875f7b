/* Starts the process of a program, from opening its files to exec. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "programs/guardian/parts.h"

enum { STACK = 64 * 1024, NOT_STARTED = 127, KIBIBYTE = 1024 };

typedef struct start {
    const request *asked;
    program *out; /* the child shares our memory until it calls exec */
    pid_t guardian;
    int files[3]; /* owned: become its descriptors 0 to 2 */
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
}

void program_start(program *out, const guardian *self, const request *asked) {
    start s = {.asked = asked, .out = out, .guardian = getpid(), .files = {-1, -1, -1}};
    memset(out, 0, sizeof *out);
    out->errors = out->output = -1;
    if (open_files(&s)) {
        clone_it(self, &s);
    }
    close_files(&s);
    if (out->error != 0) {
        streams_close(out);
    }
}
