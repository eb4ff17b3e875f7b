--- The experiments in scripts/: each runs with small options, succeeds, and draws the chart that makes its
-- point. Figures are not checked, because the machine may be busy.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local folder

local function run(script, ...)
   local path = ("%s/scripts/%s.lua"):format(os.getenv("BAKEOFF_SOURCE"), script)
   local result = support.run({ "bakeoff", "run", path, "--out", folder, ... }, { folder = folder })
   lu.assertEquals(result.code, 0, script .. ": " .. result.stderr .. result.stdout)
   return result.stdout
end

local function assert_drawn(...)
   for _, name in ipairs { ... } do
      for _, extension in ipairs { "dat", "gp", "svg", "png" } do
         local path = ("%s/%s.%s"):format(folder, name, extension)
         lu.assertEquals(core.file_kind(path), "file", path)
      end
   end
end

-- label → number of an experiment's trials, all of which must be good
local function trials_of(name)
   local counts = {}
   for line in io.lines(("%s/%s/trials.jsonl"):format(folder, name)) do
      local trial = json.decode(line)
      lu.assertEquals(trial.status, "ok", line)
      counts[trial.label] = (counts[trial.label] or 0) + 1
   end
   return counts
end

TestScripts = {}

function TestScripts.setUp() folder = support.folder() end

function TestScripts.tearDown() support.remove(folder) end

function TestScripts.test_open_loop()
   run("open_loop", "--jobs", "400", "--at", "400/s", "--stall", "100ms", "--repeats", "2", "--warmup", "0")
   assert_drawn "open_loop/charts/latency"
   lu.assertEquals(trials_of "open_loop", { threads = 2, ["threads at 400/s"] = 2, eventloop = 2,
      ["eventloop at 400/s"] = 2 })
end

function TestScripts.test_retries()
   local said = run("retries", "--pages", "40", "--latency", "1ms", "--stalls", "10%", "--limit", "300ms",
      "--backoff", "1ms", "--repeats", "1", "--warmup", "0")
   assert_drawn "retries/charts/groups"
   local all = { threads = 1, processes = 1, eventloop = 1, coroutines = 1 }
   lu.assertEquals({ trials_of "retries_no_stalls", trials_of "retries_stalls" }, { all, all })
   for _, name in ipairs { "threads", "processes", "eventloop", "coroutines" } do
      local count = said:match("\n" .. name .. ", 16 workers: [^\n]* with stalls and ([%d.]+) retries")
      lu.assertTrue(tonumber(count) > 0, said)
   end
end

function TestScripts.test_cpu_gil()
   local said = run("cpu_gil", "--jobs", "8", "--n", "3000000", "--repeats", "2", "--warmup", "0")
   assert_drawn("cpu_gil/charts/speed", "cpu_gil/charts/workers")
   lu.assertEquals(trials_of "cpu_gil", { sequential = 2, threads = 2, ["threads (one interpreter)"] = 2,
      processes = 2, coroutines = 2 })
   lu.assertStrContains(said, "of a core for each of 4 threads with one interpreter lock")
   lu.assertNil(core.file_kind(folder .. "/cpu_gil_payload"))
end

function TestScripts.test_cpu_gil_with_a_payload_moves_it_both_ways()
   local said = run("cpu_gil", "--jobs", "4", "--n", "1000", "--payload", "64KiB", "--repeats", "1",
      "--warmup", "0", "--contenders", "sequential,processes")
   assert_drawn("cpu_gil_payloads/charts/groups")
   for line in io.lines(folder .. "/cpu_gil_payload/trials.jsonl") do
      local trial = json.decode(line)
      if trial.label == "processes" then
         lu.assertTrue(trial.ipc_bytes >= 2 * 4 * 65536, "moved " .. trial.ipc_bytes)
         lu.assertTrue(trial.ipc_bytes < 2 * 4 * 65536 + 8192, "moved " .. trial.ipc_bytes)
      end
   end
   lu.assertStrContains(said, "Data moved between processes:")
end

local function order_of(said, system)
   for line in said:gmatch("[^\n]+") do
      if line:sub(1, #system) == system then
         local orders = {}
         for column in line:sub(#system + 1):gsub("  +", "\n"):gmatch("[^\n]+") do
            orders[#orders + 1] = column
         end
         return orders[1], orders[2], orders[3]
      end
   end
end

-- The first of the four sums takes by far the longest, so it can't end first.
function TestScripts.test_completion_order()
   local said = run("completion_order", "--sizes", "60,1,1,1", "--unit", "3000000", "--fetches", "2",
      "--latency", "5ms")
   assert_drawn "completion_order/charts/order"
   for _, system in ipairs { "processes: start, join", "pool: apply_async, get", "executor: map" } do
      local submitted, completed, received = order_of(said, system)
      lu.assertEquals({ submitted, received }, { "1 2 3 4 5 6", "1 2 3 4 5 6" }, said)
      lu.assertNotEquals(completed:sub(1, 1), "1", system .. said)
   end
   local submitted, completed, received = order_of(said, "pool: apply  ")
   lu.assertEquals({ submitted, completed, received }, { "1 2 3 4 5 6", "1 2 3 4 5 6", "1 2 3 4 5 6" }, said)
   submitted, completed, received = order_of(said, "loop: as_completed")
   lu.assertEquals({ submitted, completed:sub(-1) }, { "1 2 3 4 5 6", "1" }, said)
   lu.assertEquals(received:sub(-1), "1", said)
   lu.assertStrContains(said, "Only “loop: as_completed” gives results as they complete")
   local kept = json.decode(support.slurp(folder .. "/completion_order/order.json"))
   lu.assertEquals(#kept.systems, 5)
end

function TestScripts.test_hybrid()
   run("hybrid", "--pages", "6", "--latency", "2ms", "--rounds", "200", "--repeats", "1", "--warmup", "0")
   assert_drawn "hybrid/charts/speed"
   local count = 0
   for _ in pairs(trials_of "hybrid") do
      count = count + 1
   end
   lu.assertEquals(count, 8)
end

function TestScripts.test_files()
   for _, work in ipairs { "parse", "hash" } do
      run("files", "--files", "6", "--size", "2KiB", "--work", work, "--repeats", "1", "--warmup", "0")
      assert_drawn "files/charts/speed"
      lu.assertEquals(trials_of "files", { sequential = 1, threads = 1, ["threads (one interpreter)"] = 1,
         processes = 1, coroutines = 1, ["hybrid (threads)"] = 1 })
      lu.assertNil(core.file_kind(folder .. "/files-data"))
   end
end

function TestScripts.test_sessions()
   local said = run("sessions", "--requests", "12", "--latency", "1ms", "--caps", "2,0", "--workers", "6",
      "--repeats", "1", "--warmup", "0")
   assert_drawn "sessions/charts/groups"
   for _, name in ipairs { "sessions_cap_2", "sessions_no_cap" } do
      lu.assertEquals(trials_of(name)["event loop (a session each)"], 1)
   end
   lu.assertStrContains(said, "no cap, threads: a session per request compared with a shared one: time × ")
end

function TestScripts.test_options_that_cannot_be_meant_are_refused_in_one_line()
   for expected, words in pairs {
      ["--caps: 'x' is not a number of connections"] = { "sessions", "--caps", "5,x" },
      ["--work: 'guess' is neither parse nor hash"] = { "files", "--work", "guess" },
      ["--sizes: write whole numbers"] = { "completion_order", "--sizes", "1,b" },
      ["--payload: 'big'"] = { "cpu_gil", "--payload", "big", "--repeats", "1", "--jobs", "1", "--n", "1" },
   } do
      local path = ("%s/scripts/%s.lua"):format(os.getenv("BAKEOFF_SOURCE"), words[1])
      local result = support.run({ "bakeoff", "run", path, "--out", folder, table.unpack(words, 2) },
         { folder = folder })
      lu.assertEquals(result.code, 2, result.stderr)
      lu.assertStrContains(result.stderr, expected)
   end
end

os.exit(lu.LuaUnit.run(), true)
