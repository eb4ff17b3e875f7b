/*
 * The fixture server: an HTTP/1.1 server on 127.0.0.1 in its own process. The experiment chooses
 * its latency, size, rate and faults; its counts verify what a client claims.
 *
 * Random latencies, errors and faults are a pure function of the seed, the epoch, the URL and how often
 * that URL was requested in this epoch. So all contenders that request the same URLs in one epoch
 * see the same latencies, in whatever order they ask.
 *
 * Threads: one bko_server may be used by one thread at a time.
 */
#ifndef BAKEOFF_SERVER_H
#define BAKEOFF_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "bakeoff/export.h"
#include "bakeoff/faults.h"

typedef enum {
    BKO_DISTRIBUTION_DEFAULT,  /* uniform if there is jitter, fixed otherwise */
    BKO_DISTRIBUTION_FIXED,    /* always latency_s */
    BKO_DISTRIBUTION_UNIFORM,  /* latency_s - jitter_s … latency_s + jitter_s */
    BKO_DISTRIBUTION_NORMAL,   /* mean latency_s, standard deviation jitter_s */
    BKO_DISTRIBUTION_LOGNORMAL /* mean latency_s, standard deviation jitter_s (of the latency
                                  itself) */
} bko_server_distribution;

typedef enum {
    BKO_BODY_PLAIN,   /* size_bytes of text */
    BKO_BODY_TICKETS, /* JSON, about 16 KB: the bus-ticket prices of one day, chosen by ?day=N */
    BKO_BODY_PAGE     /* an HTML page of about 8 KB */
} bko_server_body;

/* All zero = any free port, no latency, 2,048 bytes of text, no limits, no errors, no faults. */
typedef struct {
    double latency_s; /* 0 … 3600; counts from the moment a request is admitted */
    double jitter_s;  /* 0 … 3600; a negative draw becomes zero */
    bko_server_distribution distribution;
    bko_server_body body;
    uint64_t size_bytes;  /* plain body, up to 1 GiB; 0: 2,048 */
    double rate;          /* requests admitted per second, up to 1e6; 0: no limit */
    double stall_s;       /* 0 … 3600: length of the stall, one per epoch; 0: none */
    uint64_t stall_after; /* requests admitted in the epoch before the stall */
    double errors;        /* fraction of requests answered with status 500: 0 … 1 */
    /* Fraction of requests answered with each fault, by its bko_server_fault; together at most 1. A request
     * for /fault/NAME always gets that fault. */
    double faults[BKO_FAULT_COUNT];
    uint64_t seed;
    double start_limit_s; /* how long to wait until the server is ready; 0: 10 s */
    uint32_t connections; /* requests served at once, others queue; 0: no limit */
    uint16_t port;        /* 0: any free one */
} bko_server_options;

/* Counts since the start, and the latest stall. */
typedef struct {
    uint64_t requests;    /* requests whose head arrived */
    uint64_t connections; /* connections accepted */
    uint64_t bytes;       /* body bytes of completely sent responses */
    uint64_t errors;      /* requests answered with 500 because of `errors` */
    uint64_t faults;      /* requests answered with a fault */
    uint64_t served_peak; /* peak number of admitted requests not yet answered */
    uint64_t stalls;      /* stalls that began because of `stall_s` */
    /* The latest stall, on bko_clock_now_ns; both 0 before the first. While it lasts, its end is the planned
     * one. */
    int64_t stall_start_ns;
    int64_t stall_end_ns;
} bko_server_stats;

typedef struct bko_server bko_server;

/*
 * Starts the server and returns when it listens. *out is returned owned; NULL on failure. On
 * failure, `message` (may be NULL) receives one line of text for people. The server ends with its
 * owner, the process that called this. BKO_EINVAL (an option is outside its range; nothing was
 * started), BKO_EBUSY (the port is in use), BKO_ETIMEOUT, BKO_EGONE (it ended before it was ready),
 * BKO_ENOMEM, BKO_ESYS.
 */
BKO_API int bko_server_start(bko_server **out, const bko_server_options *options, char *message,
                             size_t message_size);

/* The port it listens on; never 0. */
BKO_API uint16_t bko_server_port(const bko_server *server);

/* Process id of the server; 0 after bko_server_stop. */
BKO_API int bko_server_pid(const bko_server *server);

/* The counts so far. Also works after bko_server_stop and in a forked child. */
BKO_API void bko_server_stats_read(const bko_server *server, bko_server_stats *out);

/* Starts a new series of random draws, for requests that arrive from now on. */
BKO_API void bko_server_set_epoch(bko_server *server, uint64_t epoch);

/*
 * Ends the server at once, whatever it is serving, and waits for it. Harmless when called twice. In
 * a process other than the owner, this only forgets the server.
 */
BKO_API void bko_server_stop(bko_server *server);

/*
 * In a forked child: closes the child's copies of the descriptors, so that the child cannot keep
 * the server alive after its owner has died. The server keeps running; the counts stay readable.
 */
BKO_API void bko_server_forget(bko_server *server);

/* Takes `server` (may be NULL): stops it and frees everything. */
BKO_API void bko_server_free(bko_server *server);

#endif
