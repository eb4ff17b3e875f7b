/*
 * Finds the prefix of this bakeoff: the installation prefix, or the build folder, which has the
 * same layout (lib, libexec, share). It is derived from the running file, so both can be moved.
 */
#ifndef BAKEOFF_CORE_PREFIX_H
#define BAKEOFF_CORE_PREFIX_H

#include <stddef.h>

/* Writes the prefix, without a trailing slash, to `out`. BKO_ESYS or BKO_ETOOLARGE. Any thread. */
int bko__prefix(char *out, size_t size);

/* Writes "<prefix>/<rest>" to `out`; errors as above. */
int bko__prefix_path(char *out, size_t size, const char *rest);

#endif
