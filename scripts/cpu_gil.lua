-- CPU work with and without one interpreter lock: the same sums run one after the other, in threads that
-- share an interpreter lock (as CPython's do), in threads that don't, in processes and in coroutines.
--
--    bakeoff run scripts/cpu_gil.lua
--    bakeoff run scripts/cpu_gil.lua --payload 1MiB     the cost of moving large arguments and results
--
-- The chart "workers" shows what share of a core each worker got. With a payload the sums run twice, with
-- and without it, and one chart shows both side by side.

local bake = require "bakeoff"

local opt = bake.options {
   jobs = { 24, "sums to add up" },
   n = { 80000000, "each sum adds up the numbers from 0 to n" },
   payload = { "0", "size of each sum's argument, and of its result" },
}

local work = bake.work

-- Runs in the worker. Returns the sum, and as much data as came with the item; both are sent back.
local function add_up(_, item) return { total = work.sum(item.n), data = item.data } end

local function experiment(name, payload)
   local data, items = ("x"):rep(payload), {}
   for index = 1, opt.jobs do
      items[index] = { n = opt.n, data = data }
   end
   return bake.experiment {
      name = name,
      job = ("%d sums of 0 to %s"):format(opt.jobs, bake.format.number(opt.n)),
      items = items,
      task = add_up,
      contenders = {
         "sequential", "threads", { "threads", gil = true, label = "threads (one interpreter)" }, "processes",
         "coroutines",
      },
      workers = { 4 },
      repeats = 8,
   }:run()
end

-- The amount of data that went through a contender's pipes.
local function moved(results, label)
   local cell = results:cell(label)
   local bytes = cell and results:median(cell, function(trial) return trial.ipc_bytes end)
   return bytes and bake.format.size(bytes) or "nothing"
end

local plain = experiment("cpu_gil", 0)
plain:report { also = { "workers" } }

local size = bake.units.bytes(opt.payload, "--payload")
if size > 0 then
   local loaded = experiment("cpu_gil_payload", size)
   loaded:report { also = { "workers" } }
   print()
   local each = bake.format.size(size)
   bake.chart { kind = "groups", name = "cpu_gil_payloads", reference = 1, groups = {
      { name = "arguments of a few bytes", results = plain },
      { name = ("%s to each sum and back"):format(each), results = loaded },
   } }
   print(("Data moved between processes: %s; with the payload: %s."):format(moved(plain, "processes"),
      moved(loaded, "processes")))
end

print()
print(plain:finding() .. ".")
print((plain:finding "workers" or "No trial has the CPU time of its workers") .. ".")
