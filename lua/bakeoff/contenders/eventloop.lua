--- Callbacks on one event loop, all in C; only `process` is Lua. See src/contender/eventloop.c.

return require "bakeoff.contenders.native" ("eventloop", {
   declarative_only = true,
})
