/* Requests to the guardian and its answers; see trial/program/guardian.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "trial/program/find.h"
#include "trial/program/guardian.h"
#include "trial/program/program.h"

extern char **environ;

/* --- what can fail before there is a process ------------------------------------------------------ */

static int resolve_folder(bko_program *program, char *folder) {
    struct stat info;
    folder[0] = '\0';
    if (program->cwd == NULL) {
        return BKO_OK;
    }
    if (realpath(program->cwd, folder) == NULL) {
        return bko__program_fail(program, errno, "cwd: %s: %s", program->cwd, strerror(errno));
    }
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode)) {
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

static int resolve_file(bko_program *program, const char *folder, char *file, size_t size) {
    int err = bko__program_find(program->argv[0], bko__program_path(program),
                                folder[0] != '\0' ? folder : NULL, file, size);
    if (err == BKO_OK) {
        return BKO_OK;
    }
    int error = err == BKO_ETOOLARGE ? ENAMETOOLONG : errno;
    return bko__program_fail(program, error, "%s: %s", program->argv[0], reason_of(error));
}

/* --- the message ---------------------------------------------------------------------------------- */

typedef struct message {
    char *bytes; /* owned */
    size_t size;
} message;

static const char *text_of(const char *text) {
    return text != NULL ? text : "";
}

static size_t measure(char *const *list, uint32_t *count) {
    size_t size = 0;
    for (*count = 0; list != NULL && list[*count] != NULL; (*count)++) {
        size += strlen(list[*count]) + 1;
    }
    return size;
}

static char *put(char *at, const char *text) {
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    return at + size;
}

static char *put_list(char *at, char *const *list) {
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        at = put(at, list[i]);
    }
    return at;
}

static int compose(const bko_program *program, const char *file, const char *folder, message *out) {
    char *const *environment = program->environment != NULL ? program->environment : environ;
    const char *names[] = {file, folder, text_of(program->input), text_of(program->output)};
    bko__guardian_request head;
    size_t size = measure(program->argv, &head.arguments) + measure(environment, &head.variables);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size += strlen(names[i]) + 1;
    }
    out->size = sizeof head + size;
    out->bytes = size <= UINT32_MAX ? malloc(out->size) : NULL;
    if (out->bytes == NULL) {
        return BKO_ENOMEM;
    }
    head.size = (uint32_t)size;
    head.streams = (int32_t)program->streams;
    head.counts = (uint32_t)program->counts;
    memcpy(out->bytes, &head, sizeof head);
    char *at = out->bytes + sizeof head;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        at = put(at, names[i]);
    }
    put_list(put_list(at, program->argv), environment);
    return BKO_OK;
}

/* The descriptors that go with a request; all are the bench's. */
typedef struct descriptors {
    int fds[BKO__GUARDIAN_FDS];
    size_t count;
} descriptors;

/* Returns how many bytes were sent, or -1. */
static ssize_t send_first(int socket, const message *what, const descriptors *with) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof with->fds)];
    } control = {.bytes = {0}};
    size_t size = with->count * sizeof with->fds[0];
    struct iovec data = {.iov_base = what->bytes, .iov_len = what->size};
    struct msghdr head = {.msg_iov = &data,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *first = CMSG_FIRSTHDR(&head);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(first), with->fds, size);
    ssize_t went;
    do {
        went = sendmsg(socket, &head, MSG_NOSIGNAL);
    } while (went < 0 && errno == EINTR);
    return went;
}

static int send_all(int socket, const message *what, const descriptors *with) {
    ssize_t went = send_first(socket, what, with);
    size_t done = went > 0 ? (size_t)went : 0;
    while (went > 0 && done < what->size) {
        do {
            went = send(socket, what->bytes + done, what->size - done, MSG_NOSIGNAL);
        } while (went < 0 && errno == EINTR);
        done += went > 0 ? (size_t)went : 0;
    }
    return done == what->size ? BKO_OK : BKO_ESYS;
}

/* --- asking --------------------------------------------------------------------------------------- */

static int fail_to_ask(bko_program *program, int error) {
    return bko__program_fail(program, error, "%s: cannot be started: %s", program->argv[0],
                             strerror(error));
}

static int ask(const bko_guardian *guardian, bko_program *program, const message *what) {
    int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool shown = program->streams == BKO_PROGRAM_SHOWN || program->streams == BKO_PROGRAM_ERRORS;
    descriptors with = {
        .fds = {here, program->streams == BKO_PROGRAM_SHOWN ? STDOUT_FILENO : STDERR_FILENO,
                STDERR_FILENO},
        .count = shown ? BKO__GUARDIAN_FDS : 1};
    int err = here >= 0 ? send_all(guardian->socket, what, &with) : BKO_ESYS;
    int error = errno;
    if (here >= 0) {
        close(here);
    }
    return err == BKO_OK ? BKO_OK : fail_to_ask(program, error);
}

int bko__guardian_ask(bko_guardian *guardian, bko_program *program) {
    char file[PATH_MAX];
    char folder[PATH_MAX];
    message what = {0};
    memset(program->result, 0, sizeof *program->result);
    guardian->shared->board.state = BKO_PROGRAM_NEW;
    int err = resolve_folder(program, folder);
    err = err == BKO_OK ? resolve_file(program, folder, file, sizeof file) : err;
    if (err == BKO_OK && compose(program, file, folder, &what) != BKO_OK) {
        err = fail_to_ask(program, ENOMEM);
    }
    err = err == BKO_OK ? ask(guardian, program, &what) : err;
    free(what.bytes);
    return err;
}

/* --- what it answers ------------------------------------------------------------------------------ */

static void explain(bko_program *program, const bko__guardian_answer *answer) {
    int error = answer->value;
    const char *name = program->argv[0];
    if (answer->step == BKO__GUARDIAN_FOLDER) {
        bko__program_fail(program, error, "cwd: %s: %s", program->cwd, strerror(error));
    } else if (answer->step == BKO__GUARDIAN_INPUT || answer->step == BKO__GUARDIAN_OUTPUT) {
        const char *file = answer->step == BKO__GUARDIAN_INPUT ? program->input : program->output;
        bko__program_fail(program, error, "%s: %s", file != NULL ? file : "/dev/null",
                          strerror(error));
    } else if (answer->step == BKO__GUARDIAN_PIPE) {
        bko__program_fail(program, error, "cannot create a pipe: %s", strerror(error));
    } else if (answer->step == BKO__GUARDIAN_CLONE) {
        bko__program_fail(program, error, "%s: cannot create a process", name);
    } else {
        bko__program_fail(program, error, "%s: %s", name,
                          error == ENOENT ? "the interpreter named in its first line was not found"
                                          : reason_of(error));
    }
}

void bko__guardian_note(const bko_guardian *guardian, bko_program *program) {
    if (guardian->shared->board.state != BKO_PROGRAM_NEW) {
        memcpy(program->result, &guardian->shared->board, sizeof *program->result);
    }
}

int bko__guardian_hear(bko_guardian *guardian, bko_program *program, bko__guardian_answer *answer) {
    ssize_t got = recv(guardian->socket, answer, sizeof *answer, MSG_DONTWAIT);
    if (got != (ssize_t)sizeof *answer) {
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? BKO_EBUSY : BKO_ECLOSED;
    }
    if (answer->kind == BKO__GUARDIAN_FAILED) {
        explain(program, answer);
    } else if (answer->kind == BKO__GUARDIAN_ENDED) {
        bko__guardian_note(guardian, program);
    }
    return BKO_OK;
}
