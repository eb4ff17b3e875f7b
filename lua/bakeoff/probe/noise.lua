--- What else happened on the machine while a trial ran. The bench reads a few small files just before and
-- just after the trial, outside all measured phases.
--
-- The record in a trial's row; facts that the machine doesn't offer are absent:
--    wall_s          between the two readings
--    others_cpu_s    CPU time that neither the bench nor its descendants (trial, test server) used
--    others_share    the same as a share of all processors' time
--    steal_s, steal_share     CPU time that the hypervisor gave to others
--    psi_cpu_s, psi_cpu_share time in which some task waited for a processor (/proc/pressure/cpu, "some")
--    load_1min       load average when the trial started
--    governor        of the first processor
--    noisy           list of "others", "steal": the rule below; absent for a quiet trial
--
-- Pressure doesn't make a trial noisy: a trial with more workers than processors causes it itself. Measured
-- on two processors: a shell loop alone 0 %, one beside others' work 9 to 38 %, four at once 56 to 93 %.

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local noise = {}

-- In quiet moments of that machine, trials of 0.2 and 0.8 s showed 0 to 3 ticks of other processes, 0 to
-- 2.4 %; beside builds on both processors it was 31 to 100 %.

--- A trial is noisy when others used more than a tenth of the processors' time, and at least five ticks of
-- the kernel's clock (100 Hz), so that rounding of the two readings alone is never enough; or when the
-- hypervisor took more than 2 %, and at least two ticks.
noise.RULE = { others_share = 0.10, others_cpu_s = 0.05, steal_share = 0.02, steal_s = 0.02 }

local KEYS = { "wall_s", "others_cpu_s", "others_share", "steal_s", "steal_share", "psi_cpu_s",
   "psi_cpu_share", "load_1min", "governor", "noisy" }

local NO_SUCH_FILE = 2 -- ENOENT

local absent = {} -- path → true: files that this machine doesn't have

local function first_line(path)
   if absent[path] then
      return nil
   end
   local file <close>, _, code = io.open(path, "r")
   absent[path] = code == NO_SUCH_FILE
   return file and file:read("l")
end

-- user, nice, system, irq and softirq; guest time is part of user. Fields as in proc(5).
local BUSY = { 1, 2, 3, 6, 7 }

local function processors(get, ticks)
   local fields = {}
   for field in (get "/proc/stat" or ""):gmatch("%s(%d+)") do
      fields[#fields + 1] = tonumber(field) / ticks
   end
   local busy = 0.0
   for _, index in ipairs(BUSY) do
      busy = fields[index] and busy and busy + fields[index] or nil
   end
   return busy, fields[8]
end

local function pressure(get)
   local total = (get "/proc/pressure/cpu" or ""):match("^some .*total=(%d+)")
   return total and tonumber(total) / 1e6
end

local system

--- Takes one reading. For tests: get(path) → first line or nil, own_s, time.
function noise.read(get, own_s, time)
   get = get or first_line
   system = system or core.system()
   local busy, steal = processors(get, system.ticks_per_second)
   return {
      time = time or core.now(), own_s = own_s or core.cpu_tree() or 0, busy_s = busy, steal_s = steal,
      psi_s = pressure(get),
      load_1min = tonumber((get "/proc/loadavg" or ""):match("^%S+")),
      governor = get "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", cores = system.cores_online,
   }
end

local function grown(before, after) return before and after and math.max(after - before, 0) end

local function reasons_of(record)
   local list, rule = json.array {}, noise.RULE
   if (record.others_share or 0) > rule.others_share and record.others_cpu_s >= rule.others_cpu_s then
      list[#list + 1] = "others"
   end
   if (record.steal_share or 0) > rule.steal_share and record.steal_s >= rule.steal_s then
      list[#list + 1] = "steal"
   end
   return #list > 0 and list or nil
end

--- The record of what happened between two readings.
function noise.between(before, after)
   local wall = after.time - before.time
   local capacity = wall * before.cores
   local busy = grown(before.busy_s, after.busy_s)
   local record = {
      wall_s = wall, others_cpu_s = busy and math.max(busy - (after.own_s - before.own_s), 0),
      steal_s = grown(before.steal_s, after.steal_s), psi_cpu_s = grown(before.psi_s, after.psi_s),
      load_1min = before.load_1min, governor = before.governor,
   }
   if wall > 0 then
      record.others_share = record.others_cpu_s and math.min(record.others_cpu_s / capacity, 1)
      record.steal_share = record.steal_s and record.steal_s / capacity
      record.psi_cpu_share = record.psi_cpu_s and record.psi_cpu_s / wall
   end
   record.noisy = reasons_of(record)
   return json.ordered(KEYS, record)
end

return noise
