--- Shared by all targets: the two sides of a comparison, blocks in random order, ratios with intervals.

local core = require "bakeoff.core"
local bake_server = require "bakeoff.net.server"
local contenders = require "bakeoff.contenders"
local json = require "bakeoff.base.json"
local random = require "bakeoff.base.random"
local stats = require "bakeoff.stats"
local trial = require "bakeoff.experiment.trial"

local measure = {}

--- Programs ---------------------------------------------------------------------------------------------

--- The build folder with the measured programs.
measure.build = core.prefix()

--- Path of a program of the build; raises an error if it is missing.
function measure.program(name)
   local path = measure.build .. "/" .. name
   if core.file_kind(path) ~= "file" then
      error(("%s is missing in the build folder; run scripts/build first"):format(name), 0)
   end
   return path
end

--- Runs a program to its end and returns its standard output; raises an error if it can't be run or fails.
function measure.output(argv)
   local result, message = core.command { argv = argv, timeout = 300 }
   if not result then
      error(message, 0)
   elseif result.code ~= 0 then
      error(("%s ended with exit code %d: %s"):format(argv[1]:match "[^/]*$", result.code, result.stderr), 0)
   end
   return result.stdout
end

--- The two sides ------------------------------------------------------------------------------------------

--- A server with the given options (see lua/bakeoff/net/server.lua) as a to-be-closed value.
function measure.server(options) return bake_server.start(options) end

--- A run of tests/bench/<name>.c. → { requests_per_s, cpu_per_request_s, work_s, bytes }
function measure.floor(name, url, requests, workers)
   local program = measure.program("tests/bench/" .. name)
   local out = measure.output { program, url, tostring(requests), tostring(workers) }
   local seen = json.decode(out)
   return {
      requests_per_s = requests / seen.wall_s, work_s = seen.wall_s, bytes = seen.bytes, failed = seen.failed,
      cpu_per_request_s = (seen.user_s + seen.system_s) / requests,
   }
end

-- Wraps the contender's work step between two readings of the process's own CPU clock, so that both sides
-- cover the same span. The trial is another process, so the result is passed in a file.
local function metered(contender, path)
   local meter = setmetatable({}, { __index = contender })
   function meter.work(state)
      local before = core.cpu().total_s
      local ok, message = contender.work(state)
      local spent = core.cpu().total_s - before
      local file = assert(io.open(path, "w"))
      file:write(("%.9f"):format(spent))
      file:close()
      return ok, message
   end
   return meter
end

local function take_number(path)
   local file = assert(io.open(path))
   local number = file:read "n"
   file:close()
   os.remove(path)
   return number
end

--- Jobs for trials: a list that repeats `url`.
function measure.jobs(url, requests)
   local urls = {}
   for i = 1, requests do
      urls[i] = url
   end
   return core.jobs { urls = urls, fetch = {} }
end

--- Runs a trial as `bakeoff run` does. Returns the fields of measure.floor, and `row`, the line of
-- trials.jsonl.
function measure.product(name, jobs, workers)
   local path = os.tmpname()
   local cell = { contender = name, label = name, workers = workers }
   cell.entry = { contender = metered(contenders.get(name), path) }
   local experiment = { name = "bench", timeout = 300, sample_every = 0.01, seed = 1 }
   local start, cpu = core.now(), core.cpu().total_s
   local result, row = trial.run(experiment, jobs, { cell = cell, block = 1, ["repeat"] = 1 })
   local watcher = (core.cpu().total_s - cpu) / (core.now() - start)
   result:free()
   if row.status ~= "ok" or row.jobs.done ~= #jobs then
      error(("%s: %d of %d jobs: %s"):format(name, row.jobs.done, #jobs, row.reason or row.status), 0)
   end
   return {
      requests_per_s = #jobs / row.work_s, work_s = row.work_s, bytes = row.bytes, failed = row.jobs.failed,
      cpu_per_request_s = take_number(path) / #jobs, watcher_cpu = watcher, row = row,
   }
end

--- Blocks ---------------------------------------------------------------------------------------------------

local generator = random.new(1)

--- Restarts the series of random orders: the same seed gives the same orders.
function measure.seed(seed) generator = random.new(seed) end

local function shuffled(list) return generator:shuffle(table.move(list, 1, #list, 1, {})) end

--- Runs every side once per block, in an order drawn for each block; block 0 warms up and isn't kept.
-- `sides`: list of { name, run = function() → table }; `keep(name, block, values)` gets each result.
-- → { [name] = { block 1's values, … } }
function measure.blocks(blocks, sides, keep)
   local results = {}
   for _, side in ipairs(sides) do
      results[side.name] = {}
   end
   for block = 0, blocks do
      for _, side in ipairs(shuffled(sides)) do
         local values = side.run()
         if block > 0 then
            results[side.name][block] = values
            keep(side.name, block, values)
         end
      end
   end
   return results
end

local function column(rows, field)
   local values = {}
   for block, row in ipairs(rows) do
      values[block] = row[field]
   end
   return values
end

--- Compares `field` of two sides: the median of the ratios a / b within blocks, with its interval.
function measure.ratio(a, b, field)
   local values_a, values_b = column(a, field), column(b, field)
   local seen = stats.compare(values_a, values_b)
   return {
      value = seen.ratio, low = seen.low, high = seen.high, blocks = seen.pairs,
      a = stats.summary(values_a), b = stats.summary(values_b),
   }
end

--- The median of `field`, with its interval.
function measure.median(rows, field)
   local seen = stats.summary(column(rows, field))
   return { value = seen.median, low = seen.low, high = seen.high, blocks = seen.n, a = seen }
end

return measure
