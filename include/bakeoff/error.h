/*
 * The error codes of all bakeoff functions.
 *
 * A function returns 0 or one of these negative values. After BKO_ESYS, errno is as the failed
 * system call set it.
 */
#ifndef BAKEOFF_ERROR_H
#define BAKEOFF_ERROR_H

#include "bakeoff/export.h"

enum {
    BKO_OK = 0,
    BKO_EINVAL = -1,     /* an argument is outside its documented range */
    BKO_ENOMEM = -2,     /* allocation failed */
    BKO_ESYS = -3,       /* a system call failed: see errno */
    BKO_ECLOSED = -4,    /* used after shutdown */
    BKO_ETIMEOUT = -5,   /* the time limit passed */
    BKO_ESCHEME = -6,    /* a URL, or a redirect to one, whose scheme is not http(s) */
    BKO_ECONNECT = -7,   /* no connection: refused, unreachable, not resolved */
    BKO_ETRANSFER = -8,  /* the transfer failed: the connection was closed or reset */
    BKO_EHTTP = -9,      /* the server sent an HTTP status of 400 or above */
    BKO_ETOOLARGE = -10, /* a body or frame exceeds its limit */
    BKO_ETASK = -11,     /* the task itself failed (for example, a Lua error in `process`) */
    BKO_ELOST = -12,     /* the worker died while running the job */
    BKO_ESAVE = -13,     /* the body could not be saved */
    BKO_EBUSY = -14,     /* not possible in this state: threads exist, a loop runs, … */
    BKO_EPROTOCOL = -15, /* an answer that is not HTTP as it should be; or a frame or stored value
                              * that bakeoff did not write */
    BKO_EGONE = -16,     /* the process does not exist (any more) */
    BKO_EUNSUPPORTED = -17, /* this kernel or machine does not support it */
    BKO_ECANCELLED = -18,   /* the task was cancelled before it started */
    BKO_EBROKEN = -19,      /* the pool is broken: see its reason */
    BKO_EDEADLOCK = -20,    /* a task would wait for its own pool */
    BKO_ETLS = -21,         /* no secure connection: certificate, handshake */
    BKO_ECHECK = -22        /* an answer did not pass a check that it must pass */
};

/* Short name of a code, such as "timeout" (as written to jobs.csv); never NULL. Any thread. */
BKO_API const char *bko_error_name(int code);

/* One sentence that explains a code; never NULL. Any thread. */
BKO_API const char *bko_error_text(int code);

#endif
