/*
 * All of bakeoff's C API.
 *
 * A program that embeds the bench: describe the jobs (bakeoff/contender.h), make a recorder
 * (bakeoff/recorder.h), run a trial of a contender in a process of its own (bakeoff/trial.h) and read
 * what it took. The pools, the fetcher, the probes and the test server can be used on their own.
 *
 * Link with -lbakeoff (see bakeoff.pc). The library never prints, exits or aborts, and keeps no state
 * of its own besides libcurl's initialisation.
 */
#ifndef BAKEOFF_BAKEOFF_H
#define BAKEOFF_BAKEOFF_H

#include "bakeoff/clock.h"
#include "bakeoff/contender.h"
#include "bakeoff/cpu.h"
#include "bakeoff/error.h"
#include "bakeoff/fetch.h"
#include "bakeoff/histogram.h"
#include "bakeoff/loop.h"
#include "bakeoff/memory.h"
#include "bakeoff/pool.h"
#include "bakeoff/program.h"
#include "bakeoff/recorder.h"
#include "bakeoff/sampler.h"
#include "bakeoff/server.h"
#include "bakeoff/spans.h"
#include "bakeoff/tree.h"
#include "bakeoff/trial.h"
#include "bakeoff/work.h"

#endif
