/* Ways out through programs and libraries that nobody allowed. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"

extern char **environ;

/* The exit code of a program that prints nothing; 127 and errno if it could not be started. */
static long start(char **argv, int by_descriptor) {
    int ends[2];
    int problem = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return 0; /* not a refusal */
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (by_descriptor >= 0) {
            fexecve(by_descriptor, argv, environ);
        } else {
            execve(argv[0], argv, environ);
        }
        problem = errno;
        _exit(write(ends[1], &problem, sizeof problem) == sizeof problem ? 127 : 126);
    }
    close(ends[1]);
    ssize_t told = read(ends[0], &problem, sizeof problem);
    waitpid(pid, NULL, 0);
    errno = problem;
    return told > 0 ? -1 : 0;
}

static long exec_program(char **a) {
    char *argv[] = {a[0], NULL};
    return start(argv, -1);
}

static int copy_self(int to) {
    char buffer[65536];
    ssize_t got;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    while (from >= 0 && (got = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t)got) != got) {
            return -1;
        }
    }
    return from < 0 ? -1 : close(from);
}

static long exec_written(char **a) {
    char *argv[] = {a[0], "nothing", NULL};
    int fd = open(a[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (fd < 0 || copy_self(fd) != 0 || fchmod(fd, 0755) != 0) {
        return 0; /* not a refusal */
    }
    close(fd);
    return start(argv, -1);
}

static long exec_memory(char **a) {
    (void)a;
    char *argv[] = {"memory", "nothing", NULL};
    int fd = memfd_create("memory", MFD_CLOEXEC);
    if (fd < 0) {
        fd = memfd_create("memory", MFD_CLOEXEC | 8U /* MFD_NOEXEC_SEAL */);
    }
    if (fd < 0) {
        return -1;
    }
    if (copy_self(fd) != 0) {
        return 0; /* not a refusal */
    }
    fchmod(fd, 0755);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    argv[0] = path;
    if (start(argv, -1) >= 0) {
        return 0;
    }
    return start(argv, fd);
}

/* What dlopen would do with a library that the script has written. */
static long map_written(char **a) {
    int fd = open(a[0], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (fd < 0 || copy_self(fd) != 0) {
        return 0;
    }
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0;
}

static int memory_file(void) {
    int fd = memfd_create("memory", MFD_CLOEXEC);
    return fd >= 0 ? fd : memfd_create("memory", MFD_CLOEXEC | 8U /* MFD_NOEXEC_SEAL */);
}

/* What dlopen of /proc/self/fd/N would do with a library that the script has written to memory. */
static long map_memory(char **a) {
    (void)a;
    int fd = memory_file();
    if (fd < 0) {
        return -1;
    }
    return copy_self(fd) == 0 &&
                   mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED
               ? -1
               : 0;
}

/* The dynamic linker is executed with every program, and starts any file that it may map. */
static long through_linker(char **a) {
    glob_t found;
    if (glob("/lib64/ld-linux*.so*", 0, NULL, &found) != 0) {
        return -1;
    }
    int fd = open(a[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    char *argv[] = {found.gl_pathv[0], a[0], "nothing", NULL};
    if (fd < 0 || copy_self(fd) != 0) {
        return 0; /* not a refusal */
    }
    close(fd);
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execve(argv[0], argv, environ);
        _exit(126);
    }
    waitpid(pid, &status, 0);
    errno = EPERM;
    return WIFEXITED(status) && WEXITSTATUS(status) == 1 ? 0 : -1; /* 1: it ran, and got out */
}

const attempt escape_programs[] = {{"exec", exec_program},
                                   {"exec_written", exec_written},
                                   {"exec_memory", exec_memory},
                                   {"map_written", map_written},
                                   {"map_memory", map_memory},
                                   {"through_linker", through_linker},
                                   {NULL, NULL}};
