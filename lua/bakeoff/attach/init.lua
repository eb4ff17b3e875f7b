--- Watches a running process tree from outside until it ends: memory with the sampler, CPU time with
-- tree_cpu. It only reads /proc, and neither stops nor signals the watched processes.

local command_label = require "bakeoff.exec.label"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local secrets = require "bakeoff.base.secrets"
local tree_cpu = require "bakeoff.attach.tree_cpu"

local attach = {}

local LONGEST_WAIT_S = 0.5
local BETWEEN_LOOKS_S = 0.02 -- at processes that have outlived their root, whose end nothing tells

local function status_of(pid) return files.read(("/proc/%d/status"):format(pid)) end

local function parent_of(pid)
   return math.tointeger(tonumber((status_of(pid) or ""):match("\nPPid:%s*(%d+)")))
end

-- Otherwise bakeoff would be part of its own measurement.
local function refuse_ancestors(pid)
   local own = math.tointeger(tonumber((files.read("/proc/self/status") or ""):match("\nPid:%s*(%d+)")))
   if pid == own then
      failure.usage("PID: %d is this command itself; name the process to watch", pid)
   end
   local ancestor = parent_of(own)
   while ancestor and ancestor > 0 do
      if ancestor == pid then
         failure.usage("PID: %d started this command, which would be measured, too; run bakeoff attach " ..
            "from another terminal", pid)
      end
      ancestor = parent_of(ancestor)
   end
end

local function refuse_odd_ones(pid, status)
   local leader = math.tointeger(tonumber(status:match("\nTgid:%s*(%d+)")))
   if leader and leader ~= pid then
      failure.usage("PID: %d is a thread of process %d; write %d", pid, leader, leader)
   elseif status:match("\nState:%s*(%a)") == "Z" then
      failure.usage("PID: %d has already ended (a zombie); name a process that still runs", pid)
   elseif not status:find("\nVmSize:") then
      failure.usage("PID: %d is a kernel thread, which has no memory of its own; name a process", pid)
   end
end

local function refuse_unreadable(pid)
   local memory, message, code = core.memory(pid)
   if memory then
      return
   elseif code == "gone" then
      failure.trial("process %d ended before it could be sampled", pid)
   end
   failure.usage("PID: %d can't be read (%s): it belongs to another user; run bakeoff attach as " ..
      "that user or as root", pid, message:gsub("^memory: ", ""))
end

-- argv of the process; its name if it has no argv.
local function argv_of(pid, status)
   local list = {}
   for word in (files.read(("/proc/%d/cmdline"):format(pid)) or ""):gmatch("([^\0]*)\0") do
      list[#list + 1] = word
   end
   return #list > 0 and list or { status:match("^Name:%s*([^\n]*)") }
end

--- The process to watch: → { pid, argv, label, process }. Raises usage failures that name PID.
function attach.target(pid)
   local status = status_of(pid)
   local process, message, code = core.process_open(pid)
   if not status or (not process and code == "gone") then
      failure.usage("PID: there is no process %d; ps -e lists all processes", pid)
   end
   refuse_ancestors(pid)
   refuse_odd_ones(pid, status)
   if not process then
      failure.trial("process %d can't be watched (%s)", pid, message)
   end
   refuse_unreadable(pid)
   local argv = secrets.words(argv_of(pid, status))
   return { pid = pid, argv = argv, label = command_label.of(argv), process = process }
end

-- Seconds to wait for an event, at most.
local function pause(watched, deadline)
   local left = deadline and math.max(deadline - core.now(), 0) or math.huge
   return math.min(watched.sampler:due(), left, watched.root_ended and BETWEEN_LOOKS_S or LONGEST_WAIT_S)
end

-- Has the whole tree ended? The next sample would tell, too, but it may be far off: because --sample-every is
-- long, or because the budget for sampling is used up. The last look lists the tree again.
local function has_ended(watched)
   return watched.root_ended and not watched.sampler:alive() and not watched.sampler:full()
end

-- → "ended", "interrupted" (and the signal) or "duration"
local function follow(target, watched, options)
   local deadline = options.duration and watched.began + options.duration
   repeat
      local taken = watched.sampler:tick()
      if taken == nil then
         return "ended"
      end
      watched.cpu:tick()
      options.progress(watched)
      local what = target.process:wait(pause(watched, deadline), options.interrupt)
      if what == "ended" then
         watched.root_ended = true
         watched.cpu:read() -- it stays a zombie until its parent waits for it
      end
      if has_ended(watched) then
         return "ended"
      end
      local signal = what == "interrupted" and options.interrupt:take()
      if signal then
         return "interrupted", signal
      end
   until deadline and core.now() >= deadline
   return "duration"
end

--- Watches a target until it ends, a signal arrives or the duration is over. options: interrupt (a guard),
-- every (s), duration (s, or nil), progress(watched).
-- → { why, signal, began, ended (s of core.now), sampler, peaks, user_s, system_s }. Raises (trial) if not
-- even one sample could be taken.
function attach.watch(target, options)
   local sampler = assert(core.sampler { pid = target.pid, every = options.every, runs_on = true })
   local watched = { sampler = sampler, cpu = tree_cpu.new(target.pid), began = core.now() }
   if not sampler:full() then
      failure.trial("process %d ended before it could be sampled", target.pid)
   end
   watched.why, watched.signal = follow(target, watched, options)
   watched.ended = core.now()
   if watched.why ~= "ended" then
      sampler:full()
      watched.cpu:read()
   end
   watched.peaks = sampler:peaks()
   watched.user_s, watched.system_s = watched.cpu:used()
   return watched
end

return attach
