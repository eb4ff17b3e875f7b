return require "bakeoff.contenders.native" ("sequential", { summary = "one job after the other", fixed_workers = 1 })
