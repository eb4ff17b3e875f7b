--- Under every contender, only what a job's own function returns or raises decides the job's outcome,
-- whatever the job before it has left behind in the slot.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

-- How a job ends, and what it does. The order puts each kind of failure before each kind of success.
local OUTCOMES = {
   { "failed", function() error("raised") end },
   { "done", function() return nil end },
   { "failed", function() error { code = 7 } end },
   { "done", function() end },
   { "failed", function() error("raised", 0) end },
   { "done", function() return false end },
   { "failed", function() return nil, "bad page" end },
   { "done", function() end },
   { "failed", function() error(setmetatable({}, { __tostring = function() return "object" end })) end },
   { "done", function() return nil, nil, "third" end },
   { "failed", function() error(nil) end },
   { "done", function() return 1, "a message beside a value" end },
   { "failed", function() error(42) end },
   { "done", function() return nil, {} end },
   { "failed", function() return false, "bad page" end },
   { "done", function() return nil end },
   { "failed", function() return nil, 42 end },
   { "done", function() end },
   { "failed", function() error("deep" .. ("!"):rep(5000)) end },
   { "done", function() return "text" end },
   { "failed", function() coroutine.yield() end },
   { "done", function() end },
   { "failed", function() coroutine.yield("a", "b") end },
   { "failed", function() coroutine.yield() end },
   { "done", function() return false end },
}

local function outcome_of(list, number) return list[(number - 1) % #list + 1] end

local function assert_outcomes(list, name, workers, row, result, jobs)
   local expected, seen = {}, {}
   for _, line in ipairs(support.job_lines(result, jobs)) do
      seen[line.job] = line.job .. " " .. line.status
   end
   for number = 1, 2 * #list do
      expected[number] = number .. " " .. outcome_of(list, number)[1]
   end
   lu.assertEquals(seen, expected, ("%s with %d workers: %s"):format(name, workers, row.reason))
end

TestOutcomes = {}

local folder, site

function TestOutcomes.setUp() folder, site = support.open { body = "tickets" } end

function TestOutcomes.tearDown() support.close(folder, site) end

local function test(contenders, list, fields)
   for _, name in ipairs(contenders) do
      for _, workers in ipairs { 1, 3 } do
         assert_outcomes(list, name, workers, support.run(name, fields, workers))
      end
   end
end

function TestOutcomes.test_process()
   local function process(response)
      return outcome_of(OUTCOMES, tonumber(response.url:match("day=(%d+)")))[2]()
   end
   test(support.CONTENDERS, OUTCOMES,
      { urls = site:urls("/tickets?day=%d", 2 * #OUTCOMES), process = process })
end

function TestOutcomes.test_task()
   local function task(_, item) return outcome_of(OUTCOMES, item)[2]() end
   test(support.TASK_CONTENDERS, OUTCOMES, { items = support.numbers(2 * #OUTCOMES), task = task })
end

-- There is one worker, so the later jobs show that the slot still works, in closed and in open loops.
function TestOutcomes.test_a_task_that_yields_by_itself_fails_alone()
   local function task(_, item)
      if item % 3 ~= 0 then
         coroutine.yield()
      end
   end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      for _, rate in ipairs { false, "1000/s" } do
         local fields = { items = support.numbers(6), task = task, rate = rate or nil }
         local row = support.run(name, fields, 1)
         lu.assertEquals({ row.jobs.done, row.jobs.failed, row.jobs.lost }, { 2, 4, 0 }, name)
         lu.assertStrContains(row.reason, "attempt to yield")
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
