--- Which HTTP statuses count as success: of an experiment, of a single request; ranges of them.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local loops = require "bakeoff.async.loop"
local records = require "bakeoff.experiment.records"
local request = require "bakeoff.net.request"
local server = require "bakeoff.net.server"
local spec = require "bakeoff.experiment.spec"
local statuses = require "bakeoff.net.statuses"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

TestExpect = {}

-- What a task fetches fails it only if it passes the failure on.
local function task(ctx, url) return assert(ctx:fetch(url)).status end

local function urls_of(site)
   local list = { server = site }
   for index, status in ipairs { 200, 204, 404, 410, 500, 503 } do
      list[index] = site:url("/status/" .. status)
   end
   return list
end

local CASES = {
   { nil, { http = 4 }, { 404, 410, 500, 503 } },
   { { 404 }, { http = 5 }, { 200, 204, 410, 500, 503 } },
   { { "2xx", 404 }, { http = 3 }, { 410, 500, 503 } },
   { { "200-503" }, nil, {} },
   { "4xx", { http = 4 }, { 200, 204, 500, 503 } },
}

local function failed_statuses(row)
   local list = {}
   for index, one in ipairs(row.failures or {}) do
      list[index] = one.status
   end
   table.sort(list)
   return list
end

function TestExpect.test_all_contenders_count_the_same_as_success()
   local site <close> = server.start()
   for number, case in ipairs(CASES) do
      for _, forms in ipairs { { support.CONTENDERS, { urls = urls_of(site) } },
         { support.TASK_CONTENDERS, { items = urls_of(site), task = task } } } do
         for _, name in ipairs(forms[1]) do
            local given = { expect = case[1] }
            for field, value in pairs(forms[2]) do
               given[field] = value
            end
            local row = support.run(name, given)
            name = ("%d: %s%s"):format(number, name, given.task and " (task)" or "")
            lu.assertEquals(row.errors, case[2], name)
            lu.assertEquals(failed_statuses(row), case[3], name)
         end
      end
   end
end

function TestExpect.test_a_single_request_may_have_its_own()
   local site <close> = server.start()
   local url = site:url "/status/404"
   lu.assertEquals(request.fetch({ url = url, expect = "4xx" }).status, 404)
   lu.assertEquals(select(2, request.fetch { url = site:url "/", expect = { 404, "5xx" } }),
      "HTTP status 200, which is not expected")
   local loop <close> = loops.new { expect = 404 }
   lu.assertEquals({ loop:run(function()
      local usual = loop:fetch(url).status
      local _, message = loop:fetch { url = url, expect = "2xx" }
      return usual, message
   end) }, { 404, "HTTP status 404" })
end

function TestExpect.test_a_fetch_of_a_task_overrides_the_experiments()
   local site <close> = server.start()
   local function other(ctx, url)
      return assert(ctx:fetch { url = url, expect = { 500, "503-504" } }).status
   end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      local row = support.run(name, { items = urls_of(site), task = other, expect = "4xx" })
      lu.assertEquals(failed_statuses(row), { 200, 204, 404, 410 }, name)
   end
end

TestStatuses = {}

function TestStatuses.test_one_way_to_write_each()
   for _, case in ipairs {
      { 404, { 404 } }, { { 404, 200, 404 }, { 200, 404 } }, { "2XX", { "2xx" } },
      { { "200-299" }, { "2xx" } }, { { "200 - 204", 204 }, { "200-204" } }, { { "404-404" }, { 404 } },
      { { "200-250", "220-260", 300.0 }, { "200-260", 300 } }, { { 200, 201 }, { 200, 201 } },
   } do
      lu.assertEquals(statuses.check(case[1], "expect"), case[2])
   end
   lu.assertEquals(statuses.bounds { 200, "4xx", "500-503" }, { 200, 200, 400, 499, 500, 503 })
end

local function refusal(fn, ...)
   local ok, caught = pcall(fn, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertNotStrContains(tostring(caught), "\n")
   return tostring(caught)
end

function TestStatuses.test_bad_ones_are_one_line()
   for _, bad in ipairs { 99, 600, 200.5, "200", "6xx", "0xx", "2x", "204-200", "100-600", true,
      "2xx,404" } do
      lu.assertStrContains(refusal(statuses.check, { 200, bad }, "expect"), ("expect[2]: '%s' is not an "
         .. "HTTP status; write a whole number from 100 to 599, or a range such as"):format(bad))
   end
   local many = {}
   for status = 200, 216 do
      many[#many + 1] = status
   end
   for _, bad in ipairs { {}, many } do
      lu.assertStrContains(refusal(statuses.check, bad, "fetch.expect"),
         "fetch.expect: expected 1 to 16 HTTP statuses")
   end
end

function TestStatuses.test_of_an_experiment()
   local function given(fields)
      local whole = { name = "x", urls = { "http://127.0.0.1:1/" }, contenders = { "threads" } }
      for field, value in pairs(fields) do
         whole[field] = value
      end
      return whole
   end
   local experiment = spec.check(given { expect = { "5xx", 200 } }, {})
   lu.assertEquals(experiment.expect, { 200, "5xx" })
   lu.assertEquals(records.conditions(experiment), "expected: 200, 5xx")
   lu.assertStrContains(refusal(spec.check, given { request = { expect = 200 } }, {}),
      "request.expect: an experiment has expect of its own; write it beside request")
end

os.exit(lu.LuaUnit.run(), true)
