--- Tasks that fail and workers that die, under every contender that runs tasks: the same body must have the
-- same outcome under each.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local numbers = support.numbers
local assert_done, assert_all_failed = support.assert_done, support.assert_all_failed

local folder, site

local function set_up() folder, site = support.open { body = "tickets", latency = "1ms" } end

local function tear_down() support.close(folder, site) end

TestFailures = { setUp = set_up, tearDown = tear_down }

function TestFailures.test_an_error_fails_the_job_with_message_and_traceback()
   local function inner() error("broken here") end
   local function task() return (inner()) end
   support.each({ items = numbers(4), task = task }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "4 of 4 jobs failed, the first: item %d: .*test_contenders_failures.lua:%d+: broken here")
      lu.assertStrContains(row.reason, "stack traceback:")
      lu.assertStrContains(row.reason, "in upvalue 'inner'")
      lu.assertNotStrContains(row.reason, "bakeoff/experiment/trial.lua")
      lu.assertNotStrContains(row.reason, "[C]: in ?")
   end)
end

function TestFailures.test_error_objects_are_shown()
   support.each({ items = numbers(4), task = function() error { code = 7 } end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "(error object is a table value)")
   end)
   local function object() error(setmetatable({}, { __tostring = function() return "my object" end })) end
   support.each({ items = numbers(4), task = object }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "my object")
   end)
   local function mute() error(setmetatable({}, { __tostring = function() error("no") end })) end
   support.each({ items = numbers(4), task = mute }, assert_all_failed)
end

function TestFailures.test_nil_and_message_fail_the_job()
   support.each({ items = numbers(4), task = function() return nil, "no prices" end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrMatches(row.reason, "4 of 4 jobs failed, the first: item %d: no prices")
   end)
end

function TestFailures.test_a_task_may_live_with_a_failed_fetch()
   local missing = site:url("/status/500")
   local function task(ctx) return ctx:fetch(missing) == nil and "noted" end
   support.each({ items = numbers(4), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 4)
      lu.assertEquals(support.job_lines(result, jobs)[1].http_status, "500")
   end)
end

-- A failed fetch, passed on in whatever way, gives the task its class; another failure doesn't.
function TestFailures.test_a_task_that_passes_on_a_failed_fetch_has_its_class()
   local missing, good, garbage = site:url("/status/500"), site:url("/"), site:url("/fault/garbage")
   local TASKS = {
      { "http", function(ctx) return ctx:fetch(missing) end },
      { "http", function(ctx) assert(ctx:fetch(missing)) end },
      { "http", function(ctx) error("no page: " .. select(2, ctx:fetch(missing))) end },
      { "protocol", function(ctx) assert(ctx:fetch { url = garbage, compressed = true }) end },
      { "task", function(ctx) return nil, ctx:fetch(missing) or "no page" end },
      { "task", function(ctx) assert(ctx:fetch(good), "HTTP status 500") error("HTTP status 500") end },
   }
   for _, one in ipairs(TASKS) do
      support.each({ items = numbers(4), task = one[2] }, function(name, row)
         assert_all_failed(name, row)
         lu.assertEquals(row.errors, { [one[1]] = 4 }, name)
         lu.assertEquals(row.failures[1].kind, one[1], name)
      end)
   end
end

function TestFailures.test_credentials_stay_out_of_reasons()
   local url = ("http://user:sesame@127.0.0.1:%d/"):format(site.port)
   support.each({ items = { url }, task = function(_, item) error("at " .. item) end }, function(name, row)
      lu.assertEquals(row.jobs.failed, 1, name)
      lu.assertNotStrContains(row.reason, "sesame")
   end)
end

TestLost = {}

function TestLost.test_a_worker_that_dies_loses_its_job_alone()
   local function task(_, item)
      if item == 3 then
         os.execute("kill -KILL $PPID")
      end
      return item
   end
   local row, result, jobs = support.run("processes", { items = numbers(9), task = task })
   lu.assertEquals(row.jobs, { submitted = 9, done = 8, failed = 0, lost = 1, recorded = 9 })
   lu.assertStrContains(row.reason, "killed by signal 9")
   lu.assertEquals(support.job_lines(result, jobs)[3].status, "lost")
end

os.exit(lu.LuaUnit.run(), true)
