--- Measures a program's time or memory with `bakeoff exec`, hyperfine, GNU time and mprof, and with a bare
-- spawn and wait. Used by truth_time.lua and truth_memory.lua.

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local measure = require "measure"
local rows = require "bakeoff.runs.rows"
local metrics = require "bakeoff.model.metrics"
local shell_words = require "bakeoff.base.shell_words"

local rivals = {}

-- The Debian package of each tool, and its names in Debian or elsewhere.
local TOOLS = {
   hyperfine = { package = "hyperfine", "hyperfine" },
   time = { package = "time", "/usr/bin/time" },
   mprof = { package = "python3-memory-profiler", "python3-mprof", "mprof" },
}

-- The sampling interval of mprof; its default is 0.1 s.
local MPROF_EVERY_S = 0.03

local PROBE_ROUNDS, PROBES = 20000000, 5

--- Path of a tool; nil and its package if it is missing.
function rivals.find(name)
   local tool = TOOLS[name]
   for _, file in ipairs(tool) do
      local path = core.program_find(file, os.getenv "PATH")
      if path then
         return path
      end
   end
   return nil, tool.package
end

--- Names the missing tools of a list, as text; nil if none is missing.
function rivals.missing(names)
   local list = {}
   for _, name in ipairs(names) do
      local path, package = rivals.find(name)
      list[#list + 1] = not path and ("%s (package %s)"):format(name, package) or nil
   end
   return #list > 0 and table.concat(list, ", ") or nil
end

local function with_file(run)
   local path = os.tmpname()
   local ok, result = pcall(run, path)
   os.remove(path)
   return ok and result or error(result, 0)
end

local function read_all(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read "a"
end

--- bakeoff exec -------------------------------------------------------------------------------------------

local function exec_line(out, commands, options)
   local argv = { measure.program "bakeoff", "exec", "--no-chart", "--out", out, "--name", "truth",
      "--repeats", tostring(options.repeats), "--warmup", tostring(options.warmup or 0) }
   for index, command in ipairs(commands) do
      table.move({ "--label", command.label }, 1, 2, #argv + 1, argv)
      if index > 1 then
         table.move({ "--vs", shell_words.join(command.argv) }, 1, 2, #argv + 1, argv)
      end
   end
   argv[#argv + 1] = "--"
   return table.move(commands[1].argv, 1, #commands[1].argv, #argv + 1, argv)
end

--- Measures programs with `bakeoff exec`. commands: { { label =, argv = }, … }; options: repeats, warmup.
-- Returns label → { time_s, peak_bytes, rows = lists } with a value per trial; missing values are left out.
function rivals.bakeoff(commands, options)
   local out = os.tmpname()
   os.remove(out)
   local ok, seen = pcall(function()
      local seen = {}
      measure.output(exec_line(out, commands, options))
      for _, row in ipairs(rows.trials(out .. "/truth", {})) do
         local one = seen[row.label] or { time_s = {}, peak_bytes = {}, rows = {} }
         seen[row.label] = one
         one.time_s[#one.time_s + 1], one.rows[#one.rows + 1] = row.total_s, row
         one.peak_bytes[#one.peak_bytes + 1] = metrics.reader "footprint_peak_bytes" (row)
      end
      return seen
   end)
   core.remove_tree(out)
   return ok and seen or error(seen, 0)
end

--- The others ---------------------------------------------------------------------------------------------

--- Median time of `runs` runs, in seconds, by hyperfine without a shell.
function rivals.hyperfine_s(command, runs, warmup)
   return with_file(function(path)
      measure.output { rivals.find "hyperfine", "-N", "--style", "none", "--runs", tostring(runs), "--warmup",
         tostring(warmup), "--export-json", path, shell_words.join(command.argv) }
      return json.decode(read_all(path)).results[1].median
   end)
end

--- Times of `runs` runs with only posix_spawn and waitpid: median_s, min_s, max_s.
function rivals.spawn(command, runs)
   local argv = { measure.program "tests/bench/spawn_timer", tostring(runs) }
   return json.decode(measure.output(table.move(command.argv, 1, #command.argv, 3, argv)))
end

--- The command line of known_work.
function rivals.work(rounds)
   return { measure.program "tests/bench/known_work", ("%.0f"):format(rounds) }
end

--- How many rounds of known_work this machine does in a millisecond.
function rivals.rounds_per_ms()
   local whole = rivals.spawn({ argv = rivals.work(PROBE_ROUNDS) }, PROBES).min_s
   local start = rivals.spawn({ argv = rivals.work(0) }, PROBES).min_s
   return PROBE_ROUNDS / ((whole - start) * 1e3)
end

--- The longest step of known_stalls, in seconds: alone, or measured by `bakeoff exec`.
function rivals.longest_step_s(mebibytes, milliseconds, is_measured)
   return with_file(function(path)
      local argv = { measure.program "tests/bench/known_stalls", tostring(mebibytes), tostring(milliseconds),
         path }
      if is_measured then
         rivals.bakeoff({ { label = "stalls", argv = argv } }, { repeats = 1 })
      else
         measure.output(argv)
      end
      return tonumber(read_all(path)) / 1e6
   end)
end

--- Peak memory by GNU time: the largest RSS of any one process, in bytes.
function rivals.time_bytes(command)
   return with_file(function(path)
      local argv = { rivals.find "time", "-f", "%M", "-o", path }
      measure.output(table.move(command.argv, 1, #command.argv, #argv + 1, argv))
      return tonumber(read_all(path)) * 1024
   end)
end

--- Peak memory by memory_profiler, children included: the largest sum of RSS, in bytes.
function rivals.mprof_bytes(command)
   return with_file(function(path)
      local argv = { rivals.find "mprof", "run", "--include-children", "--interval", tostring(MPROF_EVERY_S),
         "--output", path }
      measure.output(table.move(command.argv, 1, #command.argv, #argv + 1, argv))
      local peak = 0.0
      for mebibytes in read_all(path):gmatch "MEM ([%d.]+)" do
         peak = math.max(peak, tonumber(mebibytes) * 1024 ^ 2)
      end
      return peak
   end)
end

return rivals
