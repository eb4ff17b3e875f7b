--- Target `drawing`: the CPU time of a whole report of runs with more and more cells, as
-- `bakeoff exec --scan` leaves them, and as contenders do that have jobs and waits on record. It shall grow
-- with their number at most, and not with its square.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

local activity = require "support_activity"
local measure = require "measure"
local runs = require "support_runs"
local stats = require "bakeoff.stats"
local stress = require "support_stress"

local bench = {}

local COUNTS = { 10, 20, 40, 80, 400 }
local LIMITS_S = { [10] = 1, [80] = 4, [400] = 10 }
local LINEAR = 2 -- times as long for twice as many cells
local MOST, REPEATS = 7, 6 -- runs of the command: it is always the same work

-- User and system time of a command and of gnuplot, which it starts and waits for.
local TIMED = "TIMEFORMAT='%U %S'; { time \"$@\" >/dev/null 2>&1; } 2>&1"

local function cpu_of(argv)
   local said = measure.output { "bash", "-c", TIMED, "bash", table.unpack(argv) }
   local user, system = said:match "([%d.]+) ([%d.]+)%s*$"
   return tonumber(user) + tonumber(system)
end

local function make_scan(count)
   local cells = {}
   for n = 1, count do
      cells[n] = { label = ("program -n %d"):format(n), time = 0.1 + n / 500,
         parameters = { { "n", tostring(n) } } }
   end
   return runs.make(stress.scanned(cells, { repeats = REPEATS }))
end

local function line_of(what, summary, unit, detail, limit)
   return { what = what, value = summary.median, low = summary.low, high = summary.high, unit = unit,
      detail = detail, at_most = limit }
end

-- How many times as long it takes with twice as many cells: within each block.
local function per_doubling(times, others, doublings)
   local list = {}
   for block, time in ipairs(times) do
      list[block] = (others[block] / time) ^ (1 / doublings)
   end
   return stats.summary(list, 1)
end

local KINDS = { "threads", "eventloop", "coroutines", "processes" }
local JOBS = 50 -- of each trial, with two waits each

local function make_tasks(count)
   local contenders = {}
   for n = 1, count do
      contenders[n] = { KINDS[(n - 1) % #KINDS + 1], label = ("variant %d"):format(n) }
   end
   local dir = runs.make { contenders = contenders, workers = { 8 }, repeats = REPEATS, items = JOBS,
      form = "task", job = "run tasks" }
   return activity.add(dir, JOBS, 1, true)
end

-- What a report is made of: the name in `keep`, words for lines, how many cells, how to make a run.
local SORTS = {
   { name = "scan", words = "report of %d cells, CPU", counts = COUNTS, make = make_scan, grows = true },
   { name = "jobs", words = "report of %d cells with jobs and waits, CPU", counts = { 10, 80, 400 },
      make = make_tasks },
}

local function lines_of(lines, sort, detail)
   for index, count in ipairs(sort.counts) do
      lines[#lines + 1] = line_of(sort.words:format(count), stats.summary(sort.times[count], 1), " s", detail,
         LIMITS_S[count])
      local next_count = sort.grows and sort.counts[index + 1]
      if next_count then
         local growth = per_doubling(sort.times[count], sort.times[next_count],
            math.log(next_count / count, 2))
         local what = ("from %d to %d cells, per doubling"):format(count, next_count)
         lines[#lines + 1] = line_of(what, growth, "×", detail, LINEAR)
      end
   end
end

local function make_all()
   for _, sort in ipairs(SORTS) do
      sort.dirs, sort.times = {}, {}
      for _, count in ipairs(sort.counts) do
         sort.dirs[count], sort.times[count] = sort.make(count), {}
      end
   end
end

--- Reports of 10 to 400 cells, all of them in each block.
function bench.drawing(settings, keep)
   local blocks, bakeoff, lines = math.min(settings.blocks, MOST), measure.program "bakeoff", {}
   make_all()
   for block = 1, blocks do
      for _, sort in ipairs(SORTS) do
         for _, count in ipairs(sort.counts) do
            local cpu_s = cpu_of { bakeoff, "report", sort.dirs[count] }
            sort.times[count][block] = cpu_s
            keep(("%s %d"):format(sort.name, count), block, { cpu_s = cpu_s })
         end
      end
   end
   runs.clear()
   for _, sort in ipairs(SORTS) do
      lines_of(lines, sort, ("%d repeats, all charts; %d runs of the command"):format(REPEATS, blocks))
   end
   return lines
end

return bench
