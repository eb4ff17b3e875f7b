--- Lets single calls fail in small runs of everything, and prints how these end.

local source = assert(os.getenv "BAKEOFF_SOURCE")
package.path = source .. "/tests/torture/?.lua;" .. package.path

local arguments = require "arguments"
local control = require "control"
local core = require "bakeoff.core"
local judge = require "judge"
local places = require "places"
local random = require "bakeoff.base.random"
local runs = require "runs"
local scenarios = require "scenarios"
local tally = require "tally"

-- The faults of one site: its first call and a few others, or all.
local function calls_of(site, given, draw)
   local list = {}
   if given.all then
      for call = 1, site.calls do
         list[call] = call
      end
      return list
   end
   list[1] = 1
   local more = site.module > control.OWN and given.library or given.own
   for _ = 2, math.min(more, site.calls) do
      list[#list + 1] = 1 + draw:below(site.calls - 1)
   end
   return list
end

-- Runs the scenario without a fault. → its faults, in random order
local function faults_of(scenario, given, draw)
   local run = runs.start(scenario)
   local ended = runs.finish(run)
   local wrong = judge.fault(scenario, ended, run.folder)
   if wrong or ended.code ~= 0 then
      error(("%s fails without a fault: %s"):format(scenario.name, wrong or ended.stderr), 0)
   end
   local sites, faults = control.sites(run.folder .. "/control"), {}
   runs.remove(run)
   for _, site in ipairs(sites) do
      if not given.only or given.only == site.kind then
         tally.count(scenario, site)
         for _, call in ipairs(calls_of(site, given, draw)) do
            faults[#faults + 1] = { scenario = scenario, site = site, hash = site.hash, call = call,
               lasting = given.lasting }
         end
      end
   end
   return faults
end

local function all_faults(given, draw)
   runs.leaks = given.leaks
   local list = {}
   for _, scenario in ipairs(scenarios) do
      if not given.scenario or scenario.name:find(given.scenario, 1, true) then
         local faults = faults_of(scenario, given, draw)
         table.move(faults, 1, #faults, #list + 1, list)
      end
   end
   draw:shuffle(list)
   for n = #list, (given.sample or #list) + 1, -1 do
      list[n] = nil
   end
   return list
end

-- libuv ends the process if it can't enlarge its table of descriptors or start its threads.
local function is_end_by_libuv(fault, wrong)
   return control.MODULES[fault.site.module] == "libuv" and wrong:find "signal 6" ~= nil
end

local function end_of(fault, given)
   local ended = runs.finish(fault.run)
   local wrong = judge.fault(fault.scenario, ended, fault.run.folder)
   local is_known = wrong and is_end_by_libuv(fault, wrong)
   tally.add(fault, ended, wrong, is_known)
   if wrong and not is_known then
      print(("%s, %s call %d of %d: %s\n   %s"):format(fault.scenario.name, fault.site.kind, fault.call,
         fault.site.calls, wrong, places.of(fault.site)))
      if given.keep then
         print("   kept: " .. fault.run.folder)
      end
      if given.verbose then
         print(ended.stdout, ended.stderr)
      end
   end
   if given.verbose and not wrong and ended.code ~= 0 then
      print(("%s, %s call %d: %s"):format(fault.scenario.name, fault.site.kind, fault.call,
         (ended.stderr .. ended.stdout):gsub("\n.*", "")))
   end
   if not (wrong and given.keep) then
      runs.remove(fault.run)
   end
end

local function inject(faults, given)
   local first, last, deadline = 1, #faults, core.now() + 60 * (given.minutes or math.huge)
   for n, fault in ipairs(faults) do
      if core.now() > deadline then
         last = n - 1
         print(("time is up: %d of %d faults"):format(last, #faults))
         break
      end
      fault.run = runs.start(fault.scenario, fault)
      if n - first + 1 >= given.jobs then
         end_of(faults[first], given)
         first = first + 1
      end
   end
   for n = first, last do
      end_of(faults[n], given)
   end
end

io.stdout:setvbuf "line"
local given = arguments.read(arg)
local draw = random.new(given.seed)
local faults = all_faults(given, draw)
print(("%d faults, seed %d"):format(#faults, given.seed))
inject(faults, given)
os.exit(tally.print() == 0)
