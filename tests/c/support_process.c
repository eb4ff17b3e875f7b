#include "support_process.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

int process_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

bool process_is_childless(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
}

static bool ends_within(pid_t pid, int milliseconds) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) {
        return true;
    }
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready = poll(&wait, 1, milliseconds);
    close(fd);
    return ready == 1;
}

bool process_ends(pid_t pid) {
    return ends_within(pid, PATIENCE_MS);
}

bool process_is_running(pid_t pid) {
    return !ends_within(pid, 0);
}

void skip_where_forking_is_refused(void) {
#ifdef __SANITIZE_THREAD__
    print_message(
        "skipped: the thread sanitizer runs a thread of its own, so no process can fork\n");
    skip();
#endif
}
