--- A pool of threads that take jobs from one queue, each with a Lua state and a connection of its own.
-- Option gil = true: one lock for all their states, as threads of one interpreter have.
-- See src/contender/threads.c.

return require "bakeoff.contenders.native" ("threads", {
   copies_function = true,
   sends_items = true,
})
