/*
 * The page of memory that the bench and its fixture server share, and the descriptors between them.
 *
 * The owner (src/server/server.c) creates the page, writes `settings` and starts the fixture
 * (src/programs/fixture), which inherits the descriptors below. From then on `settings` is
 * constant, only the owner writes `epoch` and `series`, and only the fixture writes everything
 * else. With single writers no read-modify-write is needed: relaxed loads and stores suffice.
 */
#ifndef BAKEOFF_SERVER_SHARED_PAGE_H
#define BAKEOFF_SERVER_SHARED_PAGE_H

#include <stdatomic.h>
#include <stdint.h>

#include "bakeoff/faults.h"

/* "bko" and a number that must be raised whenever this layout changes: owner and fixture must
 * agree. */
#define BKO__PAGE_LAYOUT UINT64_C(0x626b6f00000005)

/* Descriptors in the fixture. Until it is ready, its stderr is the ready pipe. */
enum {
    BKO__FIXTURE_READY_FD = 2,
    BKO__FIXTURE_PAGE_FD = 3,
    /* read end of a pipe that is never written to: end of file means the owner died */
    BKO__FIXTURE_OWNER_FD = 4,
    BKO__FIXTURE_STDERR_FD = 5 /* the owner's stderr, used once ready */
};

/* The line on the ready pipe that says: the server is listening, and `port` is set. */
#define BKO__FIXTURE_READY "ready\n"

/* Exit codes of a fixture that could not start; its reason is on the ready pipe. */
enum { BKO__FIXTURE_EXIT_FAILED = 1, BKO__FIXTURE_EXIT_PORT_IN_USE = 3 };

typedef struct {
    uint64_t layout; /* BKO__PAGE_LAYOUT */
    int64_t latency_ns;
    int64_t jitter_ns;
    int64_t stall_ns;     /* length of the stall, one per series; 0: none */
    uint64_t stall_after; /* requests of the series before the stall */
    int64_t slot_ns;      /* minimum time between two admitted requests; 0: no rate limit */
    uint64_t seed;
    uint64_t size_bytes;            /* of the plain body */
    uint64_t connections;           /* requests served at once; 0: no limit */
    double errors;                  /* fraction of requests answered with 500 */
    double faults[BKO_FAULT_COUNT]; /* fraction of requests answered with each fault */
    int32_t distribution;           /* bko_server_distribution, never BKO_DISTRIBUTION_DEFAULT */
    int32_t body;                   /* bko_server_body */
    /* the process whose death ends the fixture; 0: rely on the owner pipe alone */
    int32_t owner_pid;
    uint16_t port; /* requested port; 0: any */
} bko__server_settings;

typedef struct {
    bko__server_settings settings;
    _Atomic uint64_t epoch; /* the owner writes it; part of every draw */
    /* the owner writes it: counts calls that set the epoch, even to the same value */
    _Atomic uint64_t series;
    _Atomic uint64_t port; /* the fixture writes this and everything below */
    _Atomic uint64_t requests;
    _Atomic uint64_t connections;
    _Atomic uint64_t bytes;
    _Atomic uint64_t errors;
    _Atomic uint64_t faults;
    _Atomic uint64_t served_peak;
    /* The latest stall on CLOCK_MONOTONIC, written before `stalls` counts it. Its end is the planned one
     * until the first of those who wait is admitted. */
    _Atomic uint64_t stall_start_ns;
    _Atomic uint64_t stall_end_ns;
    _Atomic uint64_t stalls;
} bko__server_page;

static inline uint64_t bko__page_get(_Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static inline void bko__page_set(_Atomic uint64_t *counter, uint64_t value) {
    atomic_store_explicit(counter, value, memory_order_relaxed);
}

/* Only for the counter's single writer. */
static inline void bko__page_add(_Atomic uint64_t *counter, uint64_t more) {
    bko__page_set(counter, bko__page_get(counter) + more);
}

#endif
