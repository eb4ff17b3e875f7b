--- What is run while one call of it fails: a small use of every contender, kind of pool, and command.
--
-- Each: name, words (of the command line), prepare (words of a command that makes what it needs, without
-- faults), rows (how many rows of trials.jsonl a whole run has), says (what a whole run prints).

local source = assert(os.getenv "BAKEOFF_SOURCE")
local scripts = source .. "/tests/torture/scripts/"

local scenarios = {}

local function add(scenario) scenarios[#scenarios + 1] = scenario end

local function trial(name, ...)
   add { name = name, words = { "bakeoff", "run", scripts .. "trial.lua", ... }, rows = 1,
      folder = "out/torture", jobs = 4 }
end

trial("sequential", "--contender", "sequential")
trial("threads", "--contender", "threads")
trial("processes", "--contender", "processes")
trial("eventloop", "--contender", "eventloop")
trial("coroutines", "--contender", "coroutines", "--form", "task")
trial("hybrid, threads", "--contender", "hybrid", "--offload", "threads", "--form", "task")
trial("hybrid, processes", "--contender", "hybrid", "--offload", "processes")
trial("task, processes", "--contender", "processes", "--form", "task")
for _, kind in ipairs { "threads", "fork", "spawn" } do
   add { name = "pool, " .. kind, words = { "bakeoff", "run", scripts .. "pool.lua", "--kind", kind },
      says = "whole" }
end
add { name = "loop", words = { "bakeoff", "run", scripts .. "loop.lua" }, says = "whole" }

local EXEC = { "bakeoff", "exec", "--no-chart", "--repeats", "1", "--warmup", "0", "--", "true" }
add { name = "exec", words = EXEC, rows = 1, folder = "out/exec" }
add { name = "report", prepare = EXEC, words = { "bakeoff", "report", "out/exec" } }
add { name = "env", words = { "bakeoff", "env" } }

return scenarios
