/* What workers of the pools under test do (see support_pool.h), as the test's side needs it. */
#ifndef SUPPORT_POOL_WORKER_H
#define SUPPORT_POOL_WORKER_H

#include "support_pool.h"

extern const bko_pool_worker pool_worker;

/* Maps the board's file at `path` into this process. */
pool_board *pool_map_board(const char *path);
void pool_nap(void);
/* Byte `i` of what tasks and answers carry, and the sum over such bytes. */
unsigned char pool_pattern(size_t i);
uint64_t pool_sum_of(const unsigned char *bytes, size_t size);

#endif
