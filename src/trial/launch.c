/*
 * The process of a program. The launcher (src/launch) makes it: a small process, so that what the kernel
 * counts as the program's memory is the program's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/prefix.h"
#include "launch/report.h"
#include "trial/program.h"

extern char **environ;

/* Everything that the launcher needs. */
typedef struct start {
    char file[PATH_MAX];
    char folder[PATH_MAX]; /* "": the caller's */
    char launcher[PATH_MAX];
    int files[4]; /* owned; what the launcher gets as descriptors 0 to 3; -1: none yet */
    int report;   /* owned: our end of the pipe behind descriptor 3; -1: none */
} start;

enum { REPORT = BKO__LAUNCH_REPORT_FD };

/* --- what can fail before there is a process ------------------------------------------------------ */

/* Moves a descriptor out of the way of those that the child will replace. */
static int above_standard(int fd) {
    if (fd < 0 || fd > REPORT) {
        return fd;
    }
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, REPORT + 1);
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

/* A pipe whose writing end goes to the launcher. */
static int open_pipe(bko_program *program, int *theirs, int *ours) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return bko__program_fail(program, errno, "no pipe: %s", strerror(errno));
    }
    *ours = ends[0];
    *theirs = above_standard(ends[1]);
    return *theirs >= 0 ? BKO_OK
                        : bko__program_fail(program, errno, "no pipe: %s", strerror(errno));
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

static int open_files(bko_program *program, start *s, int *errors) {
    int writing = program->output != NULL ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY;
    int err = open_file(program, &s->files[0], program->input, O_RDONLY);
    err = err == BKO_OK ? open_file(program, &s->files[1], program->output, writing) : err;
    err = err == BKO_OK ? open_pipe(program, &s->files[2], errors) : err;
    err = err == BKO_OK ? open_pipe(program, &s->files[REPORT], &s->report) : err;
    if (err == BKO_OK && fcntl(*errors, F_SETFL, O_NONBLOCK) != 0) {
        err = bko__program_fail(program, errno, "no pipe: %s", strerror(errno));
    }
    return err;
}

static int prepare(bko_program *program, start *s, int *errors) {
    int err = resolve_folder(program, s);
    err = err == BKO_OK ? resolve_file(program, s) : err;
    err = err == BKO_OK ? open_files(program, s, errors) : err;
    if (err == BKO_OK &&
        bko__prefix_path(s->launcher, sizeof s->launcher, "libexec/bakeoff/launch") != BKO_OK) {
        err = bko__program_fail(program, ENAMETOOLONG, "the launcher of this bakeoff is not found");
    }
    return err;
}

/* --- the launcher --------------------------------------------------------------------------------- */

static size_t count_of(char **list) {
    size_t count = 0;
    while (list[count] != NULL) {
        count++;
    }
    return count;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* 0, or an errno value. */
static int spawn(const start *s, char **words, char **environment, pid_t *pid) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    int err = set_attributes(&attributes);
    for (int fd = 0; err == 0 && fd <= REPORT; fd++) {
        err = posix_spawn_file_actions_adddup2(&files, s->files[fd], fd);
    }
    err = err == 0 ? posix_spawn(pid, s->launcher, &files, &attributes, words, environment) : err;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return err;
}

static int start_launcher(bko_program *program, start *s, pid_t *pid) {
    char parent[32];
    size_t count = count_of(program->argv);
    char **words = calloc(count + 5, sizeof *words);
    if (words == NULL) {
        return bko__program_fail(program, ENOMEM, "%s: %s", program->argv[0], strerror(ENOMEM));
    }
    snprintf(parent, sizeof parent, "%d", (int)getpid());
    words[0] = s->launcher;
    words[1] = parent;
    words[2] = s->file;
    words[3] = s->folder;
    memcpy(words + 4, program->argv, count * sizeof *words);
    int err = spawn(s, words, program->environment != NULL ? program->environment : environ, pid);
    free(words);
    return err == 0 ? BKO_OK
                    : bko__program_fail(program, err, "%s: cannot be started: %s", program->argv[0],
                                        strerror(err));
}

/* Its end, too: it has nothing left to do. */
static int hear(bko_program *program, start *s, pid_t launcher, bko__launch_report *report) {
    ssize_t got;
    close(s->files[REPORT]); /* or we would never see it end without a report */
    s->files[REPORT] = -1;
    do {
        got = read(s->report, report, sizeof *report);
    } while (got < 0 && errno == EINTR);
    while (waitpid(launcher, NULL, 0) < 0 && errno == EINTR) {
    }
    return got == (ssize_t)sizeof *report
               ? BKO_OK
               : bko__program_fail(program, EIO, "%s: its launcher ended early", program->argv[0]);
}

/* The process that got no further than exec, or not even so far. */
static int explain(bko_program *program, const bko__launch_report *report) {
    int error = report->error;
    while (report->pid > 0 && waitpid(report->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    if (report->step == BKO__LAUNCH_FOLDER) {
        return bko__program_fail(program, error, "cwd: %s: %s", program->cwd, strerror(error));
    }
    const char *reason = report->step == BKO__LAUNCH_CLONE ? "no process can be had"
                         : error == ENOENT
                             ? "the interpreter that its first line names was not found"
                             : reason_of(error);
    return bko__program_fail(program, error, "%s: %s", program->argv[0], reason);
}

static int start_program(bko_program *program, start *s, bko__launch *launch) {
    bko__launch_report report = {0};
    pid_t launcher = 0;
    int err = start_launcher(program, s, &launcher);
    err = err == BKO_OK ? hear(program, s, launcher, &report) : err;
    if (err == BKO_OK && report.error != 0) {
        err = explain(program, &report);
    }
    if (err == BKO_OK) {
        launch->pid = (pid_t)report.pid;
        launch->own_peak = report.own_peak;
        program->result->started_ns = report.started_ns;
        program->result->state = BKO_PROGRAM_RUNNING;
    }
    return err;
}

static void close_all(const start *s) {
    for (size_t i = 0; i < sizeof s->files / sizeof s->files[0]; i++) {
        if (s->files[i] >= 0) {
            close(s->files[i]);
        }
    }
    if (s->report >= 0) {
        close(s->report);
    }
}

int bko__launch_start(bko__launch *launch, bko_program *program) {
    start s = {.files = {-1, -1, -1, -1}, .report = -1};
    launch->errors = -1;
    memset(program->result, 0, sizeof *program->result);
    int err = prepare(program, &s, &launch->errors);
    err = err == BKO_OK ? start_program(program, &s, launch) : err;
    close_all(&s);
    if (err != BKO_OK && launch->errors >= 0) {
        close(launch->errors);
        launch->errors = -1;
    }
    return err;
}
