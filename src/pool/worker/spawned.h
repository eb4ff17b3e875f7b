/* The protocol between the owner and a spawned worker program. */
#ifndef BAKEOFF_POOL_WORKER_SPAWNED_H
#define BAKEOFF_POOL_WORKER_SPAWNED_H

/* Descriptors of the pool's memory and bell in the worker. */
enum { BKO__SPAWNED_MEMORY = 3, BKO__SPAWNED_BELL = 4 };
/* The appended argument is this prefix and the worker's number. */
#define BKO__SPAWNED_PREFIX "bakeoff-pool-worker="

#endif
