--- A pool of threads that take jobs from one queue, each with a Lua state and a connection of its own.
-- See src/contender/threads.c.

return require "bakeoff.contenders.native" ("threads", {
   summary = "a pool of threads",
   copies_process = true,
})
