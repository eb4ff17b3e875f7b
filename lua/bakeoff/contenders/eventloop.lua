return require "bakeoff.contenders.native" ("eventloop", { summary = "callbacks on one event loop" })
