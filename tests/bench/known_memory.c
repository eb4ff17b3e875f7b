/*
 * Needs a known amount of memory, held until a known event: a yardstick for tools that measure memory.
 *
 * usage: known_memory one|forks|owns|spawns MIB HOLD_MS|tell
 *   one     this process alone touches MIB mebibytes
 *   forks   the same, and four forked children read all of them: shared, nothing is copied
 *   owns    four forked children touch MIB mebibytes each
 *   spawns  four children, each a new program, touch MIB mebibytes each
 * The peak begins when the last child has reported that it has all its memory, and lasts HOLD_MS milliseconds; the
 * children end only after that. With `tell` the process numbers are written to standard output, a pid_t each, and the
 * peak lasts until nobody reads them any more (page_frames.c).
 * Exit code 0; 1 when something failed; 2 for wrong arguments.
 */
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 4, READY_FD = 3, LEAVE_FD = 4, MEBIBYTE = 1024 * 1024 };

extern char **environ;

typedef struct family {
    pid_t children[CHILDREN];
    int count;
    int ready[2]; /* a child writes a byte when it has its memory */
    int leave[2]; /* children end when this closes */
} family;

static size_t bytes_of(long mebibytes) {
    return (size_t)mebibytes * MEBIBYTE;
}

/* Writes every page: pages that are only read would all map the one page of zeros. */
static unsigned char *touched(size_t bytes) {
    if (bytes == 0) {
        return NULL;
    }
    unsigned char *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("known_memory: mmap");
        exit(1);
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t at = 0; at < bytes; at += page) {
        memory[at] = 1;
    }
    return memory;
}

/* Reads the first byte of each page: a child that has not read a page doesn't map it. */
static size_t read_pages(const unsigned char *memory, size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t sum = 0;
    for (size_t at = 0; at < bytes; at += page) {
        sum += ((const volatile unsigned char *)memory)[at];
    }
    return sum;
}

/* A child that has its memory: reports so, and keeps it until it may end. */
static _Noreturn void stay(int ready, int leave) {
    char byte = 1;
    if (write(ready, &byte, 1) == 1) {
        close(ready);
        while (read(leave, &byte, 1) > 0) {
        }
    }
    _exit(0);
}

/* `memory` NULL: each child allocates its own. */
static pid_t fork_child(const family *all, const unsigned char *memory, size_t bytes) {
    pid_t pid = fork();
    if (pid == 0) {
        close(all->leave[1]);
        memory = memory != NULL ? memory : touched(bytes);
        if (read_pages(memory, bytes) * (size_t)sysconf(_SC_PAGESIZE) != bytes) {
            _exit(1);
        }
        stay(all->ready[1], all->leave[0]);
    }
    return pid;
}

static pid_t spawn_child(const family *all, char *mebibytes) {
    char *words[] = {"known_memory", "child", mebibytes, NULL};
    pid_t pid;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, all->ready[1], READY_FD);
    posix_spawn_file_actions_adddup2(&actions, all->leave[0], LEAVE_FD);
    int err = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return err == 0 ? pid : -1;
}

/* Two pipes whose descriptors are above those that spawned children get, and close on exec. */
static int open_pipes(family *all) {
    int *pipes[] = {all->ready, all->leave};
    for (int i = 0; i < 2; i++) {
        int low[2];
        if (pipe2(low, O_CLOEXEC) != 0) {
            return -1;
        }
        for (int end = 0; end < 2; end++) {
            pipes[i][end] = fcntl(low[end], F_DUPFD_CLOEXEC, LEAVE_FD + 1);
            close(low[end]);
        }
    }
    return 0;
}

/* Waits until every child is ready; -1 if one ended without reporting. */
static int wait_for_all(family *all) {
    char byte;
    close(all->ready[1]);
    for (int i = 0; i < all->count; i++) {
        if (read(all->ready[0], &byte, 1) != 1) {
            return -1;
        }
    }
    return 0;
}

static int tell(const family *all) {
    pid_t numbers[CHILDREN + 1] = {getpid()};
    size_t length = (size_t)(all->count + 1) * sizeof *numbers;
    for (int i = 0; i < all->count; i++) {
        numbers[i + 1] = all->children[i];
    }
    return write(STDOUT_FILENO, numbers, length) == (ssize_t)length ? 0 : -1;
}

/* Waits until `milliseconds` have passed or, with -1, until nobody reads standard output any more. One function does
 * both, so that both modes map the same pages of code. */
static void hold(int milliseconds) {
    struct pollfd reader = {.fd = milliseconds < 0 ? STDOUT_FILENO : -1};
    if (milliseconds != 0) {
        poll(&reader, 1, milliseconds);
    }
}

/* Closing `leave` lets the children end; then waits for all of them. */
static int end(family *all) {
    int failed = 0;
    close(all->leave[1]);
    for (int i = 0; i < all->count; i++) {
        int status = 1;
        failed |= all->children[i] <= 0 || waitpid(all->children[i], &status, 0) < 0 || status != 0;
    }
    return failed;
}

static void start(family *all, const char *mode, char *mebibytes) {
    size_t bytes = bytes_of(strtol(mebibytes, NULL, 10));
    int is_alone = strcmp(mode, "one") == 0;
    int spawns = strcmp(mode, "spawns") == 0;
    const unsigned char *memory = is_alone || strcmp(mode, "forks") == 0 ? touched(bytes) : NULL;
    all->count = is_alone ? 0 : CHILDREN;
    for (int i = 0; i < all->count; i++) {
        all->children[i] = spawns ? spawn_child(all, mebibytes) : fork_child(all, memory, bytes);
    }
}

static int is_right(int argc, char **argv) {
    static const char *const modes[] = {"one", "forks", "owns", "spawns"};
    int known = 0;
    for (int i = 0; argc > 1 && i < 4; i++) {
        known |= strcmp(argv[1], modes[i]) == 0;
    }
    return known && argc == 4 && strtol(argv[2], NULL, 10) >= 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "child") == 0) {
        touched(bytes_of(strtol(argv[2], NULL, 10)));
        stay(READY_FD, LEAVE_FD);
    }
    if (!is_right(argc, argv)) {
        fprintf(stderr, "usage: known_memory one|forks|owns|spawns MIB HOLD_MS|tell\n");
        return 2;
    }
    family all = {.count = 0};
    if (open_pipes(&all) != 0) {
        perror("known_memory: pipe");
        return 1;
    }
    start(&all, argv[1], argv[2]);
    int tells = strcmp(argv[3], "tell") == 0;
    int failed = wait_for_all(&all) != 0 || (tells && tell(&all) != 0);
    if (!failed) {
        hold(tells ? -1 : (int)strtol(argv[3], NULL, 10));
    }
    return end(&all) != 0 || failed;
}
