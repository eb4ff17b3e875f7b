--- Kills workers with SIGKILL while they work, and owners before their workers, seen from outside.
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local random = require "bakeoff.base.random"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_run.lua")
local sanitizer = dofile(source .. "/tests/lua/support_cases.lua").sanitizer()

local TASKS = sanitizer and 3000 or 10000
local SEEDS = sanitizer and 5 or 20
local SPAWNED = { [4] = true, [9] = true, [14] = true, [19] = true }

local folder

local function exists(name) return core.file_kind(folder .. "/" .. name) == "file" end

-- Has the owner ended, or is it about to?
local function has_complained() return exists "err.txt" and support.slurp(folder .. "/err.txt") ~= "" end

local function start_of(seed)
   -- The thread sanitizer runs a thread of its own, so no process can fork.
   return (SPAWNED[seed] or sanitizer == "thread") and "spawn" or "fork"
end

local function is_over() return exists "collected" or has_complained() end

local function log_size()
   local file <close> = io.open(folder .. "/log", "rb")
   return file and file:seek("end") or 0
end

-- Kills a random child of `pid` every few milliseconds until the owner has collected all results. It waits
-- for a task to start between two kills, because a pool whose workers all die before they are ready rightly
-- gives up. → the set of killed pids
local function kill_workers(pid, generator)
   local killed, size = {}, 0
   while not is_over() do
      support.wait_for("a task to start", function() return log_size() > size or is_over() end)
      size = log_size()
      local children = core.tree(pid) or {}
      local victim = children[2] and children[1 + generator:below(#children - 1)]
      local pause = (3 + generator:below(sanitizer and 200 or 22)) / 1000
      if victim then
         killed[victim] = true
      end
      os.execute(("%s sleep %.3f"):format(victim and "kill -9 " .. victim .. " 2>&-;" or "", pause))
   end
   return killed
end

local function count(set)
   local n = 0
   for _ in pairs(set) do
      n = n + 1
   end
   return n
end

-- task → how often it was started, from the workers' log.
local function starts()
   local times = {}
   for line in io.lines(folder .. "/log") do
      local n = assert(math.tointeger(tonumber(line)), "broken line in the log: " .. line)
      times[n] = (times[n] or 0) + 1
   end
   return times
end

-- Asserts that every task is in exactly one list of the report and was started as often as that list implies.
local function check_tasks(report)
   local times, seen = starts(), {}
   local function check(n, what, least, most)
      lu.assertNil(seen[n], ("task %d was both %s and %s"):format(n, seen[n], what))
      seen[n] = what
      local started = times[n] or 0
      lu.assertTrue(started >= least and started <= most,
         ("task %d was %s and started %d times"):format(n, what, started))
   end
   for _, what in ipairs { "done", "failed" } do
      for _, n in ipairs(report[what]) do
         check(n, what, 1, 1)
      end
   end
   for _, n in ipairs(report.cancelled) do
      check(n, "cancelled", 0, 0)
   end
   for _, lost in ipairs(report.lost) do
      check(lost.task, "lost", 0, 1)
   end
   lu.assertEquals(#seen, TASKS)
end

local function check_lost(report, killed)
   for _, lost in ipairs(report.lost) do
      local told = json.encode(lost)
      lu.assertTrue(killed[lost.pid], "lost with a worker that was not killed: " .. told)
      lu.assertStrContains(lost.message, ("(pid %d) was killed by signal 9"):format(lost.pid))
      lu.assertIsNumber(lost.worker, told)
   end
   lu.assertTrue(#report.lost <= count(killed), "more lost tasks than dead workers")
end

local function check_counts(report)
   local counts = report.counts
   lu.assertEquals(counts.submitted, TASKS)
   lu.assertEquals(counts.done + counts.failed + counts.lost + counts.cancelled, TASKS)
   for _, what in ipairs { "done", "failed", "lost", "cancelled" } do
      lu.assertEquals(counts[what], #report[what], what)
   end
end

local function line_of(seed, start, report, killed, seconds)
   local counts = report.counts
   return ("%4d  %-5s  %9d  %6d  %6d  %4d  %9d  %6d  %9d  %4.1f"):format(seed, start, counts.submitted,
      counts.done, counts.failed, counts.lost, counts.cancelled, count(killed), counts.respawned, seconds)
end

local function run_seed(seed)
   local start, begin = start_of(seed), core.now()
   local order = seed % 2 == 0 and "completed" or "result"
   local owner = support.start({ "bakeoff", "run", source .. "/tests/e2e/kill_owner.lua", "--start", start,
      "--order", order, "--tasks", tostring(TASKS) }, folder)
   local pid = math.tointeger(tonumber(owner.pid))
   support.wait_for("the pool", function() return exists "started" or has_complained() end)
   local killed = kill_workers(pid, random.new(seed))
   support.write(folder .. "/quiet", "")
   local ended = owner:finish()
   lu.assertEquals({ ended.code, ended.stderr }, { 0, "" })
   local report = json.decode(support.slurp(folder .. "/report.json"))
   print(line_of(seed, start, report, killed, core.now() - begin))
   lu.assertEquals({ #report.wrong, report.wrong[1] }, { 0 })
   check_counts(report)
   check_tasks(report)
   check_lost(report, killed)
   lu.assertEquals(report.after, { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })
   lu.assertEquals(owner:members(), {})
   return #report.lost
end

TestKill = {}

function TestKill.setUp() folder = support.folder() end

function TestKill.tearDown() support.remove(folder) end

function TestKill.test_sums_reconcile_however_workers_are_killed()
   print "\nseed  start  submitted    done  failed  lost  cancelled  killed  respawned     s"
   local lost, seed = 0, 1
   while seed <= SEEDS or (lost == 0 and seed <= 5 * SEEDS) do -- few kills hit a running task
      lost = lost + run_seed(seed)
      TestKill.tearDown()
      TestKill.setUp()
      seed = seed + 1
   end
   lu.assertTrue(lost > 0, "no kill hit a running task, so the test has shown nothing")
end

-- What workers do when their owner dies: wait for tasks, compute for ever, sleep.
local WORKING = {
   idle = "",
   busy = "for _ = 1, 3 do pool:submit(function() while true do end end) end",
   asleep = 'for _ = 1, 3 do pool:submit(function() require("bakeoff").sleep(1000) end) end',
}

function TestKill.test_an_owner_that_is_killed_leaves_no_worker()
   for _, start in ipairs(sanitizer == "thread" and { "spawn" } or { "fork", "spawn" }) do
      for what, work in pairs(WORKING) do
         local script = support.write(folder .. "/owner.lua", ([[
            local bake = require "bakeoff"
            local pool <close> = bake.processes { workers = 3, start = "%s" }
            %s
            print "ready"
            io.stdout:flush()
            while true do bake.sleep(1000) end]]):format(start, work))
         local owner = support.start({ "bakeoff", "run", script }, folder)
         support.wait_for("the pool", function()
            return exists "out.txt" and support.slurp(folder .. "/out.txt"):find "ready"
         end)
         lu.assertTrue(#owner:members() >= 4, "the owner and three workers are not all alive")
         owner:kill "KILL"
         lu.assertEquals(owner:finish().signal, 9)
         os.remove(folder .. "/out.txt")
         support.wait_for(("the end of %s workers (%s)"):format(what, start), function()
            return #owner:members() == 0
         end)
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
