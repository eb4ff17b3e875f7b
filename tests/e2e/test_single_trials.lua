--- The inside of single trials, through the real command: records, charts and traces agree.
local lu = require "luaunit"
local source = os.getenv("BAKEOFF_SOURCE")
local support = dofile(source .. "/tests/e2e/support_run.lua")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local checker = require "support_trace"
local core = require "bakeoff.core"

local CONTENDERS = 'contenders = { "threads", "processes", "eventloop", { "hybrid", offload = "processes" } }'
local PROCESS = [[process = function(response)
   local ends = os.clock() + 0.004
   repeat until os.clock() > ends
   return #response.body
end]]

local shared

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = shared }) end

TestRun = {}

-- All tests of this class share one run and only read it.
function TestRun.setUp()
   if not shared then
      shared = support.folder()
      support.script(shared, CONTENDERS .. ", workers = { 4 }, repeats = 2, " .. PROCESS, { count = 24,
         server = 'latency = "10ms"' })
      support.assert_code(0, bakeoff("run", "test.lua"))
   end
end

local function path() return shared .. "/out/test" end

function TestRun.test_the_charts_of_single_trials_are_drawn_without_being_asked_for()
   for _, chart in ipairs { "timeline", "inflight", "cpu" } do
      lu.assertEquals(core.file_kind(("%s/charts/%s.svg"):format(path(), chart)), "file", chart)
      lu.assertStrContains(support.slurp(path() .. "/report.md"), chart)
   end
end

function TestRun.test_cpu_time_over_time_never_falls_and_ends_near_the_kernels_sum()
   local last = {}
   for _, sample in ipairs(support.csv(path() .. "/memory.csv")) do
      local key = sample.label .. sample["repeat"]
      lu.assertTrue(tonumber(sample.cpu_s) >= (last[key] or 0), key)
      last[key] = tonumber(sample.cpu_s)
   end
   for _, row in ipairs(support.trials(path())) do
      local total = row.cpu.user_s + row.cpu.system_s
      local seen = last[("%s%d"):format(row.label, row["repeat"])]
      lu.assertTrue(seen <= total + 0.02 and seen >= 0.7 * total,
         ("%s: %g of %g"):format(row.label, seen, total))
   end
end

function TestRun.test_only_the_hybrid_needs_spans_and_has_one_of_each_kind_per_job()
   local kinds = {}
   for _, span in ipairs(support.csv(path() .. "/spans.csv")) do
      lu.assertEquals(span.label, "hybrid")
      kinds[span.kind] = (kinds[span.kind] or 0) + 1
   end
   lu.assertEquals(kinds, { fetch = 48, offload = 48, run = 48 })
end

function TestRun.test_the_loop_that_computes_lags_more_than_the_one_that_offloads()
   local lag = {}
   for _, row in ipairs(support.trials(path())) do
      lag[row.label] = math.max(lag[row.label] or -1, row.loop_lag_s and row.loop_lag_s.p50 or -1)
   end
   lu.assertEquals({ lag.threads, lag.processes }, { -1, -1 })
   lu.assertTrue(lag.eventloop > lag.hybrid, lag.eventloop .. " " .. lag.hybrid)
end

function TestRun.test_a_trace_keeps_the_formats_rules_and_has_every_job()
   support.assert_code(0, bakeoff("plot", "out/test", "--trace", "trace.json"))
   local problems, trace = checker.check(support.slurp(shared .. "/trace.json"))
   lu.assertEquals(problems, {})
   lu.assertEquals(#checker.events(trace, "X", "^job %d+$"), 4 * 24)
   lu.assertEquals(#checker.events(trace, "X", "^run %d+$"), 24)
   lu.assertTrue(#checker.events(trace, "C", "^cores$") > 4)
   for _, event in ipairs(checker.events(trace, "M", "^process_name$")) do
      lu.assertStrMatches(event.args.name, "[%a ]+, 4 %a+, repeat %d")
   end
end

function TestRun.test_a_window_and_a_repeat_are_checked()
   local result = bakeoff("plot", "out/test", "--trace", "x.json", "--repeat", "7")
   lu.assertEquals(result.code, 2)
   lu.assertStrMatches(result.stderr, "bakeoff plot: [^\n]*of repeat 7[^\n]*\n")
   result = bakeoff("plot", "out/test", "--only", "timeline", "--window", "5ms-1ms")
   lu.assertEquals({ result.code, result.stderr }, { 2,
      "bakeoff plot: --window: '5ms-1ms' ends before it begins; write for example --window 0s-500ms\n" })
   lu.assertNil(core.file_kind(shared .. "/x.json"))
end

TestResume = {}

function TestResume.test_spans_of_trials_without_a_row_are_dropped()
   local folder = support.folder()
   support.script(folder, 'contenders = { { "hybrid" } }, workers = { 2 }, repeats = 2, ' .. PROCESS)
   local function run(...)
      support.assert_code(0, support.run({ "bakeoff", "run", "test.lua", ... }, { folder = folder }))
   end
   run()
   local out = folder .. "/out/test"
   local rows = support.slurp(out .. "/trials.jsonl")
   support.write(out .. "/trials.jsonl", rows:match("^[^\n]*\n")) -- as if it had ended after the first trial
   run("--resume")
   lu.assertEquals(#support.csv(out .. "/spans.csv"), 2 * 6 * 3)
   support.remove(folder)
end

local code = lu.LuaUnit.run()
support.remove(shared)
os.exit(code, true)
