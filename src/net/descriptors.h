/* How many connections a process may have. */
#ifndef BAKEOFF_NET_DESCRIPTORS_H
#define BAKEOFF_NET_DESCRIPTORS_H

#include <stddef.h>

/* Descriptors that this process may still open after raising the soft limit to the hard one. */
size_t bko__descriptors_available(void);

#endif
