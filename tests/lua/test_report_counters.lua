--- The report's section of counters: what is shown, what is called an estimate, what is missing and why.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local counters = require "bakeoff.report.counters"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

TestSection = {}

function TestSection.tearDown() runs.clear() end

-- counted: of every trial; machine: list of { name, available, reason }
local function section(counted, machine)
   return counters.section(results.load(runs.make { contenders = { "threads" }, workers = { 4 }, repeats = 6,
      change = function(trial) trial.counters = counted end,
      manifest = function(manifest)
         manifest.counters, manifest.environment.counters = true, machine
      end }))
end

local function texts(blocks)
   local list = {}
   for _, block in ipairs(blocks) do
      list[#list + 1] = block.text
   end
   return table.concat(list, "\n")
end

local function all_available()
   local list = {}
   for index, name in ipairs(counters.NAMES) do
      list[index] = { name = name, available = true }
   end
   return list
end

local ALL = { instructions = 3e6, cycles = 2e6, branch_misses = 5000, cache_misses = 400, page_faults = 100 }

local function with(changes)
   local copy = {}
   for name, value in pairs(ALL) do
      copy[name] = value
   end
   for name, value in pairs(changes) do
      copy[name] = value or nil
   end
   return copy
end

function TestSection.test_all_are_columns()
   local found = section(ALL, all_available())
   local titles = {}
   for index, column in ipairs(found.blocks[1].columns) do
      titles[index] = column.title
   end
   lu.assertEquals(titles,
      { "contender", "instructions", "cycles", "branch misses", "cache misses", "page faults" })
   lu.assertNotStrContains(texts(found.blocks), "estimates")
   lu.assertNotStrContains(texts(found.blocks), "Not available")
end

function TestSection.test_events_that_took_turns_are_called_estimates()
   lu.assertStrContains(texts(section(with { counted_share = 0.4 }, all_available()).blocks),
      "They are estimates: the processor has fewer counters than there are events, which took turns. Each was"
      .. " counted for at least 40 % of the time, and scaled to all of it.")
   lu.assertStrContains(texts(section(with { counted_share = 0.9999 }, all_available()).blocks),
      "at least 99 %")
end

function TestSection.test_one_that_never_had_its_turn_says_so()
   local found = section(with { cycles = false }, all_available())
   lu.assertStrContains(texts(found.blocks),
      "Not available here: cycles (other events had the processor's counters all the time).")
end

function TestSection.test_what_a_machine_lacks_is_one_line()
   local machine = all_available()
   for index = 1, 4 do
      machine[index] = { name = counters.NAMES[index], available = false, reason = "no such counter" }
   end
   lu.assertStrContains(texts(section({ page_faults = 100 }, machine).blocks),
      "Not available here: instructions, cycles, branch misses and cache misses (no such counter).\nMedians")
end

os.exit(lu.LuaUnit.run(), true)
