/*
 * All of bakeoff's C API.
 *
 * To embed the bench in a program, describe the jobs (bakeoff/contender.h), create a recorder
 * (bakeoff/recorder.h), run a trial of a contender in its own process (bakeoff/trial.h) and read
 * the results. The pools, the fetcher, the probes and the fixture server also work on their own.
 *
 * Link with -lbakeoff (see bakeoff.pc). The library never prints, exits or aborts. Its only global
 * state is libcurl's initialisation.
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
