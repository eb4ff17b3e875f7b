/* How many connections a process may open. */
#ifndef BAKEOFF_NET_DESCRIPTORS_H
#define BAKEOFF_NET_DESCRIPTORS_H

#include <stddef.h>

/* How many more descriptors this process may open. Raises the soft limit to the hard limit
 * first. */
size_t bko__descriptors_available(void);

#endif
