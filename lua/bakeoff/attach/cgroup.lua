--- A cgroup that is watched: its members, which change, and what the kernel counts for all of them.
--
-- In cgroup v2, cpu.stat has the CPU time of all that ever were members, and memory.current all memory that
-- the group is charged for: page cache and kernel memory, too, which no footprint contains. Where these files
-- are missing or can't be read, the members' own figures remain.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local text = require "bakeoff.base.text"

local cgroup = {}
cgroup.__index = cgroup

local MOUNTS = { "", "/sys/fs/cgroup/", "/sys/fs/cgroup/unified/" }
local MEMBERS = "cgroup.procs"
-- Between two looks at the members; the largest share of the time that looking at them may take.
local FEWEST_S, SHARE = 0.02, 0.005
local US_PER_S, DEEPEST = 1e6, 32

-- Adds the PIDs in a group and in those below it.
local function add_members(pids, folder, depth)
   for pid in (files.read(folder .. "/" .. MEMBERS) or ""):gmatch "%d+" do
      pids[#pids + 1] = math.tointeger(tonumber(pid))
   end
   for _, name in ipairs(depth < DEEPEST and core.list(folder) or {}) do
      local below = folder .. "/" .. name
      if core.file_kind(below) == "folder" then
         add_members(pids, below, depth + 1)
      end
   end
end

--- The PIDs of its members now, those of groups below it included.
function cgroup:members()
   local pids = {}
   add_members(pids, self.folder, 1)
   return pids
end

-- User and system time of all that were members so far; nil where the kernel doesn't tell.
local function cpu_of(self)
   local stat = files.read(self.folder .. "/cpu.stat") or ""
   local user, system = stat:match "user_usec (%d+)", stat:match "system_usec (%d+)"
   return user and system and { user = tonumber(user) / US_PER_S, system = tonumber(system) / US_PER_S }
      or nil
end

local function bytes_in(self, name)
   local content = files.read(self.folder .. "/" .. name)
   return content and tonumber(content:match "^%d+")
end

local cpu = {}
cpu.__index = cpu

--- Its CPU time from now on, as the kernel counts it, with the methods of tree_cpu; nil where it doesn't
-- tell.
function cgroup:cpu()
   local before = cpu_of(self)
   return before and setmetatable({ group = self, before = before, now = before, due = 0 }, cpu)
end

--- Reads it now. A group that is gone keeps the last value.
function cpu:read()
   self.now = cpu_of(self.group) or self.now
   self.due = core.now() + FEWEST_S
end

function cpu:tick()
   if core.now() >= self.due then
      self:read()
   end
end

--- → seconds of user time and of system time
function cpu:used()
   return math.max(self.now.user - self.before.user, 0), math.max(self.now.system - self.before.system, 0)
end

local function read_memory(self)
   local now = bytes_in(self, "memory.current")
   self.memory_peak = now and math.max(now, self.memory_peak or 0) or self.memory_peak
   local peak = bytes_in(self, "memory.peak")
   if peak and self.peak_before and peak > self.peak_before then
      self.memory_peak = math.max(peak, self.memory_peak or 0) -- it was reached while we watched
   end
end

--- Looks at the group again: adds members that are new to a sampler. → has it no member any more?
function cgroup:refresh(sampler)
   local began, alive = core.now(), 0
   for _, pid in ipairs(self:members()) do
      alive = alive + (sampler:add(pid) and 1 or 0)
   end
   read_memory(self)
   local ended = core.now()
   self.due = ended + math.max(FEWEST_S, (ended - began) / SHARE)
   return alive == 0
end

--- Watching begins, with a sampler of the first member.
function cgroup:begin(sampler)
   self.peak_before = bytes_in(self, "memory.peak")
   self:refresh(sampler)
end

--- The same as refresh, if the next look is due; otherwise false.
function cgroup:tick(sampler) return core.now() >= self.due and self:refresh(sampler) end

-- The folder of a group: a path, or a name below the place where cgroups are mounted.
local function folder_of(path)
   for _, mount in ipairs(MOUNTS) do
      local folder = mount .. path:gsub("^/+", mount ~= "" and "" or "%0")
      if core.file_kind(folder .. "/" .. MEMBERS) then
         return folder
      end
   end
   failure.usage("--cgroup: '%s' is no cgroup (it has no %s); name a folder below /sys/fs/cgroup, such as "
      .. "system.slice/cron.service", text.shown(path), MEMBERS)
end

-- Raises (usage) if this command would be part of its own measurement, or if nothing is to be measured.
local function check_members(self, shown)
   local content, message = files.read(self.folder .. "/" .. MEMBERS)
   local members, own = self:members(), core.tree()[1]
   if not content then
      failure.usage("--cgroup: %s can't be read (%s); run bakeoff attach as root", shown,
         tostring(message):gsub("^.*: ", ""))
   elseif #members == 0 then
      failure.usage("--cgroup: %s has no process; name a group in which something runs", shown)
   end
   for _, pid in ipairs(members) do
      if pid == own then
         failure.usage("--cgroup: this command is in %s itself, and would be measured, too; run bakeoff "
            .. "attach from outside of it", shown)
      end
   end
end

--- The cgroup at a path: a target for attach.watch. Raises (usage).
function cgroup.open(path)
   path = path:gsub("(.)/+$", "%1")
   local folder = folder_of(path)
   local name = text.printable(folder:match "[^/]+$" or folder):gsub("%c", " ")
   local self = setmetatable({ folder = folder, label = name, path = path, due = 0 }, cgroup)
   self.what = ("cgroup %s"):format(name)
   check_members(self, text.shown(path))
   return self
end

return cgroup
