--- The processes to watch: found by their PIDs, refused in one line that says why.

local command_label = require "bakeoff.exec.label"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local secrets = require "bakeoff.base.secrets"

local targets = {}

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

--- The process with this PID: → { pid, argv, label, process }. Raises usage failures that name PID.
function targets.of(pid)
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
   return { pid = pid, argv = argv, label = command_label.of(argv), process = process,
      what = ("process %d"):format(pid) }
end

-- Does a process descend from the other one?
local function is_below(pid, other)
   local ancestor = parent_of(pid)
   while ancestor and ancestor > 0 and ancestor ~= other do
      ancestor = parent_of(ancestor)
   end
   return ancestor == other
end

-- Each behind those that it descends from, so that its parent is known first (bko_sampler_add).
local function outer_first(list)
   local sorted = {}
   for _, target in ipairs(list) do
      local place = #sorted + 1
      for index = #sorted, 1, -1 do
         place = is_below(sorted[index].pid, target.pid) and index or place
      end
      table.insert(sorted, place, target)
   end
   return sorted
end

--- The processes with these PIDs, each before those below it. Several have labels that tell them apart.
-- Raises usage failures that name PID.
function targets.all(pids)
   local list, seen = {}, {}
   for index, pid in ipairs(pids) do
      if seen[pid] then
         failure.usage("PID: %d is given twice; give it once", pid)
      end
      seen[pid], list[index] = true, targets.of(pid)
   end
   for _, target in ipairs(#list > 1 and list or {}) do
      target.label = ("%s (%d)"):format(target.label, target.pid)
   end
   return outer_first(list)
end

return targets
