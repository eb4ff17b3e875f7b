--- Runs scenarios with the preloaded library, several at a time, and sees what they leave behind.

local control = require "control"
local core = require "bakeoff.core"

local source = assert(os.getenv "BAKEOFF_SOURCE")
local build = assert(os.getenv "BAKEOFF_BUILD")
local support = dofile(source .. "/tests/e2e/support_run.lua")

local runs = {}

local LIMIT_S = 20
local LIMIT_OF_LEAKS_S = 120 -- each allocation keeps the way to it
local LINGER_S = 2 -- what a killed process may need to disappear
local KILLED = 137

local is_ready = false -- is the command in its prefix?

--- Look for leaks, too? Set once, before the first run.
runs.leaks = false

-- The leak sanitizer writes to a file for each process that leaks.
local function add_leaks(list, folder)
   list[#list + 1] = "LD_PRELOAD=" .. build .. "/bin/torture_leaks.so:liblsan.so.0"
   list[#list + 1] = "LSAN_OPTIONS=exitcode=0:fast_unwind_on_malloc=0:malloc_context_size=12:log_path="
      .. folder .. "/leaks"
end

-- The command in a prefix of its own, where the guardian can be reached (tests/CMakeLists.txt). No symbolic
-- link: the command looks for its parts beside its real place.
local function command()
   local path = build .. "/torture/bakeoff"
   if not is_ready then
      assert(os.execute(("ln -f '%s/bakeoff' '%s'"):format(build, path)))
      is_ready = true
   end
   return path
end

local function words_of(scenario, folder, words)
   local list = { "timeout", "-s", "KILL", tostring(runs.leaks and LIMIT_OF_LEAKS_S or LIMIT_S), "env",
      "TMPDIR=" .. folder .. "/tmp", "COLUMNS=1000", "TORTURE_CONTROL=" .. folder .. "/control" }
   if runs.leaks then
      add_leaks(list, folder)
   else
      list[#list + 1] = "LD_PRELOAD=" .. build .. "/bin/torture_inject.so"
   end
   for key, value in pairs(scenario.environment or {}) do
      list[#list + 1] = key .. "=" .. value
   end
   for _, word in ipairs(words) do
      list[#list + 1] = word == "bakeoff" and command() or word
   end
   return list
end

--- Starts a scenario. fault: which call fails ({ hash, call }); nil: none, the calls are counted. → a run
function runs.start(scenario, fault)
   local folder = support.folder()
   assert(core.mkdirs(folder .. "/tmp"))
   if scenario.prepare then
      local prepared = support.run(scenario.prepare, { folder = folder })
      assert(prepared.code == 0, prepared.stderr)
   end
   control.make(folder .. "/control", fault)
   return { folder = folder, began = core.now(),
      running = support.start(words_of(scenario, folder, scenario.words), folder) }
end

-- Processes that were started with this run's control file, wherever they are now.
local function survivors(folder)
   local pids, mark = {}, "TORTURE_CONTROL=" .. folder .. "/control"
   for _, name in ipairs(core.list "/proc") do
      local file <close> = name:match "^%d+$" and io.open("/proc/" .. name .. "/environ", "rb")
      if file and (file:read "a" or ""):find(mark, 1, true) then
         pids[#pids + 1] = name
      end
   end
   return pids
end

local function linger(folder)
   local deadline = core.now() + LINGER_S
   local left = survivors(folder)
   while #left > 0 and core.now() < deadline do
      os.execute "sleep 0.05"
      left = survivors(folder)
   end
   for _, pid in ipairs(left) do
      os.execute(("kill -KILL %s 2>&-"):format(pid))
   end
   return #left
end

--- Waits until it ends. → { code or signal, stdout, stderr, timed_out, orphans, fired }
function runs.finish(run)
   local ended = run.running:finish()
   ended.timed_out = ended.code == KILLED or ended.signal == 9
   ended.orphans = linger(run.folder)
   ended.fired = control.fired(run.folder .. "/control")
   return ended
end

function runs.remove(run) support.remove(run.folder) end

return runs
