/* What this machine permits: one line per mechanism, "NAME<tab>yes|no<tab>explanation". */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/parts.h"
#include "core/fd.h"
#include "programs/confine/keeper.h"

static void say(const char *name, int is_there, const char *text) {
    printf("%s\t%s\t%s\n", name, is_there ? "yes" : "no", text);
}

/* Confines this very program, which has nothing to do there. */
static int try_all(char *message) {
    char self[4096];
    char nothing[] = "--nothing";
    char *argv[] = {self, nothing, NULL};
    bko__confined confined;
    bko__confine_plan plan = {
        .limits = {.memory = 1 << 30, .file_size = 1 << 20, .processes = 64, .cpu_s = 60},
        .argv = argv};
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) {
        return bko__confine_fail(message, "/proc/self/exe");
    }
    self[length] = '\0';
    plan.paths[plan.path_count++] = (bko__confine_path){BKO__CONFINE_RUN, self};
    if (bko__confine_start(&plan, &confined, message) != 0) {
        return -1;
    }
    int status = 0;
    pid_t ended = waitpid(confined.pid, &status, 0);
    bko__fd_close(&confined.out);
    bko__fd_close(&confined.err);
    bko__fd_close(&confined.pidfd);
    snprintf(message, BKO__CONFINE_MESSAGE, "the confined process ended with status %d", status);
    return ended == confined.pid && status == 0 ? 0 : -1;
}

int probe_print(void) {
    char message[BKO__CONFINE_MESSAGE] = "for want of the above";
    char version[32];
    int landlock = bko__confine_landlock_version();
    int has_filter = bko__confine_has_filter();
    int counts = bko__confine_counts_processes();
    snprintf(version, sizeof version, "version %d", landlock);
    say("seccomp", has_filter,
        has_filter ? "filters of system calls" : "no filters, or built without libseccomp");
    say("landlock", landlock > 0,
        landlock > 0 ? version : "not in this kernel; mounts alone restrict files");
    say("processes", counts,
        counts ? "their number can be limited" : "root's can't be counted before Linux 6.14");
    int works = has_filter && counts && try_all(message) == 0;
    say("namespaces", works || !has_filter || !counts,
        works ? "user, mount, PID, network, IPC" : message);
    say("untrusted", works, works ? "" : message);
    return works ? 0 : 1;
}
