--- The same notebook woven again: with one seed, with frozen runs, and with other runs of the same verdicts.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local weaving = require "support_weaving"

local folder

local function set_up()
   weaving.set_up()
   folder = weaving.folder
end

local function tear_down()
   weaving.tear_down()
   runs.clear()
end

local function lines_of(text)
   local lines = {}
   for line in text:gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line
   end
   return lines
end

-- --- one seed -----------------------------------------------------------------------------------------

local SEEDED = [[
local bake = require "bakeoff"
local site <close> = bake.server { latency = "1ms", jitter = "1ms", errors = 0.4 }
-- %%
local results = bake.experiment { name = "e", urls = site:urls("/page?number=%d", 8), seed = 7,
   contenders = { "sequential", "threads", "coroutines" }, workers = { 4 }, repeats = 2, warmup = 0 }:run()
-- %%
bake.claim("some fail", "errors(threads) > 0")
bake.claim("few fail", "errors(sequential) < 2")
]]

-- The plan, and what the server did with each request.
local function course_of_events()
   local order, answers = {}, {}
   for _, line in ipairs(lines_of(weaving.read "x.files/runs/e/trials.jsonl")) do
      local row = json.decode(line)
      order[#order + 1] = ("%s %d"):format(row.label, row["repeat"])
   end
   for line in weaving.read("x.files/runs/e/jobs.csv"):gmatch "[^\n]+" do
      local label, number, job, status = line:match '^[^,]*,([^,]*),%d+,(%d+),(%d+),[^,]*,[^,]*,[^,]*,(%d*),'
      answers[#answers + 1] = label and ("%s %s %s: %s"):format(label, number, job, status)
   end
   table.sort(answers)
   return order, answers
end

local function verdicts_of(woven)
   local list = {}
   for index, claim in ipairs(woven.claims) do
      list[index] = claim.verdict
   end
   return list
end

TestSeed = { setUp = set_up, tearDown = tear_down }

function TestSeed.test_measured_twice_with_one_seed()
   local first = verdicts_of(weaving.weave(SEEDED))
   local order, answers = course_of_events()
   local second = verdicts_of(weaving.weave(SEEDED, { "--fresh" }))
   local order_again, answers_again = course_of_events()
   lu.assertEquals(second, first)
   lu.assertEquals(order_again, order)
   lu.assertEquals({ #order, #answers }, { 6, 48 })
   lu.assertEquals(answers_again, answers)
   local failed = table.concat(answers, "\n"):gsub("[^\n]*: 200", "")
   lu.assertStrContains(failed, ": 500")
end

-- --- another day --------------------------------------------------------------------------------------

local LOADED = [[
-- %%%% [markdown]
-- # Another day
-- Threads take {{ require("bakeoff").load(%q):ratio("threads", "sequential", 16) }} of the time.
-- %%%%
local bake = require "bakeoff"
local results = bake.load(%q)
results:table {}
-- %%%%
results:table { figures = { "total", "footprint_peak" } }
-- %%%%
results:chart "speed"
-- %%%%
results:chart "quadrant"
-- %%%%
bake.show(results)
-- %%%%
results:claim("threads are faster", "total(threads, 16) < total(sequential)")
results:claim("a loop needs no memory", "footprint_peak(eventloop, 16) < 1MiB")
results:claim("the loop is faster than coroutines", "total(eventloop, 100) < 0.97 * total(coroutines, 100)")
]]

-- Without numbers and their units.
local function without_numbers(line)
   line = line:gsub("[%d.,]*%d", "#"):gsub("# ?[mµn]?s%f[^%w]", "#"):gsub("# ?[KMG]?i?B%f[^%w]", "#")
   return (line:gsub("+#", "#"))
end

local function weave_day(dir, seed)
   runs.make { dir = dir, seed = seed, workers = { 4, 16, 100 }, repeats = 10 }
   weaving.weave(LOADED:format(dir, dir))
   return lines_of(weaving.page()), json.decode(weaving.read "x.files/results.json")
end

TestDays = { setUp = set_up, tearDown = tear_down }

-- The same verdicts on another day.
function TestDays.test_only_lines_with_numbers_change()
   local dir = folder .. "/tickets"
   local before, record = weave_day(dir, 1)
   local after, record_after = weave_day(dir, 2)
   local verdicts = {}
   for index, claim in ipairs(record.claims) do
      verdicts[index] = claim.verdict
      lu.assertEquals(record_after.claims[index].verdict, claim.verdict)
   end
   lu.assertEquals(verdicts, { "held", "refuted", "not_shown" })
   lu.assertEquals(#after, #before)
   local changed = 0
   for index, line in ipairs(before) do
      lu.assertEquals(without_numbers(after[index]), without_numbers(line))
      changed = changed + (after[index] ~= line and 1 or 0)
   end
   lu.assertTrue(changed > 10, changed)
   for field, value in pairs(record) do -- besides numbers: digests of what has changed
      if not ({ page_sha256 = true, pictures = true, drawn = true, claims = true })[field] then
         lu.assertEquals(record_after[field], value, field)
      end
   end
end

-- A picture is the same file whenever it is drawn of the same rows.
function TestDays.test_pictures_are_drawn_alike()
   local dir = folder .. "/tickets"
   weave_day(dir, 1)
   local names, before = { "tickets_speed.svg", "tickets_speed.dark.svg", "tickets_quadrant.svg" }, {}
   for index, name in ipairs(names) do
      before[index] = weaving.read("x.files/" .. name)
      assert(os.remove(folder .. "/x.files/" .. name))
   end
   weave_day(dir, 1)
   for index, name in ipairs(names) do
      lu.assertEquals(weaving.read("x.files/" .. name), before[index], name)
   end
   lu.assertNil(core.file_kind(folder .. "/x.files/work/drawing"))
end

os.exit(lu.LuaUnit.run(), true)
