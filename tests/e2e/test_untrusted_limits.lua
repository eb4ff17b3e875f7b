--- What a confined run may use up, and how it is ended: each limit is reached, says which one it was in one
-- line, and what was started is gone. With lower limits than the usual ones.
local lu = require "luaunit"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_untrusted.lua")

local run, words_of = support.run, support.words_of
local KILLED, INTERRUPTED, MIB = 128 + 9, 130, 1 << 20

TestLimits = { setUp = support.begin, tearDown = support.tidy }

local function assert_ended(self, attempt, limits, why)
   local ran = run(words_of(self, attempt, limits))
   lu.assertEquals(ran.code, KILLED, ran.stdout)
   lu.assertStrContains(ran.stderr:sub(-200), "bakeoff: the confined run was ended: " .. why)
   local _, times = ran.stderr:gsub("was ended", "")
   lu.assertEquals(times, 1)
   return ran
end

-- --- disk, output -----------------------------------------------------------------------------------

function TestLimits:test_a_run_that_fills_the_disk_is_ended()
   assert_ended(self, { "disk_flood", self.out }, { "disk=50000000" },
      "the disk of its folder lost more space")
end

function TestLimits:test_a_run_that_makes_too_many_files_is_ended()
   local pipe <close> = io.popen("stat -f -c %d " .. support.quoted(self.out))
   lu.skipIf(pipe:read "l" == "0", "this file system doesn't count files")
   assert_ended(self, { "file_flood", self.out, "5000" }, { "files=2000" },
      "the disk of its folder got more files")
end

function TestLimits:test_a_run_that_prints_without_end_is_ended()
   local ran = assert_ended(self, { "output_flood", tostring(50 * MIB) }, { "output=1000000" },
      "it printed more than a run may print")
   lu.assertTrue(#ran.stderr < 2 * MIB, #ran.stderr)
end

-- --- memory -----------------------------------------------------------------------------------------

local function available_bytes()
   local file <close> = assert(io.open "/proc/meminfo")
   return file:read "a":match "MemAvailable:%s+(%d+)" * 1024
end

-- Shared memory is in no process's limit.
function TestLimits:test_a_run_that_takes_the_machines_memory_is_ended()
   local spare = available_bytes() - 400 * MIB
   lu.skipIf(spare <= 0, "hardly any memory here")
   assert_ended(self, { "shared_flood", tostring(4000 * MIB) }, { "spare=" .. spare },
      "the machine's memory was running out")
end

local ENDLESS = "local all = {} while true do all[#all + 1] = ('x'):rep(10000000) .. #all end"

function TestLimits:test_a_script_that_allocates_without_end_says_so_in_one_line()
   local ran = support.run_limited(self, ENDLESS, { "memory=200000000" })
   lu.assertEquals(ran.code, 2, ran.stderr)
   lu.assertStrMatches(ran.stderr, "bakeoff run: not enough memory\n")
end

function TestLimits:test_a_job_that_allocates_without_end_fails_alone()
   local ran = support.run_limited(self, [[
      local bake = require "bakeoff"
      local function task(_, item)
         if item == 2 then ]] .. ENDLESS .. [[ end
      end
      local results = bake.experiment { name = "much", items = { 1, 2, 3 }, task = task,
         contenders = { "sequential", "threads", "processes" }, workers = { 2 }, repeats = 1 }:run()
      print "it lives"]], { "memory=200000000" })
   lu.assertStrContains(ran.stdout, "it lives", ran.stderr)
   local rows = support.trials(self.out .. "/much")
   lu.assertEquals(#rows, 3)
   for _, row in ipairs(rows) do
      local jobs = row.jobs
      lu.assertEquals(jobs.submitted, 3, row.contender)
      lu.assertEquals({ jobs.done, jobs.failed, jobs.lost }, { 2, 1, 0 }, row.contender)
      lu.assertStrContains(row.failures[1].example, "memory", false, false, row.contender)
   end
end

-- --- processes --------------------------------------------------------------------------------------

-- Processes whose command line has this text.
local function count_processes(text)
   local count = 0
   for _, name in ipairs(core.list "/proc") do
      local file <close> = name:match "^%d+$" and io.open("/proc/" .. name .. "/cmdline", "rb")
      if file and (file:read "a" or ""):find(text, 1, true) then
         count = count + 1
      end
   end
   return count
end

function TestLimits:test_what_a_run_leaves_behind_ends_with_it()
   local began = core.now()
   local ran = run(words_of(self, { "stay", self.folder }))
   lu.assertEquals(ran.stdout, "stay: refused: No child processes\n")
   lu.assertTrue(core.now() - began < 60)
   lu.assertEquals(count_processes(self.folder), 0)
end

-- Waits until a run in the background has printed this.
local function wait_for_output(self, what)
   support.wait_for(what, function()
      local file <close> = io.open(self.folder .. "/out.txt")
      return file and file:read "a":find(what, 1, true)
   end)
end

-- Starts a program that ignores all signals. → the run in the background, once it ignores them
local function start_deaf(self, limits)
   local ran = support.start(words_of(self, { "ignore_everything" }, limits), self.folder)
   wait_for_output(self, "ready")
   return ran
end

local function assert_gone(self, ran, why)
   local ended = ran:finish()
   lu.assertEquals(ended.code, INTERRUPTED, ended.stderr)
   lu.assertEquals(ended.stderr, "bakeoff: the confined run was ended: " .. why .. "\n")
   lu.assertEquals(count_processes(self.folder), 0)
end

function TestLimits:test_a_second_ctrl_c_ends_what_ignores_the_first()
   local ran = start_deaf(self)
   ran:kill "INT"
   core.pause(0.5)
   lu.assertTrue(count_processes(self.folder) > 0)
   ran:kill "INT"
   assert_gone(self, ran, "it was asked twice to stop")
end

function TestLimits:test_a_run_that_does_not_stop_is_ended_after_a_while()
   local ran = start_deaf(self, { "patience=1" })
   ran:kill "TERM"
   assert_gone(self, ran, "it did not stop when it was asked to")
end

-- A supervisor signals the bench alone; the terminal's Ctrl-C reaches the whole group.
function TestLimits:test_an_interrupt_sent_to_the_bench_alone_ends_the_run()
   local script = self.folder .. "/slow.lua"
   files.write(script, [[
      io.write("ready\n") io.flush()
      require("bakeoff").experiment { name = "slow", items = { 1, 2 }, contenders = { "threads" },
         workers = { 1 }, task = function(ctx) ctx:sleep "100s" end, repeats = 2 }:run()]])
   local ran = support.start({ "bakeoff", "run", "--untrusted", script, "--out", self.folder .. "/kept" },
      self.folder)
   wait_for_output(self, "ready")
   core.pause(0.5)
   ran:kill "INT"
   local ended = ran:finish()
   lu.assertEquals(ended.code, INTERRUPTED, ended.stderr)
   lu.assertNotStrContains(ended.stderr, "attempt to")
   lu.assertEquals(count_processes(script), 0)
end

-- --- the relay --------------------------------------------------------------------------------------

local function with_host(self, attempt, connections, check)
   local site <close> = bake.server {}
   local port = math.tointeger(tonumber(site:url("/"):match ":(%d+)"))
   local words = words_of(self, { attempt[1], "127.0.0.1", tostring(port), attempt[2] },
      { "connections=" .. connections }, { allow_host = { { name = "127.0.0.1", ports = { port } } } })
   check(words)
end

function TestLimits:test_the_relays_place_can_not_be_taken()
   with_host(self, { "take_address" }, 10, function(words)
      lu.assertEquals(run(words).stdout, "take_address: refused: Address already in use\n")
   end)
end

-- The keeper's threads and descriptors are in no limit of the run's processes.
function TestLimits:test_the_relay_serves_so_many_connections_and_no_more()
   with_host(self, { "connect_often", "200" }, 10, function(words)
      local ran, most = support.start(words, self.folder), 0
      wait_for_output(self, "connections")
      for _ = 1, 20 do
         most = math.max(most, #(core.list("/proc/" .. ran.pid .. "/task") or {}))
         core.pause(0.05)
      end
      lu.assertStrContains(ran:finish().stdout, "200 connections\nconnect_often: refused")
      lu.assertTrue(most > 10 and most <= 2 * 10 + 2, most)
   end)
end

os.exit(lu.LuaUnit.run(), true)
