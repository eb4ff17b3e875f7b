--- Interrupts runs at seeded moments, by every signal that ends a command, and resumes them: no process is
-- left, no file is half written, each trial is there once. A few interruptions here; tests/kills runs all.
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local random = require "bakeoff.base.random"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local INTERRUPTIONS = os.getenv "BAKEOFF_WHOLE" and 67 or 8
local SIGNALS = { "INT", "TERM", "HUP", "KILL" }
local MOST_TIMES = 3 -- a resumed run is interrupted, too
local LONGEST_WAIT_MS = 400

local SCRIPT = [[
local bake = require "bakeoff"
local site <close> = bake.server { latency = "2ms" }
bake.experiment { name = "test", urls = site:urls("/tickets?day=%d", 12), workers = { 3 }, repeats = 3,
   warmup = 1, save = "saved", process = function(response) return #response.body end,
   contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" },
}:run():report { charts = false }
]]
local TRIALS = 15

local folder

local function run_path() return folder .. "/out/test" end

local function start(...) return support.start({ "bakeoff", "run", "test.lua", ... }, folder) end

local function kept()
   return core.file_kind(run_path() .. "/trials.jsonl") and #support.trials(run_path()) or 0
end

local function assert_nobody_left(run, what)
   support.wait_for("the end of all: " .. what, function() return #run:members() == 0 end)
end

-- Half saved files may remain after SIGKILL; --resume removes them.
local function assert_whole_files(signal, what)
   for _, name in ipairs { "manifest.json", "summary.json" } do
      local path = run_path() .. "/" .. name
      if core.file_kind(path) then
         lu.assertTrue(pcall(json.decode, support.slurp(path)), what .. ": " .. name)
      end
   end
   for _, name in ipairs(signal ~= "KILL" and core.list(folder .. "/saved") or {}) do
      lu.assertNil(name:match "~$", what .. ": " .. name)
   end
end

-- Waits for a moment: a while, or some rows and a while.
local function wait(draw, run)
   if draw:below(2) == 1 then
      local rows = kept() + draw:below(5)
      support.wait_for("rows", function() return kept() >= rows or #run:members() == 0 end)
   end
   os.execute(("sleep %.3f"):format(draw:below(LONGEST_WAIT_MS) / 1000))
end

local function interrupt(draw, number, ...)
   local signal = SIGNALS[draw:below(#SIGNALS)]
   local run, what = start(...), ("interruption %d by %s"):format(number, signal)
   wait(draw, run)
   local before = kept()
   os.execute(("kill -%s %s 2>&-"):format(signal, run.pid))
   local ended = run:finish()
   lu.assertTrue(ended.code == 0 or ended.code == 130 or ended.signal ~= nil,
      ("%s: exit code %s: %s"):format(what, ended.code, ended.stderr))
   assert_nobody_left(run, what)
   assert_whole_files(signal, what)
   lu.assertTrue(kept() >= before, what .. ": rows are gone")
   return signal
end

local function assert_each_once(what)
   local seen, count = {}, 0
   for _, row in ipairs(support.trials(run_path())) do
      local key = ("%s, %d"):format(row.label, row["repeat"])
      lu.assertNil(seen[key], what .. ": twice: " .. key)
      lu.assertEquals(row.status, "ok", what .. ": " .. key)
      seen[key], count = true, count + 1
   end
   lu.assertEquals(count, TRIALS, what)
   lu.assertEquals(#support.csv(run_path() .. "/jobs.csv"), TRIALS * 12, what)
   local pipe <close> = io.popen(("find '%s' -name '*~' -o -name '*~1'"):format(folder))
   lu.assertEquals(pipe:read "a", "", what)
end

TestInterruptions = {}

function TestInterruptions.test_a_run_goes_on_wherever_it_was_interrupted()
   local draw, done, run = random.new(1), 0, 0
   while done < INTERRUPTIONS do
      run, folder = run + 1, support.folder()
      support.write(folder .. "/test.lua", SCRIPT)
      local signals = {}
      for time = 1, math.min(draw:below(MOST_TIMES), INTERRUPTIONS - done) do
         signals[time] = interrupt(draw, done + 1, table.unpack(time > 1 and { "--resume" } or {}))
         done = done + 1
      end
      local rows = kept()
      local last = support.run({ "bakeoff", "run", "test.lua", "--resume" }, { folder = folder })
      local what = ("run %d, %s"):format(run, table.concat(signals, " "))
      lu.assertEquals(last.code, 0, what .. ": " .. last.stderr)
      assert_each_once(what)
      print(("run %2d: %-14s %2d of %d trials kept, the rest resumed"):format(run, table.concat(signals, " "),
         rows, TRIALS))
      support.remove(folder)
   end
end

os.exit(lu.LuaUnit.run(), true)
