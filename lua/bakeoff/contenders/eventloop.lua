--- Callbacks on one event loop, all in C; Lua is entered for `process` alone. See src/contender/eventloop.c.

return require "bakeoff.contenders.native" ("eventloop", {
   declarative_only = true,
})
