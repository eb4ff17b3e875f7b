/* What the preloaded library and its readers share: the layout of the control file.
 *
 * A fault is one call: the n-th call at one site, counted over all processes of a run. A site is a kind of call and the
 * way to it: a hash of the innermost return addresses inside bakeoff's programs. The file is mapped by every
 * process of the run; counters are atomic. */
#ifndef TORTURE_INJECT_H
#define TORTURE_INJECT_H

#include <stdatomic.h>
#include <stdint.h>

enum {
    TORTURE_MEMORY,
    TORTURE_WRITE,
    TORTURE_FORK,
    TORTURE_THREAD,
    TORTURE_PIPE,
    TORTURE_EPOLL,
    TORTURE_OPEN,
    TORTURE_FILE,
    TORTURE_KINDS
};

enum { TORTURE_SITES = 8192, TORTURE_FRAMES = 6 };

/* Addresses are offsets into the file of `module`; a module's number is that of its name in inject.c. */
typedef struct torture_site {
    _Atomic uint64_t hash; /* 0: free */
    _Atomic uint64_t calls;
    uint32_t kind;
    uint32_t module;
    uint64_t frames[TORTURE_FRAMES]; /* innermost first, 0: none */
} torture_site;

typedef struct torture_control {
    uint64_t hash; /* of the site to fail; 0: only count */
    uint64_t call; /* which of its calls fails, from 1 */
    _Atomic uint64_t fired;
    _Atomic uint64_t lost; /* sites for which there was no room */
    torture_site sites[TORTURE_SITES];
} torture_control;

#endif
