/* The worker's side of a spawned worker program. */
#include "pool/worker/spawned.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/process.h"
#include "pool/worker/worker.h"

enum { NOT_A_WORKER = 2, OTHER_BUILD = 3 };

/* Returns the worker's number, or BKO__NO_WORKER if the argument does not come from a pool. */
static unsigned parse(const char *argument) {
    size_t length = strlen(BKO__SPAWNED_PREFIX);
    if (argument == NULL || strncmp(argument, BKO__SPAWNED_PREFIX, length) != 0) {
        return BKO__NO_WORKER;
    }
    char *end;
    unsigned long number = strtoul(argument + length, &end, 10);
    return *end == '\0' && end > argument + length && number < BKO__NO_WORKER ? (unsigned)number
                                                                              : BKO__NO_WORKER;
}

int bko_pool_work(const bko_pool_worker *worker, const char *argument) {
    bko__exchange x;
    unsigned number = parse(argument);
    if (number == BKO__NO_WORKER || worker->run == NULL) {
        return NOT_A_WORKER;
    }
    signal(SIGINT, SIG_IGN); /* only the owner reacts to the terminal's Ctrl-C */
    /* Programs that a task starts must not inherit the pool's descriptors. */
    if (fcntl(BKO__SPAWNED_MEMORY, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(BKO__SPAWNED_BELL, F_SETFD, FD_CLOEXEC) != 0) {
        return NOT_A_WORKER;
    }
    if (bko__exchange_attach(&x, BKO__SPAWNED_MEMORY, BKO__SPAWNED_BELL) != BKO_OK) {
        return OTHER_BUILD;
    }
    if (number >= x.shared->workers) {
        return NOT_A_WORKER;
    }
    bko__process_die_with(x.shared->owner);
    bko__worker_name(number);
    int err = bko__pool_serve(&x, worker, number);
    bko__exchange_close(&x);
    return err == BKO_OK ? 0 : 1;
}
