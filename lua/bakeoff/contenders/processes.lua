return require "bakeoff.contenders.native" ("processes", { summary = "a pool of forked processes" })
