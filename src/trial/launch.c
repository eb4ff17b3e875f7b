/*
 * The process of a program. vfork: the trial's process may have any size, and starting a program must
 * not depend on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "trial/program.h"

extern char **environ;

enum { NOT_STARTED = 127 };

/* Everything that the child needs, made before it exists: it may not allocate. */
typedef struct start {
    char file[PATH_MAX];
    char folder[PATH_MAX]; /* "": the caller's */
    char **argv;
    char **environment;
    int files[3]; /* owned; above those they replace; -1: none yet */
    pid_t parent;
    bko_program_result *result;
} start;

/* --- what can fail before there is a process ------------------------------------------------------ */

/* Moves a descriptor out of the way of those that the child will replace. */
static int above_standard(int fd) {
    if (fd < 0 || fd > STDERR_FILENO) {
        return fd;
    }
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int saved = errno;
    close(fd);
    errno = saved;
    return moved;
}

static int open_file(bko_program *program, int *fd, const char *name, int flags) {
    *fd = above_standard(open(name != NULL ? name : "/dev/null", flags | O_CLOEXEC, 0644));
    return *fd >= 0 ? BKO_OK
                    : bko__program_fail(program, errno, "%s: %s", name != NULL ? name : "/dev/null",
                                        strerror(errno));
}

static int open_pipe(bko_program *program, start *s, int *ours) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return bko__program_fail(program, errno, "no pipe: %s", strerror(errno));
    }
    *ours = ends[0];
    s->files[STDERR_FILENO] = above_standard(ends[1]);
    if (s->files[STDERR_FILENO] < 0 || fcntl(*ours, F_SETFL, O_NONBLOCK) != 0) {
        return bko__program_fail(program, errno, "no pipe: %s", strerror(errno));
    }
    return BKO_OK;
}

static int resolve_folder(bko_program *program, start *s) {
    struct stat info;
    if (program->cwd == NULL) {
        return BKO_OK;
    }
    if (realpath(program->cwd, s->folder) == NULL) {
        return bko__program_fail(program, errno, "cwd: %s: %s", program->cwd, strerror(errno));
    }
    if (stat(s->folder, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return bko__program_fail(program, ENOTDIR, "cwd: %s: not a folder", program->cwd);
    }
    return BKO_OK;
}

static const char *reason_of(int error) {
    return error == ENOENT   ? "not found"
           : error == EACCES ? "not executable"
           : error == ENOEXEC
               ? "not a program: neither a binary for this machine nor a script that begins with #!"
               : strerror(error);
}

static int resolve_file(bko_program *program, start *s) {
    const char *folder = s->folder[0] != '\0' ? s->folder : NULL;
    int err = bko_program_find(program->argv[0], bko__program_path(program), folder, s->file,
                               sizeof s->file);
    if (err == BKO_OK) {
        return BKO_OK;
    }
    int error = err == BKO_ETOOLARGE ? ENAMETOOLONG : errno;
    return bko__program_fail(program, error, "%s: %s", program->argv[0], reason_of(error));
}

static int prepare(bko_program *program, start *s, int *ours) {
    int err = resolve_folder(program, s);
    err = err == BKO_OK ? resolve_file(program, s) : err;
    err = err == BKO_OK ? open_file(program, &s->files[0], program->input, O_RDONLY) : err;
    err = err == BKO_OK
              ? open_file(program, &s->files[1], program->output,
                          program->output != NULL ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY)
              : err;
    return err == BKO_OK ? open_pipe(program, s, ours) : err;
}

/* --- in the child --------------------------------------------------------------------------------- */

/* Runs on the parent's memory: it writes nothing but the shared note, and calls the kernel only. */
static _Noreturn void become(const start *s) {
    static const struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigaction(SIGPIPE, &usual, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int ok = getppid() == s->parent;
    for (int fd = STDIN_FILENO; ok && fd <= STDERR_FILENO; fd++) {
        ok = dup2(s->files[fd], fd) == fd;
    }
    ok = ok && (s->folder[0] == '\0' || chdir(s->folder) == 0);
    if (ok) {
        close_range(STDERR_FILENO + 1, ~0U, 0); /* without it only what is marked so is closed */
        execve(s->file, s->argv, s->environment);
    }
    s->result->error = errno;
    _exit(NOT_STARTED);
}

/* A signal handler of ours must not run in the child: it has our memory. */
static pid_t split(const start *s) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    s->result->started_ns = bko_clock_now_ns();
    pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): see become */
    if (pid == 0) {
        become(s);
    }
    int saved = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return pid;
}

/* --- both ------------------------------------------------------------------------------------------ */

int bko__launch_start(bko__launch *launch, bko_program *program) {
    start s = {.files = {-1, -1, -1}, .parent = getpid(), .result = program->result};
    launch->stderr_fd = -1;
    s.argv = program->argv;
    s.environment = program->environment != NULL ? program->environment : environ;
    memset(program->result, 0, sizeof *program->result);
    int err = prepare(program, &s, &launch->stderr_fd);
    if (err == BKO_OK) {
        program->result->state = BKO_PROGRAM_RUNNING;
        launch->pid = split(&s);
        err = launch->pid > 0 ? BKO_OK
                              : bko__program_fail(program, errno, "%s: no process: %s",
                                                  program->argv[0], strerror(errno));
    }
    for (int i = 0; i < 3; i++) {
        if (s.files[i] >= 0) {
            close(s.files[i]);
        }
    }
    if (err != BKO_OK && launch->stderr_fd >= 0) {
        close(launch->stderr_fd);
        launch->stderr_fd = -1;
    }
    return err;
}

int bko__launch_explain(bko_program *program) {
    int error = program->result->error;
    if (error == 0) {
        return BKO_OK;
    }
    const char *reason = error == ENOENT ? "the interpreter that its first line names was not found"
                                         : reason_of(error);
    return bko__program_fail(program, error, "%s: %s", program->argv[0], reason);
}
