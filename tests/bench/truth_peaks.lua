--- The target `peaks`: peaks that are easily missed or counted twice, of programs of known need
-- (known_peaks.c), each of which must come out within 2 % or inside the bracket that bakeoff prints.

local measure = require "measure"
local order = require "bakeoff.stats.order"
local rivals = require "rivals"
local text_table = require "bakeoff.base.text_table"

local peaks = {}

local MIB, WITHIN = 1024 ^ 2, 0.02
local RUNS, OTHERS_RUNS, BASELINE_RUNS = 20, 3, 3
local HOLD_MS = 300
local AT_A_TIME = 5
local STALL_RUNS, STALL_SIZE, STALL_MS, STALL_MOST_MS = 9, 512, 1000, 2

-- name: of the case in known_peaks.c; size: MiB; times: the peak is that multiple of it; hold: ms.
local CASES = {
   { "one process", name = "one", size = 256, times = 1 },
   { "one that allocates in small steps", name = "small_steps", size = 64, times = 1 },
   { "one with huge pages", name = "huge_pages", size = 256, times = 1 },
   { "one that returns memory (MADV_DONTNEED)", name = "dontneed", size = 256, times = 1 },
   { "a sawtooth", name = "sawtooth", size = 64, times = 1 },
   { "16 threads' arenas", name = "arenas", size = 8, times = 16 },
   { "16 threads' stacks", name = "stacks", size = 4, times = 16 },
   { "a chain of exec", name = "exec_chain", size = 128, times = 1 },
   { "4 idle forks", name = "idle_forks", size = 256, times = 1 },
   { "4 forks' own memory", name = "own_memory", size = 64, times = 4 },
   { "4 forks' own memory, held for 20 ms", name = "own_memory", size = 64, times = 4, hold = 20 },
   { "4 forks' own memory, held for 5 ms", name = "own_memory", size = 64, times = 4, hold = 5 },
   { "4 forks' own memory, all end at once", name = "own_memory", size = 50, times = 4, hold = 0 },
   { "40 forks' own memory, all end at once", name = "forty_children", size = 5, times = 40, hold = 0 },
   { "copy on write after idling, held for 500 ms", name = "copy_after_idling", size = 64, times = 8,
      hold = 500 },
   { "copy on write, held for 500 ms", name = "copy_on_write", size = 64, times = 8, hold = 500 },
   { "copy on write, held for 100 ms", name = "copy_on_write", size = 64, times = 8, hold = 100 },
   { "copy on write, held for 20 ms", name = "copy_on_write", size = 64, times = 8, hold = 20 },
   { "copy on write, held for 5 ms", name = "copy_on_write", size = 64, times = 8, hold = 5 },
   { "8 preforked servers", name = "prefork", size = 16, times = 12 },
   { "4 sawteeth", name = "sawteeth", size = 32, times = 4 },
   { "waves of children", name = "waves", size = 128, times = 1 },
   { "200 children", name = "many_children", size = 1, times = 200 },
   { "orphans", name = "orphans", size = 100, times = 2 },
   { "orphans in their own session", name = "daemons", size = 100, times = 2 },
   { "8 orphans that end at once", name = "orphans_end", size = 25, times = 8, hold = 0 },
   { "300 × posix_spawn", name = "spawn_storm", size = 64, times = 1 },
   { "300 × fork", name = "fork_storm", size = 64, times = 1 },
   { "a child of vfork", name = "vfork_child", size = 256, times = 1 },
   { "a child of clone with CLONE_VM", name = "clone_child", size = 256, times = 1 },
   { "a file that 4 processes map", name = "shared_file", size = 200, times = 1 },
   { "a memfd that 4 processes map", name = "shared_memory", size = 200, times = 1 },
   { "a memfd that nobody maps", name = "unmapped_memory", size = 200, times = 1, is_outside = true },
}

local function argv_of(case, size)
   return { measure.program "tests/bench/known_peaks", case.name, tostring(size),
      tostring(case.hold or HOLD_MS) }
end

-- A few programs in each run of bakeoff, which has five minutes. → rows and values by label
local function seen_by_bakeoff(commands, runs)
   local seen = {}
   for first = 1, #commands, AT_A_TIME do
      local part = table.move(commands, first, math.min(first + AT_A_TIME - 1, #commands), 1, {})
      for label, values in pairs(rivals.bakeoff(part, { repeats = runs })) do
         seen[label] = values
      end
   end
   return seen
end

-- What the program needs without the memory, as bakeoff reads it: a few MiB.
local function add_baselines(cases, runs)
   local commands = {}
   for index, case in ipairs(cases) do
      commands[index] = { label = case.label, argv = argv_of(case, 0) }
   end
   local seen = seen_by_bakeoff(commands, runs)
   for _, case in ipairs(cases) do
      case.truth = case.times * case.size * MIB + (order.median(seen[case.label].peak_bytes) or 0)
   end
end

-- A row's peak: at least, at most. What is in nobody's address space is said separately, and is at least the
-- growth of the machine's shared memory: the row has it as a lower bound, too.
local function bracket_of(case, row)
   local memory = row.memory
   local outside = case.is_outside and memory.outside_peak_bytes or 0
   return memory.footprint_peak_bytes + outside, memory.footprint_peak_high_bytes + outside
end

local function is_missed(case, low, high)
   return low > case.truth * (1 + WITHIN) or high < case.truth * (1 - WITHIN)
end

local function look(case, seen, keep)
   case.low, case.high, case.cpu, case.missed = {}, {}, {}, 0
   for run, row in ipairs(seen.rows) do
      local low, high = bracket_of(case, row)
      case.low[run], case.high[run] = low, high
      case.cpu[run] = row.memory.probe_cpu_s and row.memory.probe_cpu_s / row.total_s or nil
      case.missed = case.missed + (is_missed(case, low, high) and 1 or 0)
      keep("peaks: " .. case[1], run, { low = low, high = high, truth = case.truth })
   end
end

local function see_with(name, read, cases, runs)
   for _ = 1, rivals.find(name) and runs or 0 do
      for _, case in ipairs(cases) do
         case[name] = case[name] or {}
         table.insert(case[name], read { argv = argv_of(case, case.size) })
      end
   end
end

local function mebibytes(values)
   local middle = values and order.median(values)
   return middle and ("%.0f"):format(middle / MIB) or "–"
end

local function range(values)
   local least, most = math.min(table.unpack(values)), math.max(table.unpack(values))
   return ("%.0f to %.0f"):format(least / MIB, most / MIB)
end

local function table_of(cases)
   local columns = { { title = "peak memory in MiB" } }
   for index, title in ipairs { "truth", "bakeoff saw", "at most", "missed", "sampling", "GNU time",
      "mprof" } do
      columns[index + 1] = { title = title, right = true }
   end
   local lines = {}
   for index, case in ipairs(cases) do
      lines[index] = { case[1], ("%.0f"):format(case.truth / MIB), range(case.low), range(case.high),
         ("%d of %d"):format(case.missed, #case.low), ("%.1f %%"):format((order.median(case.cpu) or 0) * 100),
         mebibytes(case.time), mebibytes(case.mprof) }
   end
   return table.concat(text_table.markdown(columns, lines), "\n")
end

local function line_of(cases)
   local missed, runs, worst = 0, 0, {}
   for _, case in ipairs(cases) do
      missed, runs = missed + case.missed, runs + #case.low
      worst[#worst + 1] = case.missed > 0 and case[1] or nil
   end
   return { what = ("peaks of %d programs outside their bracket and off by more than 2 %%:"):format(#cases),
      unit = "", value = missed, within = 0, blocks = runs,
      detail = #worst > 0 and table.concat(worst, ", ") or ("%d runs"):format(runs) }
end

-- How much longer a process that faults all the time is held up when it is measured: median of the longest
-- steps, against the same alone.
local function stall_line(runs, size, keep)
   local alone, measured = {}, {}
   for run = 1, runs do
      alone[run] = rivals.longest_step_s(size, STALL_MS, false)
      measured[run] = rivals.longest_step_s(size, STALL_MS, true)
      keep("stalls", run, { alone_s = alone[run], measured_s = measured[run] })
   end
   local bare, held = order.median(alone) * 1e3, order.median(measured) * 1e3
   return { what = ("longest step of a process of %d MiB that faults all the time: longer by"):format(size),
      unit = " ms", value = held - bare, at_most = STALL_MOST_MS, blocks = runs,
      detail = ("alone %.1f ms, measured %.1f ms"):format(bare, held) }
end

--- Returns lines, and the table as Markdown.
function peaks.measure(settings, keep)
   local is_short = settings.requests < 1000
   local runs, others = is_short and 1 or RUNS, is_short and 0 or OTHERS_RUNS
   local cases, commands = {}, {}
   for index, case in ipairs(CASES) do
      local one = setmetatable({ label = ("%s %d"):format(case.name, index) }, { __index = case })
      if is_short then
         one.size, one.hold = 1, 20
      end
      cases[index], commands[index] = one, { label = one.label, argv = argv_of(one, one.size) }
   end
   add_baselines(cases, is_short and 1 or BASELINE_RUNS)
   local seen = seen_by_bakeoff(commands, runs)
   for _, case in ipairs(cases) do
      look(case, seen[case.label], keep)
   end
   see_with("time", rivals.time_bytes, cases, others)
   see_with("mprof", rivals.mprof_bytes, cases, others)
   local stalls = stall_line(is_short and 1 or STALL_RUNS, is_short and 4 or STALL_SIZE, keep)
   return { line_of(cases), stalls }, table_of(cases)
end

return peaks
