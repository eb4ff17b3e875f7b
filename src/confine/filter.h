/* What the files of the filter share. */
#ifndef BAKEOFF_CONFINE_FILTER_H
#define BAKEOFF_CONFINE_FILTER_H

#include <seccomp.h>

/* Adds the calls whose arguments decide. Returns 0 or a negative errno value. */
int bko__confine_add_arguments(scmp_filter_ctx filter);

#endif
