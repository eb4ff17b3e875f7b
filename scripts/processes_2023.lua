-- Reproduces "Combining Multiprocessing and Asyncio in Python for Performance Boosts" (2023) with the systems
-- that it compares: sums of different sizes and a few fetches, run by bare processes (C1), a pool's apply
-- (C2) and apply_async (C3), an executor's map (C4), and a loop with an executor (C5).
--
--    bakeoff run scripts/processes_2023.lua
--    bakeoff run scripts/processes_2023.lua --sizes 9,1,4,2 --unit 4000000 --latency 200ms
--
-- Each system runs in two forms: as a program on bakeoff's own pools and loop (completion_run.lua), and as
-- the real Python program. The contenders `sequential`, `processes` and `hybrid` run beside them. Sums are
-- added up in a Lua loop, not in C, so that both sides are interpreted. The article is about the order in
-- which results arrive, so every program prints them as they arrive, and the lines of each trial are kept
-- (lines/). Charts: total times, and when each task of the native systems ran and was received. published.md
-- compares everything with the article.

local bake = require "bakeoff"
local programs = require "completion.programs"
local published = require "published"
local systems = require "completion.systems"

local opt = bake.options {
   sizes = { "8,1,3,2", "sizes of the sums, in units, in the order of submission; the first is the largest" },
   unit = { 1500000, "a sum of size 1 adds up the numbers from 0 to this" },
   processes = { 2, "worker processes" },
   fetches = { 3, "number of fetches" },
   latency = { "100ms", "time the server takes to answer" },
}

local NAME = "processes_2023"
local REAL = { "c1_processes", "c2_apply", "c3_apply_async", "c4_executor_map", "c4b_executor_completed",
   "c5_run_in_executor" }
local PROGRAMS = published.programs(REAL)

-- --- the work -------------------------------------------------------------------------------------

-- Sums of one size differ slightly in their number, so that each line of a program identifies its sum.
local function sums_of(text)
   local sums = {}
   for word in text:gmatch("[^,%s]+") do
      local size = math.tointeger(tonumber(word))
      if not size or size < 1 then
         bake.fail("--sizes: '%s' is not a size; write whole numbers, such as 8,1,3,2", word)
      end
      sums[#sums + 1] = size * opt.unit + #sums
   end
   return #sums > 1 and sums or bake.fail("--sizes: write several, such as 8,1,3,2")
end

local sums = sums_of(opt.sizes)
local site <close> = bake.server { latency = opt.latency }
local urls = opt.fetches > 0 and site:urls("/page?number=%d", opt.fetches) or {}
local items = table.move(urls, 1, #urls, #sums + 1, table.move(sums, 1, #sums, 1, {}))

local add_up = systems.add_up

local function task(ctx, item)
   if math.type(item) == "integer" then
      return ctx:offload(add_up, item)
   end
   return #assert(ctx:fetch(item)).body
end

-- --- the contenders ---------------------------------------------------------------------------------

local lines_folder = ("%s/%s_lines"):format(bake.settings().out, NAME)
bake.files.remove(lines_folder)
assert(bake.files.make_folder(lines_folder))

local function native_name(number) return ("c%d_native"):format(number) end

local function contenders()
   local list = {
      "sequential", "processes",
      { "hybrid", offload = "processes", offload_workers = opt.processes, workers = { #items },
         label = "hybrid (processes)" },
   }
   PROGRAMS[1].workers = { #sums } -- as in the article: a process per sum, all at once
   for number in ipairs(systems.WAYS) do
      list[#list + 1] = programs.keep_lines(programs.native(number), lines_folder, native_name(number))
   end
   for index, entry in ipairs(PROGRAMS) do
      list[#list + 1] = programs.keep_lines(entry, lines_folder, REAL[index])
   end
   return list
end

local job = ("sums of size %s and %s"):format(opt.sizes:gsub("%s*,%s*", ", "),
   #urls == 1 and "1 fetch" or #urls .. " fetches")

local results = bake.experiment {
   name = NAME,
   job = job .. ", in Lua and in Python",
   items = items,
   task = task,
   server = site,
   contenders = contenders(),
   workers = { opt.processes },
   repeats = 8,
}:run()
results:report { also = { "cores" } }

local repeats = math.tointeger(results.manifest.repeats)
local kept = results.dir .. "/lines"
assert(bake.files.make_folder(kept))
local names = table.move(REAL, 1, #REAL, 1, {})
for number in ipairs(systems.WAYS) do
   names[#names + 1] = native_name(number)
end
for _, name in ipairs(names) do
   for trial = 1, repeats do
      programs.move_lines(lines_folder, kept, name, trial)
   end
end
bake.files.remove(lines_folder)

-- Runs the native systems once more, in this process, where the times of every task are known.
local ran = systems.run { numbers = sums, urls = urls, processes = opt.processes, add = add_up }
print()
bake.chart { kind = "order", name = NAME .. "_order", systems = ran,
   job = ("%s, %s, in Lua"):format(job, bake.format.plural(opt.processes, "worker")) }

-- --- the claims and the findings --------------------------------------------------------------------

local sheet = published.new("C", results)
for number in ipairs(ran) do
   sheet:native("C" .. number, results, programs.label(number))
end
sheet:native("C3", results, "processes", "contender")
sheet:native("C5", results, "hybrid (processes)", ("contender, %d in flight"):format(#items))
for index, entry in ipairs(PROGRAMS) do
   sheet:real("C" .. REAL[index]:match("%d"), results, entry.label)
end

local function label_of(name)
   for index, entry in ipairs(PROGRAMS) do
      if REAL[index] == name then
         return entry.label
      end
   end
end

-- says: the article's claim. native(system) and real(told, cell) return whether it holds: true, false or nil.
local function claim(number, real_name, says, native, real)
   local system, label = ran[number], label_of(real_name)
   local longest = bake.order(system).longest_wait_s
   local wait = longest > 0 and ", ready ones waiting up to " .. bake.format.time(longest) or ""
   sheet:outcome { of = "C" .. number, side = "native", says = says, agrees = native(system),
      found = ("ended %s, received %s%s"):format(systems.order_by(system, "ended"),
         systems.order_by(system, "received"), wait) }
   local told, cell = programs.orders(kept, real_name, items, #sums, repeats), results:cell(label)
   local agrees, remark
   if told then
      agrees, remark = real(told, cell)
   end
   sheet:outcome { of = "C" .. number, side = "real", says = says, agrees = agrees,
      found = not told and "not measured" or ("printed %s in %d of %s%s"):format(told.usual, told.usual_count,
         bake.format.plural(told.trials, "trial"), remark or "") }
end

local function is_one_at_a_time(system) return bake.order(system).one_at_a_time end

local function has_to_wait(system)
   local order = bake.order(system)
   return order.by_submission and order.held > 0
end

local function is_as_completed(system)
   local order = bake.order(system)
   return order.by_completion and not order.by_submission
end

local function all(told, field) return told[field] == told.trials end

claim(1, "c1_processes", "no value returns; join waits for the first started, even if others ended before",
   function(system) return system.results == false and has_to_wait(system) end,
   function(told) return told.by_submission == 0, "; each process prints its own sum when it ends" end)
claim(2, "c2_apply", "one after the other", is_one_at_a_time, function(told, cell)
   local cores = results:summary_of(cell).cores_used.median
   return all(told, "by_submission") and cores <= 1.1, ("; %.2f cores in use"):format(cores)
end)
claim(3, "c3_apply_async", "results in the order of submission: get blocks", has_to_wait,
   function(told) return all(told, "by_submission") end)
claim(4, "c4_executor_map", "results in the order of submission", has_to_wait,
   function(told) return all(told, "by_submission") end)
claim(5, "c5_run_in_executor", "results in the order of completion", is_as_completed,
   function(told)
      return told.by_submission == 0 and all(told, "first_last"),
         ("; as submitted in %d, the largest sum last of the sums in %d"):format(told.by_submission,
            told.first_last)
   end)

if #urls > 0 then
   claim(5, "c5_run_in_executor", "I/O and CPU work at the same time",
      function(system) return bake.order(system).io_overlaps == true end,
      function(told)
         return all(told, "meanwhile"), ("; a fetch before the last sum in %d"):format(told.meanwhile)
      end)
end

-- The boost in the article's title: the loop compared with the executor alone.
local function claim_boost(side, label, reference)
   sheet:claim { of = "C5", side = side, says = "a boost: quicker than the executor alone", results = results,
      a = label, b = reference, holds = "< 1" }
end

claim_boost("native", programs.label(5), programs.label(4))
claim_boost("real", label_of "c5_run_in_executor", label_of "c4_executor_map")

sheet:remark(("Tasks are numbered in the order of submission: 1 to %d are sums, the rest fetches."):format(
   #sums))
sheet:remark("Native systems are programs on bakeoff's pools and loop; their ends and waits come from one " ..
   "more run of each inside the script. For the Python programs the lines of all trials are known.")
sheet:remark("Sums are added up in Lua natively, in CPython by the real programs: a factor between the " ..
   "two is that of the interpreters, not of the models.")
sheet:remark("asyncio.as_completed starts what it awaits in no particular order, so which sum the " ..
   "executor gets first is left to chance.")
sheet:finish()
