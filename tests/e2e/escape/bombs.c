/* Ways to use up what all programs of a machine share. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"

enum { MIB = 1 << 20 };

static long fork_bomb(char **a) {
    static pid_t started[1 << 16];
    size_t most = strtoul(a[0], NULL, 10);
    size_t count = 0;
    while (count < most && (started[count] = fork()) >= 0) {
        if (started[count] == 0) {
            pause();
            _exit(0);
        }
        count++;
    }
    int problem = errno;
    for (size_t i = 0; i < count; i++) {
        kill(started[i], SIGKILL);
        waitpid(started[i], NULL, 0);
    }
    errno = problem;
    return count == most ? 0 : -1;
}

static long memory_bomb(char **a) {
    size_t most = strtoul(a[0], NULL, 10);
    for (size_t taken = 0; taken < most; taken += 1 << 20) {
        void *block = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            return -1;
        }
    }
    return 0;
}

static long disk_bomb(char **a) {
    static char block[1 << 20];
    long most = strtol(a[1], NULL, 10);
    int fd = open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    signal(SIGXFSZ, SIG_IGN);
    for (long written = 0; fd >= 0 && written < most; written += (long)sizeof block) {
        if (write(fd, block, sizeof block) <= 0) {
            return -1;
        }
    }
    return 0;
}

/* Many files, each within its limit. Nothing here ends it: somebody outside must. */
static long disk_flood(char **a) {
    static char block[1 << 20];
    char path[512];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 300; i++) {
        snprintf(path, sizeof path, "%s/%d", a[0], i);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, block, sizeof block) <= 0) {
            return -1;
        }
        close(fd);
    }
    sleep(5);
    return 0;
}

static void *wait_for_ever(void *user) {
    (void)user;
    pause();
    return NULL;
}

static long thread_bomb(char **a) {
    long most = strtol(a[0], NULL, 10);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64UL * 1024);
    for (long i = 0; i < most; i++) {
        pthread_t thread;
        int err = pthread_create(&thread, &small, wait_for_ever, NULL);
        if (err != 0) {
            errno = err;
            return -1;
        }
    }
    return 0;
}

/* Memory that belongs to no process: it isn't in anybody's limit. Somebody outside must end this. */
static long shared_flood(char **a) {
    long most = strtol(a[0], NULL, 10);
    for (long taken = 0; taken < most; taken += MIB) {
        void *block = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            return -1;
        }
        memset(block, 'x', MIB);
    }
    sleep(5);
    return 0;
}

/* The same, with files. */
static long memory_file_flood(char **a) {
    static char block[MIB];
    long most = strtol(a[0], NULL, 10);
    int fd = memfd_create("flood", MFD_CLOEXEC | 8U /* MFD_NOEXEC_SEAL */);
    signal(SIGXFSZ, SIG_IGN);
    for (long taken = 0; fd >= 0 && taken < most; taken += MIB) {
        if (write(fd, block, sizeof block) <= 0) {
            return -1;
        }
    }
    return fd < 0 ? -1 : 0;
}

static long tmp_flood(char **a) {
    static char block[MIB];
    long most = strtol(a[0], NULL, 10);
    char path[64];
    for (long taken = 0; taken < most; taken += MIB) {
        snprintf(path, sizeof path, "/tmp/bakeoff_flood_%ld", taken / MIB);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        ssize_t written = fd < 0 ? -1 : write(fd, block, sizeof block);
        int problem = errno;
        close(fd);
        if (written <= 0) {
            errno = problem;
            return -1;
        }
    }
    return 0;
}

/* Takes the disk at once, before anybody can look. */
static long reserve_disk(char **a) {
    int fd = open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 ? -1 : fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, strtol(a[1], NULL, 10));
}

/* Files without content. Somebody outside must end this. */
static long file_flood(char **a) {
    char path[512];
    long most = strtol(a[1], NULL, 10);
    for (long i = 0; i < most; i++) {
        snprintf(path, sizeof path, "%s/empty%ld", a[0], i);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            return -1;
        }
        close(fd);
    }
    sleep(5);
    return 0;
}

/* Text without end: where output goes to a file, it fills the disk. Somebody outside must end this. */
static long output_flood(char **a) {
    static char line[4096];
    long most = strtol(a[0], NULL, 10);
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (long written = 0; written < most; written += (long)sizeof line) {
        if (write(STDERR_FILENO, line, sizeof line) <= 0) {
            return -1;
        }
    }
    sleep(5);
    return 0;
}

/* A user has 128 of these, for all programs together. */
static long watch_bomb(char **a) {
    (void)a;
    return inotify_init1(IN_CLOEXEC);
}

/* Pages that the machine has set aside for others. */
static long huge_pages(char **a) {
    (void)a;
    void *block = mmap(NULL, 2UL * MIB, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    return block == MAP_FAILED ? -1 : 0;
}

const attempt escape_bombs[] = {{"fork_bomb", fork_bomb},
                                {"memory_bomb", memory_bomb},
                                {"disk_bomb", disk_bomb},
                                {"disk_flood", disk_flood},
                                {"thread_bomb", thread_bomb},
                                {"shared_flood", shared_flood},
                                {"memory_file_flood", memory_file_flood},
                                {"tmp_flood", tmp_flood},
                                {"reserve_disk", reserve_disk},
                                {"file_flood", file_flood},
                                {"output_flood", output_flood},
                                {"watch_bomb", watch_bomb},
                                {"huge_pages", huge_pages},
                                {NULL, NULL}};
