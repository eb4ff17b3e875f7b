/* See trial/shared/strays.h. */
#include "trial/shared/strays.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "probe/linux/stat.h"

static void list_own(bko__kin *kin) {
    /* on an error, use what was found */
    bko_tree_list(getpid(), kin->pids, BKO_TREE_MAX, &kin->count);
}

int bko__ended_ignored_children(pid_t pid) {
    return bko__stat_ignores_children(pid);
}

/* Even the shortest life takes page faults. */
int bko__ended_had_children(pid_t pid) {
    bko__stat stat;
    return bko__stat_read(pid, &stat) == BKO_OK && stat.reaped > 0;
}

int bko__is_stopped(pid_t pid) {
    bko__stat stat;
    return bko__stat_read(pid, &stat) == BKO_OK && stat.is_stopped;
}

static bool can_act(pid_t pid) {
    bko__stat stat;
    return bko__stat_read(pid, &stat) == BKO_OK && !stat.has_ended && !stat.is_stopped;
}

int bko__others_can_act(pid_t pid) {
    bko__kin own;
    list_own(&own);
    for (size_t i = 0; i < own.count; i++) {
        if (own.pids[i] != getpid() && own.pids[i] != pid && can_act(own.pids[i])) {
            return 1;
        }
    }
    return 0;
}

void bko__kin_note(bko__kin *kin) {
    list_own(kin);
}

static bool is_noted(const bko__kin *kin, pid_t pid) {
    for (size_t i = 0; i < kin->count; i++) {
        if (kin->pids[i] == pid) {
            return true;
        }
    }
    return false;
}

static bool is_child(pid_t pid) {
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Children only: a grandchild may belong to the bench; it becomes our child when its parent has
 * died. */
static void list_strays(const bko__kin *kin, bko__kin *strays) {
    size_t kept = 0;
    list_own(strays);
    for (size_t i = 0; i < strays->count; i++) {
        pid_t pid = strays->pids[i];
        if (!is_noted(kin, pid) && is_child(pid)) {
            strays->pids[kept++] = pid;
        }
    }
    strays->count = kept;
}

static void reap(pid_t pid, bko__stray_reaped *reaped, void *user) {
    struct rusage usage;
    int status = 0;
    pid_t got;
    do {
        got = wait4(pid, &status, 0, &usage);
    } while (got < 0 && errno == EINTR);
    if (got == pid && reaped != NULL) {
        reaped(user, status, &usage);
    }
}

void bko__strays_end(const bko__kin *kin, bko__stray_reaped *reaped, void *user) {
    bko__kin strays;
    for (;;) {
        list_strays(kin, &strays);
        if (strays.count == 0) {
            return;
        }
        for (size_t i = 0; i < strays.count; i++) {
            kill(strays.pids[i], SIGKILL);
        }
        for (size_t i = 0; i < strays.count; i++) {
            reap(strays.pids[i], reaped, user);
        }
    }
}
