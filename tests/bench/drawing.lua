--- Target `drawing`: the CPU time of a whole report of runs with more and more cells, as
-- `bakeoff exec --scan` leaves them. It shall grow with their number at most, and not with its square.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

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

local function make_run(count)
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

local function lines_of(times, detail)
   local lines = {}
   for index, count in ipairs(COUNTS) do
      local what = ("report of %d cells, CPU"):format(count)
      lines[#lines + 1] = line_of(what, stats.summary(times[count], 1), " s", detail, LIMITS_S[count])
      local next_count = COUNTS[index + 1]
      if next_count then
         local growth = per_doubling(times[count], times[next_count], math.log(next_count / count, 2))
         what = ("from %d to %d cells, per doubling"):format(count, next_count)
         lines[#lines + 1] = line_of(what, growth, "×", detail, LINEAR)
      end
   end
   return lines
end

--- Reports of 10 to 400 cells, all of them in each block.
function bench.drawing(settings, keep)
   local dirs, times, blocks = {}, {}, math.min(settings.blocks, MOST)
   local bakeoff = measure.program "bakeoff"
   for _, count in ipairs(COUNTS) do
      dirs[count], times[count] = make_run(count), {}
   end
   for block = 1, blocks do
      for _, count in ipairs(COUNTS) do
         times[count][block] = cpu_of { bakeoff, "report", dirs[count] }
         keep(tostring(count), block, { cpu_s = times[count][block] })
      end
   end
   runs.clear()
   return lines_of(times, ("%d repeats, all charts; %d runs of the command"):format(REPEATS, blocks))
end

return bench
