/*
 * Who has the terminal. A guardian and its programs are a group of their own, which the terminal takes
 * for a background job: a program that reads from it or sets it is stopped (SIGTTIN, SIGTTOU). The
 * guardian then makes the program's group the foreground group, if the bench's is. It gives the
 * terminal back when the program has ended; the bench does, if the guardian was killed.
 *
 * Threads: one; no state.
 */
#ifndef BAKEOFF_TRIAL_SHARED_TERMINAL_H
#define BAKEOFF_TRIAL_SHARED_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

/* In memory that the bench and the guardian share. */
typedef struct bko__terminal {
    int is_taken;         /* a program's group has it */
    pid_t owner;          /* the bench's group, which had it before */
    struct termios usual; /* its settings at that time */
} bko__terminal;

/* Gives the terminal to `group`. Returns false if `owner` hasn't got it: there is none, or another
 * job is in its foreground. */
bool bko__terminal_take(bko__terminal *self, pid_t owner, pid_t group);

/* Gives the terminal back, if it is taken and still with the program. `settings`: restore them, since
 * a program that was killed could not. */
void bko__terminal_return(bko__terminal *self, bool settings);

/* Did the terminal stop it? */
bool bko__terminal_stops_with(int signal);

#endif
