/* Finds the file that a command's name means. */
#ifndef BAKEOFF_TRIAL_PROGRAM_FIND_H
#define BAKEOFF_TRIAL_PROGRAM_FIND_H

#include <stddef.h>

/*
 * Finds the file that argv[0] = `name` means for a program with this PATH and working folder (NULL:
 * the caller's) and writes its name to `out`. Returns 0, BKO_ETOOLARGE, or BKO_ESYS with errno
 * ENOENT (no such file) or EACCES (not executable). Any thread.
 */
int bko__program_find(const char *name, const char *path, const char *cwd, char *out, size_t size);

#endif
