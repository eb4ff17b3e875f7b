--- A pool of processes forked from the trial; jobs and results are sent in frames.
-- See src/contender/processes.c.

return require "bakeoff.contenders.native" ("processes", {
   sends_items = true,
})
