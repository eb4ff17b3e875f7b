--- Kills the workers of trials with 10,000 jobs, or the trial itself, at seeded moments: every job is
-- accounted for. A few seeds here; tests/kills runs all.
local lu = require "luaunit"
local core = require "bakeoff.core"
local random = require "bakeoff.base.random"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_run.lua")
local sanitizer = dofile(source .. "/tests/lua/support_cases.lua").sanitizer()

local WHOLE = os.getenv "BAKEOFF_WHOLE"
local JOBS = sanitizer and 2000 or 10000
local SEEDS = WHOLE and 20 or 5
local LONGEST_PAUSE_MS = 25

local folder

local SCRIPT = [[
local bake = require "bakeoff"
local opt = bake.options { contender = { "processes", "a contender" }, jobs = { 10000, "jobs" } }

local function spin(n)
   local sum = 0
   for i = 1, 3000 do
      sum = sum + i * n % 7
   end
   return sum
end

local items = {}
for n = 1, opt.jobs do
   items[n] = n
end
local offload = opt.contender == "hybrid" and "processes" or nil
bake.experiment { name = "kills", items = items, workers = { 4 }, repeats = 1, warmup = 0, timeout = "60s",
   contenders = { { opt.contender, offload = offload } },
   task = function(ctx, n)
      if n == 1 then
         io.open("begun", "w"):close()
      end
      return assert(ctx:offload(spin, n))
   end,
}:run():report { charts = false, md = false, html = false }
]]

local function children_of(pid)
   local file <close> = io.open(("/proc/%s/task/%s/children"):format(pid, pid))
   local list = {}
   for child in (file and file:read "a" or ""):gmatch "%d+" do
      list[#list + 1] = child
   end
   return list
end

local function name_of(pid)
   local file <close> = io.open(("/proc/%s/comm"):format(pid))
   return file and file:read "l" or ""
end

-- The trial: the bench's child that runs the bench's program.
local function trial_of(pid)
   for _, child in ipairs(children_of(pid)) do
      if name_of(child):find "^bakeoff" then
         return child
      end
   end
end

local function kill(pid) os.execute(("kill -9 %s 2>&-"):format(pid)) end

local function pause(draw, most_ms) os.execute(("sleep %.3f"):format((1 + draw:below(most_ms)) / 1000)) end

-- Kills workers of the trial until it ends. → how many
local function kill_workers(run, trial, draw)
   local killed = 0
   while #run:members() > 0 and core.file_kind("/proc/" .. trial) do
      local workers = children_of(trial)
      if workers[1] then
         kill(workers[draw:below(#workers)])
         killed = killed + 1
      end
      pause(draw, LONGEST_PAUSE_MS)
   end
   return killed
end

local function kill_trial(_, trial, draw)
   pause(draw, 8 * LONGEST_PAUSE_MS)
   kill(trial)
   return 1
end

local function statuses()
   local counts, all = {}, 0
   for _, row in ipairs(support.csv(folder .. "/out/kills/jobs.csv")) do
      counts[row.status], all = (counts[row.status] or 0) + 1, all + 1
   end
   return counts, all
end

local function check(row, what)
   local jobs, counts, all = row.jobs, statuses()
   lu.assertEquals(jobs.submitted, JOBS, what)
   lu.assertEquals(jobs.done + jobs.failed + jobs.lost, JOBS, what)
   lu.assertEquals(all, JOBS, what)
   local lost = (counts.lost or 0) + (counts.pending or 0) -- under way, or not begun
   lu.assertEquals({ counts.done or 0, counts.failed or 0, lost },
      { jobs.done, jobs.failed, jobs.lost }, what)
end

local function storm(contender, seed, strike)
   local draw, what = random.new(seed), ("%s, seed %d"):format(contender, seed)
   local run = support.start({ "bakeoff", "run", "kills.lua", "--contender", contender, "--jobs",
      tostring(JOBS) }, folder)
   local trial = support.wait_for("the first job", function()
      return core.file_kind(folder .. "/begun") and trial_of(run.pid)
   end)
   local killed = strike(run, trial, draw)
   local ended = run:finish()
   lu.assertEquals(run:members(), {}, what)
   local rows = support.trials(folder .. "/out/kills")
   lu.assertEquals(#rows, 1, what .. ": " .. ended.stderr)
   check(rows[1], what)
   print(("%-10s %4d  %6d  %6d  %6d  %6d  %s"):format(contender, seed, killed, rows[1].jobs.done,
      rows[1].jobs.failed, rows[1].jobs.lost, rows[1].status))
   return rows[1]
end

TestKillContenders = {}

function TestKillContenders.setUp()
   folder = support.folder()
   support.write(folder .. "/kills.lua", SCRIPT)
end

function TestKillContenders.tearDown() support.remove(folder) end

local function storms(contender, strike)
   print "\ncontender  seed  killed    done  failed    lost  trial"
   local lost = 0
   for seed = 1, SEEDS do
      lost = lost + storm(contender, seed, strike).jobs.lost
      TestKillContenders.tearDown()
      TestKillContenders.setUp()
   end
   return lost
end

function TestKillContenders.test_processes_account_for_every_job() storms("processes", kill_workers) end

function TestKillContenders.test_hybrid_accounts_for_every_job() storms("hybrid", kill_workers) end

-- Threads die with their trial.
function TestKillContenders.test_threads_account_for_every_job_of_a_killed_trial()
   lu.assertTrue(storms("threads", kill_trial) > 0, "every trial ended before it was killed")
end

os.exit(lu.LuaUnit.run(), true)
