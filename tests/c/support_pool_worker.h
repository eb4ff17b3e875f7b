/* What workers of the pools under test do (see support_pool.h), for the test's own side. */
#ifndef SUPPORT_POOL_WORKER_H
#define SUPPORT_POOL_WORKER_H

#include "support_pool.h"

extern const bko_pool_worker pool_worker;

/* The board of the file at `path`, in this process's memory. */
pool_board *pool_map_board(const char *path);
void pool_nap(void);
/* Byte `i` of the bytes that tasks and answers carry, and the sum of such bytes. */
unsigned char pool_pattern(size_t i);
uint64_t pool_sum_of(const unsigned char *bytes, size_t size);

#endif
