return require "bakeoff.contenders.native" ("threads", { summary = "a pool of threads", copies_process = true })
