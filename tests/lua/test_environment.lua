--- Facts and warnings about this machine, and about invented machines that are read from files.
local lu = require "luaunit"
local environment = require "bakeoff.probe.environment"

local SYSTEM = {
   kernel = "Linux 6.1.0", machine = "x86_64", cores_online = 8, cores_allowed = 8, page_bytes = 4096,
   ticks_per_second = 100, clock_resolution_s = 1e-9, open_files = 1024, lua = "5.4.4", libcurl = "7.88.1",
   libuv = "1.44.2",
}

local function machine(files, system)
   local merged = setmetatable(system or {}, { __index = SYSTEM })
   return environment.read { get = function(path) return files[path] end, system = merged }
end

local function assert_one_warning(env, pattern)
   local warnings = environment.warnings(env)
   lu.assertEquals(#warnings, 1, table.concat(warnings, "; "))
   lu.assertStrMatches(warnings[1], ".*" .. pattern .. ".*")
end

TestThisMachine = {}

function TestThisMachine.test_has_the_facts_every_linux_has()
   local env = environment.read()
   lu.assertStrMatches(env.kernel, "Linux %d.*")
   lu.assertTrue(env.cpu.cores_allowed >= 1)
   lu.assertTrue(env.memory.total_bytes > env.memory.available_bytes)
   lu.assertTrue(env.clock.resolution_s > 0)
   lu.assertEquals(#env.load, 3)
   lu.assertNotNil(env.versions.libcurl)
   lu.assertNil(env.versions.gnuplot)
end

function TestThisMachine.test_says_nothing_of_host_user_or_paths()
   local text = require("cjson").encode(environment.read { gnuplot = true })
   for _, path in ipairs { "/proc/sys/kernel/hostname", "/etc/hostname" } do
      local file = io.open(path)
      local name = file and file:read "l"
      if file then
         file:close()
      end
      -- A host name such as "vm" is part of many words; only a quoted value would be a leak.
      lu.assertNil(name and text:find('"' .. name .. '"', 1, true))
   end
   lu.assertNil(text:find(os.getenv "HOME" or "/home/", 1, true))
end

function TestThisMachine.test_watches_steal_when_asked()
   local steal = environment.read({ steal_over = 0.01 }).steal
   lu.assertTrue(steal == nil or (steal.share >= 0 and steal.since_boot_s >= 0))
end

TestMadeUpMachines = {}

function TestMadeUpMachines.test_absent_files_are_normal()
   local env = machine {}
   lu.assertNil(env.cpu.governor)
   lu.assertNil(env.cgroup)
   lu.assertNil(env.steal)
   lu.assertEquals(environment.warnings(env), {})
end

function TestMadeUpMachines.test_reads_cpu_and_distribution()
   local env = machine {
      ["/proc/cpuinfo"] = "processor\t: 0\nmodel name\t: Chip 3000\nflags\t\t: fpu hypervisor lm\n",
      ["/etc/os-release"] = 'NAME="Debian"\nPRETTY_NAME="Debian 12"\n',
      ["/.dockerenv"] = "",
   }
   lu.assertEquals(env.cpu.model, "Chip 3000")
   lu.assertEquals(env.distribution, "Debian 12")
   lu.assertEquals(env.virtualisation, { hypervisor = true, container = "docker" })
end

function TestMadeUpMachines.test_the_tightest_limit_of_cgroup_v2_holds()
   local env = machine {
      ["/proc/self/cgroup"] = "0::/slice/unit",
      ["/sys/fs/cgroup/slice/unit/cpu.max"] = "max 100000",
      ["/sys/fs/cgroup/slice/cpu.max"] = "150000 100000",
      ["/sys/fs/cgroup/slice/unit/memory.max"] = "536870912",
      ["/sys/fs/cgroup/slice/memory.max"] = "max",
   }
   lu.assertEquals(env.cgroup, { version = 2, cpus = 1.5, memory_bytes = 536870912 })
   lu.assertEquals(#environment.warnings(env), 2)
end

function TestMadeUpMachines.test_of_nested_limits_the_tightest_holds_wherever_it_is()
   local function cpus(inner, outer)
      return machine { ["/proc/self/cgroup"] = "0::/slice/unit",
         ["/sys/fs/cgroup/slice/unit/cpu.max"] = inner .. " 100000",
         ["/sys/fs/cgroup/slice/cpu.max"] = outer .. " 100000" }.cgroup.cpus
   end
   lu.assertEquals({ cpus(50000, 200000), cpus(200000, 50000) }, { 0.5, 0.5 })
end

function TestMadeUpMachines.test_limits_of_cgroup_v1()
   local env = machine {
      ["/proc/self/cgroup"] = "5:cpuset:/x\n4:memory:/\n3:cpu,cpuacct:/box\n0::/",
      ["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712",
      ["/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us"] = "200000",
      ["/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us"] = "100000",
      ["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "-1",
   }
   lu.assertEquals(env.cgroup, { version = 1, cpus = 2 })
end

TestCommand = {}

--- The command's output, as one text.
local function output_of(args)
   local lines, print_to_terminal = {}, print
   rawset(_G, "print", function(text) lines[#lines + 1] = text or "" end)
   local ok, code = pcall(require("bakeoff.commands.env").run, args)
   rawset(_G, "print", print_to_terminal)
   lu.assertTrue(ok, code)
   lu.assertEquals(code, 0)
   return table.concat(lines, "\n")
end

function TestCommand.test_prints_rows_in_one_column()
   local text = output_of {}
   local column
   for line in (text:match "^(.-)\n\n" .. "\n"):gmatch "(.-)\n" do
      local _, start = line:find "^%S.-%s%s+"
      start = start or select(2, line:find "^%s+") -- a long row goes on
      column = column or start
      lu.assertEquals(start, column, line)
   end
   lu.assertStrContains(text, "kernel ")
end

-- The output with these variables in the environment, and no others.
local function output_with(variables)
   local getenv = os.getenv
   rawset(os, "getenv", function(name) return variables[name] end)
   local ok, text = pcall(output_of, {})
   rawset(os, "getenv", getenv)
   lu.assertTrue(ok, text)
   return text
end

function TestCommand.test_says_where_else_lua_looks_for_modules()
   lu.assertNil(output_with({}):match "LUA_C?PATH")
   lu.assertEquals(output_with({ LUA_PATH = "/opt/?.lua;;" }):match "\nLUA_PATH +(%C+)", "/opt/?.lua;;")
   lu.assertEquals(output_with({ LUA_CPATH_5_4 = "/opt/?.so" }):match "\nLUA_CPATH +(%C+)", "/opt/?.so")
end

function TestCommand.test_prints_json()
   local env = require("cjson").decode(output_of { json = true })
   lu.assertEquals(env.bakeoff, require("bakeoff.core").version)
   lu.assertEquals(type(env.warnings), "table")
end

TestWarnings = {}

function TestWarnings.test_governor()
   local file = "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor"
   assert_one_warning(machine { [file:format(0)] = "performance", [file:format(3)] = "powersave" },
                      "performance, powersave")
   lu.assertEquals(environment.warnings(machine { [file:format(0)] = "performance" }), {})
end

function TestWarnings.test_turbo_however_the_driver_calls_it()
   local folder = "/sys/devices/system/cpu/"
   local intel, other = folder .. "intel_pstate/no_turbo", folder .. "cpufreq/boost"
   for _, case in ipairs { { intel, "0", true }, { intel, "1", false }, { other, "1", true },
      { other, "0", false } } do
      local env = machine { [case[1]] = case[2] }
      lu.assertEquals(env.cpu.turbo, case[3])
      lu.assertEquals(#environment.warnings(env), case[3] and 1 or 0)
   end
   lu.assertNil(machine({}).cpu.turbo)
   assert_one_warning(machine { [other] = "1" }, "turbo is on: ")
end

function TestWarnings.test_smt()
   local file = "/sys/devices/system/cpu/smt/active"
   assert_one_warning(machine { [file] = "1" }, "SMT is on: ")
   lu.assertEquals(environment.warnings(machine { [file] = "0" }), {})
end

-- Manifests of earlier versions lack fields, or the whole table.
function TestWarnings.test_clock_warnings_of_any_manifest()
   lu.assertEquals(environment.clock_warnings(nil), {})
   lu.assertEquals(environment.clock_warnings { cpu_model = "x" }, {})
   local cpu = { turbo = true, smt = true, governor = "powersave" }
   lu.assertEquals(#environment.clock_warnings { cpu = cpu }, 3)
end

function TestWarnings.test_load_above_a_quarter_of_the_cores()
   assert_one_warning(machine { ["/proc/loadavg"] = "2.10 1.00 0.50 1/99 7" }, "load average is 2.10")
   lu.assertEquals(environment.warnings(machine { ["/proc/loadavg"] = "1.90 9.00 9.00 1/99 7" }), {})
end

function TestWarnings.test_steal_that_grows()
   local ticks = 100
   local env = environment.read {
      system = SYSTEM, steal_over = 0.001,
      get = function(path)
         if path == "/proc/stat" then
            ticks = ticks + 1
            return ("cpu  1 2 3 4 5 6 7 %d 0 0\ncpu0 1"):format(ticks)
         end
      end,
   }
   lu.assertAlmostEquals(env.steal.since_boot_s, 1.01, 1e-9)
   assert_one_warning(env, "steal")
end

function TestWarnings.test_few_cores()
   assert_one_warning(machine({}, { cores_allowed = 2 }), "2 cores: client and server")
   assert_one_warning(machine({}, { cores_allowed = 1 }), "1 core: client")
end

function TestWarnings.test_battery_huge_pages_and_memory()
   assert_one_warning(machine { ["/sys/class/power_supply/AC/online"] = "0" }, "battery")
   assert_one_warning(machine { ["/sys/kernel/mm/transparent_hugepage/enabled"] = "[always] madvise never" },
                      "huge pages")
   assert_one_warning(machine { ["/proc/meminfo"] = "MemTotal: 9000000 kB\nMemAvailable:  204800 kB" },
                      "only 200 MiB")
end

os.exit(lu.LuaUnit.run(), true)
