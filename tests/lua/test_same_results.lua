--- same_results: what jobs return has the same digest under every contender, in whatever order jobs end and
-- wherever they run; and other results have another digest.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

local folder, site

local function set_up() folder, site = support.open { body = "tickets", latency = "1ms", jitter = "1ms" } end

local function tear_down() support.close(folder, site) end

local COUNT = 12

TestDigests = { setUp = set_up, tearDown = tear_down }

-- → the digest, the same for all contenders of the experiment
local function digest_of(fields)
   local first
   fields.same_results = true
   support.each(fields, function(name, row)
      support.assert_done(name, row, #(fields.items or fields.urls))
      first = first or row.results
      lu.assertEquals(row.results, first, name)
   end)
   lu.assertEquals(first.jobs, #(fields.items or fields.urls))
   return first.digest, first.known
end

local function urls() return site:urls("/tickets?day=%d", COUNT) end

function TestDigests.test_urls()
   local function body(response) return { response.status, response.body } end
   local whole = digest_of { urls = urls(), process = body }
   lu.assertEquals(digest_of { urls = urls(), process = body }, whole)
   local function length(response) return #response.body end
   lu.assertNotEquals(digest_of { urls = urls(), process = length }, whole)
end

function TestDigests.test_tasks()
   local function task(_, item)
      return { number = item, half = item / 2, text = ("x"):rep(item), [3] = true }
   end
   local found = digest_of { items = support.numbers(COUNT), task = task }
   lu.assertNotEquals(digest_of { items = support.numbers(COUNT - 1), task = task }, found)
end

local function task_digest(task) return digest_of { items = { 1, 2 }, task = task } end

-- Each of these returns something else than all others.
function TestDigests.test_different_values_have_different_digests()
   local values = {
      function() return nil end, function() return false end, function() return true end,
      function() return 0 end, function() return 1 end, function() return -1 end,
      function() return 0.5 end, function() return 0 / 0 end, function() return math.huge end,
      function() return "" end, function() return "0" end, function() return "12345678" end,
      function() return "12345678\0" end, function() return {} end, function() return { {} } end,
      function() return { 1, 2 } end, function() return { 2, 1 } end, function() return { a = "b" } end,
      function() return { b = "a" } end, function(_, item) return item end,
      function(_, item) return 3 - item end,
   }
   local seen = {}
   for i, value in ipairs(values) do
      local digest = task_digest(value)
      lu.assertNil(seen[digest], ("values %s and %d"):format(seen[digest], i))
      seen[digest] = i
   end
end

function TestDigests.test_equal_values_have_equal_digests()
   lu.assertEquals(task_digest(function() return 1.0 end), task_digest(function() return 1 end))
   lu.assertEquals(task_digest(function() return -0.0 end), task_digest(function() return 0 end))
   lu.assertEquals(task_digest(function() return 0 / 0 end), task_digest(function() return -(0 / 0) end))
   lu.assertEquals(task_digest(function() return { a = 1, b = 2, c = 3 } end),
      task_digest(function()
         local t = { c = 3 }
         t.b, t.x, t.a = 2, 1, 1
         t.x = nil
         return t
      end))
end

function TestDigests.test_only_results_that_are_there_are_known()
   lu.assertEquals({ select(2, task_digest(function(_, item) return item == 1 and 7 or nil end)) }, { 1 })
   lu.assertEquals({ select(2, task_digest(function() end)) }, { 0 })
end

local function assert_refused(fields, why)
   fields.same_results = true
   support.each(fields, function(name, row)
      lu.assertEquals({ row.jobs.done, row.jobs.failed }, { 0, 1 }, name)
      lu.assertEquals(row.errors, { task = 1 }, name)
      lu.assertNil(row.results, name)
      lu.assertStrContains(row.reason, why .. ", which same_results can't compare", false, false, name)
   end)
end

function TestDigests.test_what_cannot_be_compared_fails_its_job()
   local function own() local t = {} t.t = t return t end
   assert_refused({ items = { 1 }, task = own }, "result of task: holds itself or is nested too deeply")
   assert_refused({ items = { 1 }, task = function() return { io.stdout } end },
      "result of task: holds a userdata")
   assert_refused({ urls = site:urls("/%d", 1), process = function() return print end },
      "result of process: holds a function")
end

function TestDigests.test_without_the_field_nothing_is_recorded()
   support.each({ items = { 1 }, task = function() return 1 end }, function(name, row)
      lu.assertNil(row.results, name)
   end)
end

os.exit(lu.LuaUnit.run(), true)
