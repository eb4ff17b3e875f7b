/* A worker's life, the same for threads and processes. */
#ifndef BAKEOFF_POOL_WORKER_H
#define BAKEOFF_POOL_WORKER_H

#include "pool/exchange.h"

/* Opens, runs tasks until the pool closes or the worker has done its share, closes. Returns 0, or what
 * `open` returned. Worker's thread. */
int bko__pool_serve(bko__exchange *x, const bko_pool_worker *does, unsigned number);

/* The pool that the calling thread works for (as an address that tells pools apart); NULL: none. */
const void *bko__pool_worked_for(void);

#endif
