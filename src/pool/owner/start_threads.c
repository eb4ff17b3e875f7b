/* Workers that are threads. */
#include <errno.h>

#include "bakeoff/error.h"
#include "pool/owner/pool.h"
#include "pool/worker/worker.h"

static void *thread_main(void *argument) {
    bko__member *self = argument;
    bko__pool_serve(&self->pool->exchange, &self->pool->options.worker, self->number);
    return NULL;
}

int bko__thread_start(bko_pool *pool, unsigned number) {
    bko__member *member = &pool->crew.members[number];
    int failed = pool->system->thread_create(&member->thread, NULL, thread_main, member);
    errno = failed;
    return failed == 0 ? BKO_OK : BKO_ESYS;
}
