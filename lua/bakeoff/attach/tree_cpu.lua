--- CPU time that a running process tree uses while it is watched, read from outside.
--
-- When a process waits for an ended child, the kernel adds the child's time to the parent's reaped time. So
-- own time plus reaped time, summed over the living processes, also covers the ended ones. The exceptions are
-- processes whose parent is outside the tree (the root, orphans): for these the last reading counts. Time
-- between the last reading and the end is then missing, so the sum is a lower bound.

local core = require "bakeoff.core"

local tree_cpu = {}
tree_cpu.__index = tree_cpu

local FEWEST_S = 0.05 -- the shortest pause between two readings
local SHARE = 0.005 -- the largest share of the time that may be spent on reading

local function reading_of(pid)
   local cpu = core.cpu(pid)
   return cpu and { user = cpu.user_s + cpu.reaped_user_s, system = cpu.system_s + cpu.reaped_system_s,
      parent = cpu.parent }
end

-- Reads every listed process and every known process, since an orphan leaves the tree. A process whose
-- time went back is a different one that reuses the PID: it is dropped.
local function read_all(self)
   local now = {}
   for _, pid in ipairs(self.list()) do
      now[pid] = reading_of(pid)
   end
   for pid, last in pairs(self.known) do
      local reading = now[pid] or reading_of(pid)
      now[pid] = reading and reading.user >= last.user and reading.system >= last.system and reading or nil
   end
   return now
end

-- Does the reaped time of a living ancestor in the tree include the time of this ended process?
local function is_inherited(self, now, last)
   local parent = last.parent
   for _ = 1, 1000 do
      if now[parent] then
         return true
      elseif not self.known[parent] then
         return false
      end
      parent = self.known[parent].parent
   end
   return false
end

local function sums(self)
   local user, system = self.gone_user, self.gone_system
   for _, reading in pairs(self.known) do
      user, system = user + reading.user, system + reading.system
   end
   return user, system
end

--- Starts to watch the processes that list() returns (their PIDs), such as a tree. Time used before doesn't
-- count.
function tree_cpu.new(list)
   local self = { list = list, known = {}, gone_user = 0.0, gone_system = 0.0, due = 0 }
   setmetatable(self, tree_cpu)
   self.known = read_all(self)
   self.before_user, self.before_system = sums(self)
   return self
end

--- Reads the tree now.
function tree_cpu:read()
   local began = core.now()
   local now = read_all(self)
   for pid, last in pairs(self.known) do
      if not now[pid] and not is_inherited(self, now, last) then
         self.gone_user, self.gone_system = self.gone_user + last.user, self.gone_system + last.system
      end
   end
   self.known = now
   local ended = core.now()
   self.due = ended + math.max(FEWEST_S, (ended - began) / SHARE)
end

--- Reads the tree if the next reading is due.
function tree_cpu:tick()
   if core.now() >= self.due then
      self:read()
   end
end

--- → seconds of user time and of system time since tree_cpu.new
function tree_cpu:used()
   local user, system = sums(self)
   return math.max(user - self.before_user, 0), math.max(system - self.before_system, 0)
end

return tree_cpu
