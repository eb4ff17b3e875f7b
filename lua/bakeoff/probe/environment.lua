--- The machine on which a measurement runs: facts for the manifest, and warnings about what disturbs it.
-- Manifests are published, so they contain no host name, no user name and no paths. Facts that a system
-- doesn't offer are left out (nil) and are not an error: a virtual machine has no governor, a laptop no
-- steal.

local core = require "bakeoff.core"
local gnuplot = require "bakeoff.base.gnuplot"

local environment = {}

--- The text of a file without the final newline; nil if it doesn't exist or can't be read.
local function read_file(path)
   local file = io.open(path, "r")
   if not file then
      return nil
   end
   local text = file:read "a"
   file:close()
   return text and text:gsub("%s+$", "")
end

-- Every reader below takes `get`, a function path → text or nil, so that tests can imitate any machine.

local function distribution(get)
   local text = get "/etc/os-release"
   return text and (text:match 'PRETTY_NAME="([^"\n]*)"' or text:match "PRETTY_NAME=([^\n]*)")
end

--- The distinct governors of all cores ("performance", or "powersave, schedutil").
local function governor(get, cores)
   local seen, list = {}, {}
   for index = 0, cores - 1 do
      local name = get(("/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor"):format(index))
      if name and not seen[name] then
         seen[name] = true
         list[#list + 1] = name
      end
   end
   table.sort(list)
   return list[1] and table.concat(list, ", ")
end

-- May cores run faster than their nominal rate for a while? Nil if the system doesn't say.
local function turbo(get)
   local off = get "/sys/devices/system/cpu/intel_pstate/no_turbo"
   local on = get "/sys/devices/system/cpu/cpufreq/boost"
   if off then
      return off == "0"
   end
   return on and on == "1"
end

local function cpu(get, system)
   local info = get "/proc/cpuinfo" or ""
   local smt = get "/sys/devices/system/cpu/smt/active"
   return {
      model = info:match "model name%s*:%s*([^\n]*)",
      cores_online = system.cores_online,
      cores_allowed = system.cores_allowed,
      governor = governor(get, system.cores_online),
      turbo = turbo(get),
      smt = smt and smt == "1",
   }
end

local function memory(get, system)
   local info = get "/proc/meminfo" or ""
   local function bytes(name)
      local kib = info:match(name .. ":%s*(%d+) kB")
      return kib and math.tointeger(kib) * 1024
   end
   local thp = get "/sys/kernel/mm/transparent_hugepage/enabled"
   return {
      total_bytes = bytes "MemTotal",
      available_bytes = bytes "MemAvailable",
      swap_bytes = bytes "SwapTotal",
      page_bytes = system.page_bytes,
      thp = thp and thp:match "%[(%w+)%]",
      malloc_arena_max = os.getenv "MALLOC_ARENA_MAX",
   }
end

local function load_averages(get)
   local one, five, fifteen = (get "/proc/loadavg" or ""):match "^(%S+) (%S+) (%S+)"
   return one and { tonumber(one), tonumber(five), tonumber(fifteen) }
end

--- Percentage of the last ten seconds in which some task waited for each resource.
local function pressure(get)
   local found
   for _, resource in ipairs { "cpu", "memory", "io" } do
      local text = get("/proc/pressure/" .. resource)
      local average = text and text:match "some avg10=([%d.]+)"
      if average then
         found = found or {}
         found[resource .. "_some_avg10"] = tonumber(average)
      end
   end
   return found
end

local function steal_ticks(get)
   local text = get "/proc/stat" or ""
   return math.tointeger(tonumber((text:match "^cpu +%d+ %d+ %d+ %d+ %d+ %d+ %d+ (%d+)")))
end

--- Seconds of CPU time that the hypervisor gave to others: since boot and, if asked for, during a short
-- watch.
local function steal(get, system, interval)
   local before = steal_ticks(get)
   if not before then
      return nil
   end
   local found = { since_boot_s = before / system.ticks_per_second }
   if interval then
      core.pause(interval)
      local grown = (steal_ticks(get) or before) - before
      found.share = grown / system.ticks_per_second / (interval * system.cores_online)
   end
   return found
end

local CONTAINER_FILES = { ["/.dockerenv"] = "docker", ["/run/.containerenv"] = "podman" }

local function virtualisation(get)
   local flags = (get "/proc/cpuinfo" or ""):match "flags%s*:([^\n]*)"
   local found = { hypervisor = flags and flags:find("%f[%w]hypervisor%f[%W]") ~= nil }
   for path, name in pairs(CONTAINER_FILES) do
      found.container = found.container or (get(path) and name)
   end
   found.container = found.container or get "/run/systemd/container"
   return next(found) and found
end

--- Calls visit(folder) for a cgroup and each enclosing one: the tightest limit applies.
local function each_ancestor(mount, path, visit)
   while true do
      visit(mount .. path)
      if path == "" or path == "/" then
         return
      end
      path = path:gsub("/[^/]*$", "")
   end
end

local function tighter(limit, value) return value and (not limit or value < limit) and value or limit end

-- v1 writes "no limit" as the largest number of pages.
local function bounded(text)
   local number = tonumber(text)
   return number and number > 0 and number < 2 ^ 60 and number or nil
end

local function cgroup_v2(get, path, found)
   each_ancestor("/sys/fs/cgroup", path, function(folder)
      local quota, period = (get(folder .. "/cpu.max") or ""):match "^(%d+) (%d+)"
      found.cpus = tighter(found.cpus, quota and tonumber(quota) / tonumber(period))
      found.memory_bytes = tighter(found.memory_bytes, bounded(get(folder .. "/memory.max")))
   end)
end

local function cgroup_v1(get, controller, path, found)
   each_ancestor("/sys/fs/cgroup/" .. controller, path, function(folder)
      local quota = bounded(get(folder .. "/cpu.cfs_quota_us"))
      local period = bounded(get(folder .. "/cpu.cfs_period_us"))
      found.cpus = tighter(found.cpus, quota and period and quota / period)
      found.memory_bytes = tighter(found.memory_bytes, bounded(get(folder .. "/memory.limit_in_bytes")))
   end)
end

--- { version, cpus, memory_bytes }: limits only if they are set.
local function cgroup(get)
   local found = {}
   for controllers, path in ((get "/proc/self/cgroup" or "") .. "\n"):gmatch "%d+:([^:\n]*):([^\n]*)\n" do
      if controllers == "" then
         found.version = found.version or 2
         cgroup_v2(get, path, found)
      elseif controllers:find "%f[%w]cpu%f[^%w]" or controllers == "memory" then
         found.version = 1
         cgroup_v1(get, controllers, path, found)
      end
   end
   return found.version and found
end

local MAINS = { "AC", "AC0", "ACAD", "ADP0", "ADP1" }

local function power(get)
   for _, name in ipairs(MAINS) do
      local online = get(("/sys/class/power_supply/%s/online"):format(name))
      if online then
         return online == "1" and "mains" or "battery"
      end
   end
end

local ANSWER_S = 5 -- time limit for programs that are asked for their version

--- gnuplot's version; nil if there is none, and then whether it was there but didn't answer within the limit
-- (seconds, default 5). Costs a process: not to be called before trials, which it must not hold up.
function environment.gnuplot_version(limit)
   local result = gnuplot.run { arguments = { "--version" }, silence = limit or ANSWER_S }
   if not result or result.hung then
      return nil, gnuplot.has_hung()
   end
   local text = result.stdout:match "^[^\n]+"
   return text and text:gsub("^gnuplot ", ""):gsub(" patchlevel ", ".")
end

local function gnuplot_facts(found)
   local version, is_silent = environment.gnuplot_version()
   found.gnuplot, found.gnuplot_silent = version, is_silent or nil
   return found
end

local function versions(system, with_gnuplot)
   local found = {
      lua = system.lua,
      libcurl = system.libcurl,
      libcurl_parts = system.libcurl_parts,
      libuv = system.libuv,
   }
   return with_gnuplot and gnuplot_facts(found) or found
end

--- Reads all facts. Options: `counters` (which the machine has), `gnuplot` (ask for its version: costs a
-- process), `steal_over` (seconds to watch steal for), and for tests `get` (path → text or nil) and `system`
-- (as core.system()).
function environment.read(options)
   options = options or {}
   local get = options.get or read_file
   local system = options.system or core.system()
   return {
      bakeoff = core.version,
      kernel = system.kernel,
      machine = system.machine,
      distribution = distribution(get),
      cpu = cpu(get, system),
      memory = memory(get, system),
      load = load_averages(get),
      pressure = pressure(get),
      steal = steal(get, system, options.steal_over),
      virtualisation = virtualisation(get),
      cgroup = cgroup(get),
      power = power(get),
      counters = options.counters and core.counters() or nil,
      limits = { open_files = system.open_files, processes = system.processes },
      clock = {
         resolution_s = system.clock_resolution_s,
         source = get "/sys/devices/system/clocksource/clocksource0/current_clocksource",
      },
      versions = versions(system, options.gnuplot),
   }
end

-- --- warnings -----------------------------------------------------------------------------------

local GIB = 1024 ^ 3

-- Each returns one line, or nothing; env is what environment.read returned, or what a manifest has of it.
local clock_checks = {
   function(env)
      local name = env.cpu.governor
      if name and name ~= "performance" then
         return ("CPU governor is %s, not performance: the clock rate follows the load"):format(name)
      end
   end,
   function(env)
      if env.cpu.turbo then
         return "turbo is on: the clock rate depends on the temperature and on how many cores are busy"
      end
   end,
   function(env)
      if env.cpu.smt then
         return "SMT is on: two hardware threads share a core, so that one slows the other down"
      end
   end,
}

local checks = {
   function(env)
      local cores = env.cpu.cores_allowed
      if env.load and env.load[1] > cores / 4 then
         return ("load average is %.2f on %d cores: something else is running"):format(env.load[1], cores)
      end
   end,
   function(env)
      local share = env.steal and env.steal.share
      if share and share > 0 then
         return ("the hypervisor takes away %.1f %% of the CPU time (steal)"):format(100 * share)
      end
   end,
   function(env)
      local cores = env.cpu.cores_allowed
      if cores < 4 then
         return ("%d core%s: client and server share them"):format(cores, cores == 1 and "" or "s")
      end
   end,
   function(env)
      local limit = env.cgroup and env.cgroup.cpus
      if limit and limit < env.cpu.cores_allowed then
         return ("the cgroup allows %.2g CPUs: its processes are throttled in bursts"):format(limit)
      end
   end,
   function(env)
      if env.power == "battery" then
         return "running on battery: the CPU may be slowed down"
      end
   end,
   function(env)
      if env.memory.thp == "always" then
         return "transparent huge pages are always on: memory grows in steps of 2 MiB"
      end
   end,
   function(env)
      local limit = env.cgroup and env.cgroup.memory_bytes or math.huge
      local available = math.min(env.memory.available_bytes or math.huge, limit)
      if available < GIB then
         return ("only %.0f MiB of memory available"):format(available / 1024 ^ 2)
      end
   end,
}

local function add(list, all, env)
   for _, check in ipairs(all) do
      list[#list + 1] = check(env)
   end
   return list
end

--- What makes the same work take another time without any other program: governor, turbo, SMT. A list of
-- one-line texts, which holds for the whole run. env may be from a manifest; earlier ones lack fields.
function environment.clock_warnings(env)
   return type(env) == "table" and type(env.cpu) == "table" and add({}, clock_checks, env) or {}
end

--- Warnings about what is likely to disturb a measurement: a list of one-line texts, empty if nothing was
-- found.
function environment.warnings(env) return add(environment.clock_warnings(env), checks, env) end

return environment
