--- bakeoff env: what a manifest records about this machine, and what may disturb a measurement.

local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local json = require "bakeoff.base.json"
local look = require "bakeoff.base.look"
local numbers = require "bakeoff.base.numbers"

local env_command = { name = "env",
   summary = "show what a run records about this machine, and warn of what may disturb it" }

local EPILOG = [[
Every run records these facts in its manifest.json, except those about --untrusted: what the
kernel permits to confine other people's scripts with. Warnings name what may disturb a measurement,
such as load, frequency scaling or a virtual machine whose host takes CPU time away.

Examples:
   bakeoff env
      prints a table, then the warnings
   bakeoff env --json > machine.json
      keeps the facts, for example to compare two machines

Exit codes:
   0   success, also with warnings
   2   usage error]]

function env_command.define(parser)
   parser:usage("Usage: bakeoff env [--json]")
   parser:flag("--json", "Print JSON as in manifest.json, with the warnings")
   parser:epilog(EPILOG)
end

local PROBE_LIMIT_S = 5

-- The keeper's mechanisms, in our words.
local NAMES = { untrusted = "--untrusted" }

local function yes_no(value)
   if value == nil then
      return nil
   end
   return value and "yes" or "no"
end

local function bytes(value) return value and numbers.format(value, "size") end

local function count(value) return value and numbers.whole(value) end

local function cores(cpu)
   if cpu.cores_allowed == cpu.cores_online then
      return tostring(cpu.cores_online)
   end
   return ("%d, of which %d allowed"):format(cpu.cores_online, cpu.cores_allowed)
end

local function limits_of(group)
   local cpus = group.cpus and ("%.2g CPUs"):format(group.cpus)
   local text = cpus and group.memory_bytes and cpus .. ", " .. bytes(group.memory_bytes)
      or cpus or bytes(group.memory_bytes) or "no limits"
   return ("v%d, %s"):format(group.version, text)
end

local function pressure_of(found)
   local parts = {}
   for _, name in ipairs { "cpu", "memory", "io" } do
      local average = found[name .. "_some_avg10"]
      parts[#parts + 1] = average and ("%s %.1f %%"):format(name, average)
   end
   return table.concat(parts, ", ")
end

local function steal_of(found)
   local text = numbers.format(found.since_boot_s, "time") .. " since boot"
   return found.share and ("%s, %.1f %% now"):format(text, 100 * found.share) or text
end

-- "page_faults; not available: instructions, cycles (this machine …)"
local function counters_of(list)
   local found, missing, reason = {}, {}, nil
   for _, one in ipairs(list) do
      table.insert(one.available and found or missing, one.name)
      reason = reason or one.reason
   end
   local text = #found > 0 and table.concat(found, ", ") or "none"
   return #missing > 0 and ("%s; not available: %s (%s)"):format(text, table.concat(missing, ", "), reason)
      or text
end

-- Where Lua also looks for modules, if the user's environment says so. It decides which code runs. Manifests
-- don't keep it, because it is a path.
local function user_path(variable) return os.getenv(variable .. "_5_4") or os.getenv(variable) end

-- What --untrusted could use here, as the keeper says it (src/programs/confine/probe.c): list of { name,
-- text }.
local function confinement()
   local keeper = (core.prefix() or "") .. "/libexec/bakeoff/confine"
   local result, rows = core.command { argv = { keeper, "--probe" }, timeout = PROBE_LIMIT_S }, {}
   for name, is_there, about in (result and result.stdout or ""):gmatch "(%w+)\t(%w+)\t([^\n]*)\n" do
      rows[#rows + 1] = { NAMES[name] or name, is_there == "yes" and (about ~= "" and about or "possible")
         or "no: " .. about }
   end
   return rows
end

local function by_name(list)
   local map = {}
   for _, row in ipairs(list) do
      map[row[1]] = row[2]
   end
   return map
end

local function with_confinement(rows)
   local found = confinement()
   return table.move(found, 1, #found, #rows + 1, rows)
end

--- Rows of name and text; a row without text is not printed.
local function rows_of(env)
   local cpu, memory, machine = env.cpu, env.memory, env.virtualisation or {}
   local load = env.load and ("%.2f  %.2f  %.2f"):format(table.unpack(env.load))
   return {
      { "bakeoff", env.bakeoff },
      { "kernel", ("%s %s"):format(env.kernel, env.machine) },
      { "distribution", env.distribution },
      { "CPU", cpu.model },
      { "cores", cores(cpu) },
      { "SMT", yes_no(cpu.smt) },
      { "turbo", yes_no(cpu.turbo) },
      { "governor", cpu.governor or "none shown" },
      { "virtual machine", yes_no(machine.hypervisor) },
      { "container", machine.container },
      { "cgroup", env.cgroup and limits_of(env.cgroup) },
      { "power", env.power },
      { "memory", bytes(memory.total_bytes) },
      { "available", bytes(memory.available_bytes) },
      { "swap", bytes(memory.swap_bytes) },
      { "huge pages", memory.thp },
      { "MALLOC_ARENA_MAX", memory.malloc_arena_max },
      { "load", load },
      { "pressure (10 s)", env.pressure and pressure_of(env.pressure) },
      { "steal", env.steal and steal_of(env.steal) },
      { "counters", env.counters and counters_of(env.counters) },
      { "open files", count(env.limits.open_files) or "no limit" },
      { "processes", count(env.limits.processes) or "no limit" },
      { "clock", ("%s, step %s"):format(env.clock.source or "unknown source",
                                        numbers.format(env.clock.resolution_s, "time")) },
      { "Lua", env.versions.lua },
      { "LUA_PATH", user_path "LUA_PATH" },
      { "LUA_CPATH", user_path "LUA_CPATH" },
      { "libcurl", env.versions.libcurl },
      { "libuv", env.versions.libuv },
      { "gnuplot", env.versions.gnuplot or env.versions.gnuplot_silent and "does not answer" or "not found" },
   }
end

local function say(how, words, first)
   for _, line in ipairs(look.lines(words, how, first)) do
      print(line)
   end
end

local function print_rows(rows, how)
   local width = 0
   for _, row in ipairs(rows) do
      width = row[2] and math.max(width, #row[1]) or width
   end
   for _, row in ipairs(rows) do
      if row[2] then
         say(how, row[2], ("%-" .. width .. "s  "):format(row[1]))
      end
   end
end

local function print_warnings(warnings, how)
   print()
   for _, warning in ipairs(warnings) do
      say(how, warning, "warning: ")
   end
   if #warnings == 0 then
      print "no warnings: found nothing that would disturb a measurement"
   end
end

function env_command.run(args)
   local env = environment.read { counters = true, gnuplot = true, steal_over = 0.1 }
   local warnings = environment.warnings(env)
   if args.json then
      env.warnings, env.confinement = json.array(warnings), by_name(confinement())
      print(json.encode(env))
   else
      local how = look.of {}
      print_rows(with_confinement(rows_of(env)), how)
      print_warnings(warnings, how)
   end
   return 0
end

return env_command
