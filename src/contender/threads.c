/* threads: a pool of threads that take jobs from one queue. Each has its own handle and connection,
 * and its own Lua state. With one_lock these states run one at a time, like the threads of one
 * interpreter. */
#include "bakeoff/error.h"
#include "contender/pooled.h"
#include "net/transfer.h"

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    int err = jobs->task == NULL ? bko__curl_init() : BKO_OK;
    return err == BKO_OK
               ? bko__pooled_create((bko__pooled **)state, jobs, BKO_POOL_THREADS, workers)
               : err;
}

const bko_contender bko__contender_threads = {"threads", setup, bko__pooled_work, bko__pooled_free};
