/* processes: a pool of forked workers. Each job's URL or item and its result travel through the
 * pool, as in any multi-process program; timestamps are written in place to the recorder's shared
 * memory. */
#include "contender/pooled.h"

static int setup(const bko_jobs *jobs, unsigned workers, void **state) {
    return bko__pooled_create((bko__pooled **)state, jobs, BKO_POOL_FORK, workers);
}

const bko_contender bko__contender_processes = {"processes", setup, bko__pooled_work,
                                                bko__pooled_free};
