/* Helpers for descriptors. Any thread. */
#ifndef BAKEOFF_CORE_FD_H
#define BAKEOFF_CORE_FD_H

#include <stdbool.h>
#include <stddef.h>

/* Closes *fd and sets it to -1, unless it is -1 already. Keeps errno. */
void bko__fd_close(int *fd);

/* Moves *fd to a free number at or above `lowest` if it is below, so that it cannot collide with
 * the descriptor numbers of a new process. The result is close-on-exec. BKO_ESYS: *fd is unchanged;
 * also returned if *fd is -1. */
int bko__fd_move_up(int *fd, int lowest);

enum { BKO__FD_ROOM_MAX = 8 };

/* Could this process open `count` more descriptors (at most BKO__FD_ROOM_MAX)? If not, errno says why. For
 * libraries that end the process when they can't. */
bool bko__fd_has_room(int count);

/* A file in memory, close-on-exec, whose content can't be executed where the kernel knows that (Linux
 * 6.3); a nameless one in /tmp where there are none. Returns owned; -1: see errno. */
int bko__fd_memory(const char *name);

/* Writes all of `data`: repeats partial writes and writes interrupted by signals. BKO_ESYS. */
int bko__fd_write_all(int fd, const void *data, size_t size);

#endif
