/* What is done with descriptors again and again. Any thread. */
#ifndef BAKEOFF_CORE_FD_H
#define BAKEOFF_CORE_FD_H

#include <stddef.h>

/* Closes *fd unless it is -1 already, which it is then. errno is kept. */
void bko__fd_close(int *fd);

/* Moves *fd, where it is lower, to a free number from `lowest` on, out of the way of the numbers that a new process
 * gives to its descriptors. It is close-on-exec. BKO_ESYS: *fd is as it was; also where it is -1. */
int bko__fd_move_up(int *fd, int lowest);

/* Writes all of `data`, however many calls that takes and whatever signals come. BKO_ESYS. */
int bko__fd_write_all(int fd, const void *data, size_t size);

#endif
