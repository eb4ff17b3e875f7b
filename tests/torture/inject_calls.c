/* The functions that fail on demand, in place of libc's. */
#include "inject_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "inject.h"

#define SHOWN  __attribute__((visibility("default")))
#define CALLER __builtin_return_address(0)

long torture_real_open(const char *path, int flags) {
    return syscall(SYS_openat, AT_FDCWD, path, flags, 0);
}

/* libc's function of this name. dlsym may allocate, so it has malloc's names looked up before. */
static void *next(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

/* A wrapper: result NAME(PARAMETERS) that fails with ERROR and gives BAD, or calls libc's NAME(ARGUMENTS). */
#define WRAP(kind, result, name, parameters, arguments, bad, error)                                \
    SHOWN result name parameters;                                                                  \
    SHOWN result name parameters {                                                                 \
        static result(*real) parameters;                                                           \
        if (real == NULL) {                                                                        \
            real = (result(*) parameters)next(#name);                                              \
        }                                                                                          \
        if (torture_fails(kind, CALLER)) {                                                         \
            errno = error;                                                                         \
            return bad;                                                                            \
        }                                                                                          \
        return real arguments;                                                                     \
    }

/* --- memory: glibc's own names, so that no lookup is needed ------------------------------------ */

#ifndef TORTURE_LEAKS

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

#else /* the leak sanitizer's, which is preloaded after us and keeps account */

static void *__libc_malloc(size_t size) {
    static void *(*real)(size_t);
    if (real == NULL) {
        real = (void *(*)(size_t))next("malloc");
    }
    return real(size);
}

static void *__libc_calloc(size_t count, size_t size) {
    static void *(*real)(size_t, size_t);
    if (real == NULL) {
        real = (void *(*)(size_t, size_t))next("calloc");
    }
    return real(count, size);
}

static void *__libc_realloc(void *memory, size_t size) {
    static void *(*real)(void *, size_t);
    if (real == NULL) {
        real = (void *(*)(void *, size_t))next("realloc");
    }
    return real(memory, size);
}

extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

/* Trials and workers end here, and the sanitizer looks only at those that end by returning from main. */
SHOWN _Noreturn void _exit(int code);
SHOWN _Noreturn void _exit(int code) {
    if (__lsan_do_recoverable_leak_check != NULL) {
        __lsan_do_recoverable_leak_check();
    }
    for (;;) {
        syscall(SYS_exit_group, code);
    }
}

#endif

#define WRAP_MEMORY(name, parameters, call)                                                        \
    SHOWN void *name parameters;                                                                   \
    SHOWN void *name parameters {                                                                  \
        if (torture_fails(TORTURE_MEMORY, CALLER)) {                                               \
            errno = ENOMEM;                                                                        \
            return NULL;                                                                           \
        }                                                                                          \
        return call;                                                                               \
    }

WRAP_MEMORY(malloc, (size_t size), __libc_malloc(size))
WRAP_MEMORY(calloc, (size_t count, size_t size), __libc_calloc(count, size))

/* A realloc to a size that frees, or shrinks, isn't expected to fail; Lua relies on the latter only by asking again,
 * so it may. */
SHOWN void *realloc(void *memory, size_t size);
SHOWN void *realloc(void *memory, size_t size) {
    if (size > 0 && torture_fails(TORTURE_MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(memory, size);
}

SHOWN char *strdup(const char *text);
SHOWN char *strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = torture_fails(TORTURE_MEMORY, CALLER) ? NULL : __libc_malloc(size);
    if (copy == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    return memcpy(copy, text, size);
}

WRAP(TORTURE_MEMORY, FILE *, open_memstream, (char **text, size_t *size), (text, size), NULL,
     ENOMEM)
WRAP(TORTURE_MEMORY, void *, mmap,
     (void *address, size_t length, int protection, int flags, int fd, off_t offset),
     (address, length, protection, flags, fd, offset), (void *)-1, ENOMEM)
WRAP(TORTURE_MEMORY, int, memfd_create, (const char *name, unsigned flags), (name, flags), -1,
     EMFILE)

/* --- writing: what stdio writes by itself isn't seen here, only that it is told to ------------------- */

/* An event's counter takes every write: it has neither a disk that is full nor a reader that has gone. */
static bool is_counter(int fd) {
    struct stat info;
    return syscall(SYS_fstat, fd, &info) == 0 && (info.st_mode & S_IFMT) == 0;
}

SHOWN ssize_t write(int fd, const void *data, size_t size);
SHOWN ssize_t write(int fd, const void *data, size_t size) {
    if (!is_counter(fd) && torture_fails(TORTURE_WRITE, CALLER)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, fd, data, size);
}

WRAP(TORTURE_WRITE, ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at),
     (fd, data, size, at), -1, ENOSPC)
WRAP(TORTURE_WRITE, ssize_t, send, (int fd, const void *data, size_t size, int flags),
     (fd, data, size, flags), -1, EPIPE)
WRAP(TORTURE_WRITE, ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
     (fd, message, flags), -1, EPIPE)
WRAP(TORTURE_WRITE, int, fflush, (FILE * file), (file), EOF, ENOSPC)

/* --- processes and threads -------------------------------------------------------------------- */

WRAP(TORTURE_FORK, pid_t, fork, (void), (), -1, EAGAIN)

#define SPAWN_PARAMETERS                                                                           \
    (pid_t * pid, const char *file, const posix_spawn_file_actions_t *actions,                     \
     const posix_spawnattr_t *attributes, char *const argv[], char *const environment[])

WRAP(TORTURE_FORK, int, posix_spawn, SPAWN_PARAMETERS,
     (pid, file, actions, attributes, argv, environment), EAGAIN, EAGAIN)
WRAP(TORTURE_FORK, int, posix_spawnp, SPAWN_PARAMETERS,
     (pid, file, actions, attributes, argv, environment), EAGAIN, EAGAIN)
WRAP(TORTURE_THREAD, int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument),
     (thread, attributes, body, argument), EAGAIN, EAGAIN)

/* --- descriptors ------------------------------------------------------------------------------ */

WRAP(TORTURE_PIPE, int, pipe, (int ends[2]), (ends), -1, EMFILE)
WRAP(TORTURE_PIPE, int, pipe2, (int ends[2], int flags), (ends, flags), -1, EMFILE)
WRAP(TORTURE_PIPE, int, socketpair, (int domain, int type, int protocol, int ends[2]),
     (domain, type, protocol, ends), -1, EMFILE)
WRAP(TORTURE_PIPE, int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1,
     EMFILE)
WRAP(TORTURE_PIPE, int, eventfd, (unsigned value, int flags), (value, flags), -1, EMFILE)
WRAP(TORTURE_PIPE, int, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags), -1,
     EMFILE)
WRAP(TORTURE_PIPE, int, timerfd_create, (int clock, int flags), (clock, flags), -1, EMFILE)
WRAP(TORTURE_EPOLL, int, epoll_create1, (int flags), (flags), -1, EMFILE)
struct epoll_event;
WRAP(TORTURE_EPOLL, int, epoll_ctl, (int set, int what, int fd, struct epoll_event *event),
     (set, what, fd, event), -1, ENOSPC)

/* --- files ------------------------------------------------------------------------------------ */

static int mode_of(int flags, va_list more) {
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, int) : 0;
}

#define WRAP_OPEN(name)                                                                            \
    SHOWN int name(const char *path, int flags, ...);                                              \
    SHOWN int name(const char *path, int flags, ...) {                                             \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        int mode = mode_of(flags, more);                                                           \
        va_end(more);                                                                              \
        if (torture_fails(TORTURE_OPEN, CALLER)) {                                                 \
            errno = EMFILE;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);                              \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)

SHOWN int openat(int folder, const char *path, int flags, ...);
SHOWN int openat(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = mode_of(flags, more);
    va_end(more);
    if (torture_fails(TORTURE_OPEN, CALLER)) {
        errno = EMFILE;
        return -1;
    }
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

WRAP(TORTURE_OPEN, FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
WRAP(TORTURE_OPEN, FILE *, fopen64, (const char *path, const char *mode), (path, mode), NULL,
     EMFILE)
WRAP(TORTURE_OPEN, DIR *, opendir, (const char *path), (path), NULL, EMFILE)
WRAP(TORTURE_OPEN, FILE *, fdopen, (int fd, const char *mode), (fd, mode), NULL, ENOMEM)

WRAP(TORTURE_FILE, int, fsync, (int fd), (fd), -1, EIO)
WRAP(TORTURE_FILE, int, fdatasync, (int fd), (fd), -1, EIO)
WRAP(TORTURE_FILE, int, rename, (const char *from, const char *to), (from, to), -1, EACCES)
WRAP(TORTURE_FILE, int, renameat, (int at, const char *from, int at2, const char *to),
     (at, from, at2, to), -1, EACCES)
WRAP(TORTURE_FILE, int, mkdir, (const char *path, mode_t mode), (path, mode), -1, ENOSPC)
WRAP(TORTURE_FILE, int, ftruncate, (int fd, off_t size), (fd, size), -1, ENOSPC)
WRAP(TORTURE_FILE, int, unlink, (const char *path), (path), -1, EACCES)
