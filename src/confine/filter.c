/*
 * System calls: a list (calls.c) of those that a run needs, and of those that it may make with some of
 * their arguments (arguments.c). Everything else doesn't exist (ENOSYS, which C libraries know how to live with);
 * what is known to be dangerous is refused (EPERM), which reads better.
 */
#include <errno.h>
#include <sys/prctl.h>

#include "confine/parts.h"

#ifndef BAKEOFF_HAS_SECCOMP

int bko__confine_has_filter(void) {
    return 0;
}

int bko__confine_filter(char *message) {
    errno = ENOSYS;
    return bko__confine_fail(message, "built without libseccomp");
}

#else

#include <stddef.h>

#include "confine/filter.h"

/* A call that this version of libseccomp or this machine doesn't know can't be made either. */
static int add_all(scmp_filter_ctx filter, const char *const *names, uint32_t action) {
    int err = 0;
    for (size_t i = 0; err == 0 && names[i] != NULL; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number != __NR_SCMP_ERROR) {
            err = seccomp_rule_add(filter, action, number, 0);
            err = err == -EDOM ? 0 : err;
        }
    }
    return err;
}

static int fill(scmp_filter_ctx filter) {
    int err = add_all(filter, bko__confine_allowed, SCMP_ACT_ALLOW);
    err = err == 0 ? bko__confine_add_arguments(filter) : err;
    return err == 0 ? add_all(filter, bko__confine_refused, SCMP_ACT_ERRNO(EPERM)) : err;
}

int bko__confine_has_filter(void) {
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0 && seccomp_api_get() > 0;
}

int bko__confine_filter(char *message) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL) {
        errno = ENOMEM;
        return bko__confine_fail(message, "seccomp");
    }
    /* Calls of another architecture (32-bit on 64) are not on the list at all. */
    int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    err = err == 0 ? fill(filter) : err;
    err = err == 0 ? seccomp_load(filter) : err;
    seccomp_release(filter);
    if (err != 0) {
        errno = -err;
        return bko__confine_fail(message, "seccomp");
    }
    return 0;
}

#endif
