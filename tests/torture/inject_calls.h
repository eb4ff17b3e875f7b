/* Between the two files of the preloaded library. */
#ifndef TORTURE_INJECT_CALLS_H
#define TORTURE_INJECT_CALLS_H

#include <stdbool.h>
#include <stdint.h>

/* Counts a call of this kind; does it fail? */
bool torture_fails(uint32_t kind, const void *caller);

/* open(2) itself. */
long torture_real_open(const char *path, int flags);

#endif
