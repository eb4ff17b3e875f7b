/* Lists process trees. Nothing here allocates: the sampler calls it from its loop. */
#include "bakeoff/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "probe/linux/proc.h"
#include "probe/linux/stat.h"
#include "probe/linux/tree.h"

struct listing {
    pid_t *pids;
    size_t capacity;
    size_t count;
    pid_t parent; /* the process whose threads are being visited */
};

static int known(const struct listing *list, pid_t pid) {
    for (size_t i = 0; i < list->count; i++) {
        if (list->pids[i] == pid) {
            return 1;
        }
    }
    return 0;
}

/* If a parent ends meanwhile, its child can appear twice: under that parent and under the
 * subreaper. */
static int add(struct listing *list, pid_t pid) {
    if (known(list, pid)) {
        return BKO_OK;
    }
    if (list->count == list->capacity) {
        return BKO_ETOOLARGE;
    }
    list->pids[list->count++] = pid;
    return BKO_OK;
}

/* Parses "12 345 " in chunks of any length; `partial` carries a number across a chunk boundary. */
static int add_numbers(struct listing *list, const char *text, size_t length, pid_t *partial) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            *partial = *partial * 10 + (text[i] - '0');
        } else if (*partial > 0) {
            int err = add(list, *partial);
            *partial = 0;
            if (err != BKO_OK) {
                return err;
            }
        }
    }
    return BKO_OK;
}

static int add_children(struct listing *list, int fd) {
    char text[4096];
    pid_t partial = 0;
    off_t at = 0;
    ssize_t length;
    while ((length = pread(fd, text, sizeof text, at)) > 0) {
        int err = add_numbers(list, text, (size_t)length, &partial);
        if (err != BKO_OK) {
            return err;
        }
        at += length;
    }
    return BKO_OK;
}

static int open_children(pid_t parent, int tid) {
    char path[BKO__PROC_PATH];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, tid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* A thread that has ended since it was listed has no children, so nothing is missed. */
static int visit_thread(int tid, void *context) {
    struct listing *list = context;
    int fd = open_children(list->parent, tid);
    if (fd < 0) {
        return errno == ENOENT || errno == ESRCH ? BKO_OK : BKO_ESYS;
    }
    int err = add_children(list, fd);
    close(fd);
    return err;
}

/* A folder has two links and one for each folder in it, and task has one for each thread. Most processes
 * have a single thread, whose number is theirs: then the folder needn't be listed. */
static int has_one_thread(const char *folder) {
    struct stat seen;
    return stat(folder, &seen) == 0 && seen.st_nlink == 3;
}

static int visit_threads(struct listing *list, pid_t parent) {
    char folder[BKO__PROC_PATH];
    list->parent = parent;
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)parent);
    return has_one_thread(folder) ? visit_thread((int)parent, list)
                                  : bko__proc_each(folder, visit_thread, list);
}

int bko__tree_by_children(pid_t root, pid_t *pids, size_t capacity, size_t *count) {
    struct listing list = {.pids = pids, .capacity = capacity};
    int err = add(&list, root);
    /* The list is also the queue: each process found is asked for its children in turn. */
    for (size_t i = 0; err == BKO_OK && i < list.count; i++) {
        err = visit_threads(&list, pids[i]);
        if (err == BKO_EGONE && i > 0) {
            err = BKO_OK;
        }
    }
    *count = err == BKO_EGONE ? 0 : list.count;
    return err;
}

static pid_t parent_of(pid_t pid) {
    bko__stat stat;
    return bko__stat_read(pid, &stat) == BKO_OK ? stat.parent : -1;
}

static int visit_process(int pid, void *context) {
    struct listing *list = context;
    if (!known(list, parent_of(pid))) {
        return BKO_OK;
    }
    return add(list, pid);
}

int bko__tree_by_parents(pid_t root, pid_t *pids, size_t capacity, size_t *count) {
    struct listing list = {.pids = pids, .capacity = capacity};
    int err = parent_of(root) < 0 ? BKO_EGONE : add(&list, root);
    /* A child may have a lower PID than its parent, so we repeat until a pass finds nothing new. */
    size_t before = 0;
    while (err == BKO_OK && before < list.count) {
        before = list.count;
        err = bko__proc_each("/proc", visit_process, &list);
    }
    *count = list.count;
    return err;
}

/* Asked once per process. */
static int kernel_lists_children(void) {
    static _Atomic int answer; /* 0: not asked yet, 1: no, 2: yes */
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known == 0) {
        known = access("/proc/thread-self/children", F_OK) == 0 ? 2 : 1;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
}

/* Like visit_threads; *file is the children's, and stays open. */
static int visit_kept(struct listing *list, int *file) {
    char folder[BKO__PROC_PATH];
    snprintf(folder, sizeof folder, "/proc/%d/task", (int)list->parent);
    if (!has_one_thread(folder)) {
        return bko__proc_each(folder, visit_thread, list);
    }
    if (*file < 0) {
        *file = open_children(list->parent, (int)list->parent);
    }
    return *file >= 0 ? add_children(list, *file) : BKO_ESYS;
}

static int visit_child(int pid, void *context) {
    struct listing *list = context;
    return parent_of(pid) == list->parent ? add(list, pid) : BKO_OK;
}

int bko__tree_children(pid_t parent, int *file, pid_t *pids, size_t capacity, size_t *count) {
    struct listing list = {.pids = pids, .capacity = capacity, .parent = parent};
    int err = kernel_lists_children() ? visit_kept(&list, file)
                                      : bko__proc_each("/proc", visit_child, &list);
    *count = list.count;
    return err;
}

int bko_tree_list(pid_t root, pid_t *pids, size_t capacity, size_t *count) {
    *count = 0;
    if (root <= 0 || capacity == 0) {
        return BKO_EINVAL;
    }
    if (kernel_lists_children()) {
        return bko__tree_by_children(root, pids, capacity, count);
    }
    return bko__tree_by_parents(root, pids, capacity, count);
}
