/* Which parameters of a URL are likely to be secrets. */
#ifndef BAKEOFF_NET_SECRET_H
#define BAKEOFF_NET_SECRET_H

#include <stddef.h>

/* If `text` begins with "?name=value" (or '&', ';', '#') and the name is that of a secret, returns the
 * length of the value, and sets `*shown` to the length of what stands before it; otherwise returns 0.
 * lua/bakeoff/base/secrets.lua has the same rule. Any thread. */
size_t bko__secret_parameter(const char *text, size_t *shown);

#endif
