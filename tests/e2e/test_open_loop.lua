--- Coordinated omission through the real command: a stall of the server shows in the open loop's percentiles
-- and hardly in the closed loop's. What the report says about open loops, and what is refused.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

local function script(fields, server)
   support.script(folder, "workers = 4, warmup = 0, " .. fields, { server = server, count = 600 })
end

-- label → its rows
local function rows()
   local found = {}
   for _, row in ipairs(support.trials(folder .. "/out/test")) do
      found[row.label] = found[row.label] or {}
      table.insert(found[row.label], row)
   end
   return found
end

local function median_p99(list)
   local values = {}
   for i, row in ipairs(list) do
      values[i] = row.latency_s.p99
   end
   table.sort(values)
   return values[(#values + 1) // 2]
end

-- The server's own record: it stalled once in the trial, for as long as asked, and whoever waited that long
-- waited then.
local function assert_stalled(row)
   local from, to = row.server.stall_start_s, row.server.stall_end_s
   lu.assertTrue(to - from >= 0.199 and to - from < 0.4, ("%g s"):format(to - from))
   lu.assertTrue(from > row.phases.work_start_s and to < row.phases.work_end_s, row.label)
end

local function assert_within_stalls(list)
   local all, waited = rows(), 0
   for _, job in ipairs(list) do
      local server = all[job.label][tonumber(job["repeat"])].server
      if tonumber(job.ended_s) - tonumber(job.started_s) > 0.15 then
         local is_within = tonumber(job.started_s) < server.stall_end_s
            and tonumber(job.ended_s) > server.stall_end_s - 0.002
         waited = waited + (is_within and 1 or 0) -- others are slow where a machine is busy
      end
   end
   lu.assertTrue(waited >= 12, waited .. " jobs waited")
end

TestOpenLoop = { setUp = function() folder = support.folder() end,
   tearDown = function() support.remove(folder) end }

function TestOpenLoop.test_a_stall_shows_in_the_open_loop_and_not_in_the_closed_one()
   script([[repeats = 3, contenders = { "eventloop", { "eventloop", rate = "600/s" },
      "threads", { "threads", rate = "600/s" } }]], 'latency = "1ms", stall = "200ms", stall_after = 150')
   local result = bakeoff("test.lua")
   support.assert_code(0, result)
   local found = rows()
   for _, name in ipairs { "eventloop", "threads" } do
      local closed, open = found[name], found[name .. " at 600/s"]
      lu.assertEquals({ #closed, #open }, { 3, 3 })
      lu.assertTrue(median_p99(open) > 5 * median_p99(closed), ("%s: p99 is %.1f ms open, %.1f ms closed")
         :format(name, median_p99(open) * 1e3, median_p99(closed) * 1e3))
      for i = 1, 3 do -- both had the same stall, which shows in the slowest job of each
         lu.assertTrue(closed[i].latency_s.max > 0.15 and open[i].latency_s.max > 0.15, name)
         lu.assertEquals(open[i].jobs.dropped, 0)
         assert_stalled(closed[i])
         assert_stalled(open[i])
      end
   end
   assert_within_stalls(support.csv(folder .. "/out/test/jobs.csv"))
   lu.assertStrContains(support.slurp(folder .. "/out/test/charts/timeline.svg"), "server stalls 20")
   local report = support.slurp(folder .. "/out/test/report.md")
   lu.assertStrContains(report, "a schedule says when each job is due, and latencies count from then")
   lu.assertStrContains(report, "charts/latency.svg")
   lu.assertNotStrContains(result.stdout, "Fewer jobs in flight")
end

function TestOpenLoop.test_a_rate_that_cannot_be_held_is_said()
   script('contenders = { "sequential" }, repeats = 1, max_queue = 20', 'latency = "2ms"')
   local result = bakeoff("test.lua", "--rate", "3000/s", "--notes")
   support.assert_code(0, result)
   local row = rows().sequential[1]
   lu.assertEquals({ row.status, row.rate_per_s }, { "ok", 3000 })
   lu.assertTrue(row.jobs.dropped > 100)
   lu.assertEquals(row.jobs.done + row.jobs.dropped, 600)
   lu.assertStrContains(result.stdout, "warning: The requested rate was not held: sequential with 1 worker, ")
   lu.assertStrContains(result.stdout, "Jobs were dropped, never started: sequential with 1 worker, ")
   lu.assertEquals(support.manifest(folder .. "/out/test").cells[1].options.max_queue, 20)
end

function TestOpenLoop.test_what_makes_no_sense_is_refused()
   local cases = {
      { 'rate = "fast"', "rate: 'fast' is not a quantity" },
      { "rate = 0", "rate: '0' is not accepted" },
      { 'rate = "5/s", arrivals = "uniform"', "arrivals: 'uniform' is not accepted" },
      { 'rate = "5/s", max_queue = 0', "max_queue: '0' is not accepted" },
      { 'arrivals = "poisson"', "arrivals: only an open loop has it" },
      { 'contenders = { { "threads", rate = -1 } }', "contenders[1]: rate: '-1' is not a" },
      { 'contenders = { { "threads", max_queue = 5 } }', "contenders[1]: max_queue: only an open" },
      { 'rate = "1/s"', "rate: 600 jobs at 1/s take 599 s, but a trial may take only 300 s" },
      { 'contenders = { { "command", argv = { "true" }, rate = 5 } }', "a command starts its jobs itself" },
      { 'rate = 500, contenders = { "threads", { "command", argv = { "true", "{urls}" } } }',
         "rate: contenders[2] is a command" },
   }
   for _, case in ipairs(cases) do
      script(case[1])
      support.assert_refused(bakeoff("test.lua"), "bakeoff run", case[2], folder)
   end
   script('contenders = { "threads" }')
   local result = bakeoff("test.lua", "--rate", "0")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "'0' is not accepted; write a rate above zero, such as 500/s")
end

os.exit(lu.LuaUnit.run(), true)
