/*
 * The keeper's tasks while the confined program runs. Its main thread relays output and watches; each
 * connection to an allowed host has two threads of its own.
 */
#ifndef BAKEOFF_PROGRAMS_CONFINE_KEEPER_H
#define BAKEOFF_PROGRAMS_CONFINE_KEEPER_H

#include <stddef.h>
#include <stdint.h>

#include "confine/inside.h"
#include "confine/plan.h"

/* Accepts connections to the plan's hosts inside and makes them outside. Called once, after the program was started.
 * -1: no thread could be started. */
int forward_start(const int *listeners, const bko__confine_plan *plan);

typedef struct {
    uint64_t bytes;
    uint64_t files;
} room;

/* What the machine had when the program started. */
typedef struct {
    room before[BKO__CONFINE_PATHS];
} watch;

void watch_start(watch *self, const bko__confine_plan *plan);

/* Returns NULL, or why the program must be ended. */
const char *watch_look(const watch *self, const bko__confine_plan *plan);

/* Prints what this machine permits, one line each. Returns 0 if --untrusted can be had. */
int probe_print(void);

#endif
