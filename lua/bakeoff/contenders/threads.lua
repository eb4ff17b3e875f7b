--- A pool of threads that take jobs from one queue. Each thread has its own Lua state and connection.
-- Option gil = true: one lock for all states, like the threads of one interpreter.
-- See src/contender/threads.c.

return require "bakeoff.contenders.native" ("threads", {
   copies_function = true,
   sends_items = true,
})
