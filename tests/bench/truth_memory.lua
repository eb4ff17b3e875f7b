--- The memory part of the target `truth`: programs with a known need (known_memory.c), measured by bakeoff,
-- GNU time and mprof. The peak lasts for many samples; a second table shows how short a peak bakeoff still
-- sees.

local json = require "bakeoff.base.json"
local measure = require "measure"
local order = require "bakeoff.stats.order"
local rivals = require "rivals"
local text_table = require "bakeoff.base.text_table"

local memory = {}

local MIB, WITHIN_PERCENT = 1024 ^ 2, 2
local RUNS, OTHERS_RUNS, BASELINE_RUNS = 5, 3, 5
local HOLD_MS = 300 -- 30 ticks of bakeoff's, 10 looks of mprof's
local MODES = {
   one = { words = "%d MiB, one process", count = 1 },
   forks = { words = "%d MiB, shared with 4 forks", count = 1 },
   spawns = { words = "4 × %d MiB, 4 spawned", count = 4 },
   owns = { words = "4 × %d MiB, 4 forks' own", count = 4 },
}

--- Truth --------------------------------------------------------------------------------------------------

-- What the program needs before it allocates: its page frames, counted at the peak of a run with 0 MiB. If
-- they are hidden (only root sees them), it is bakeoff's own reading, and the table says so.
local function baseline_of(mode)
   local program, values = measure.program "tests/bench/known_memory", {}
   local counter = measure.program "tests/bench/page_frames"
   for run = 1, BASELINE_RUNS do
      local ok, out = pcall(measure.output, { "/bin/sh", "-c", '"$1" "$2" 0 tell | "$3"', "sh", program,
         mode, counter })
      values[run] = ok and json.decode(out).bytes or nil
   end
   if values[1] then
      return order.median(values), true
   end
   local seen = rivals.bakeoff({ { label = "0", argv = { program, mode, "0", tostring(HOLD_MS) } } },
      { repeats = BASELINE_RUNS })
   return order.median(seen["0"].peak_bytes), false
end

local function baselines()
   local known, counted = {}, true
   for mode in pairs(MODES) do
      local bytes, is_counted = baseline_of(mode)
      known[mode], counted = bytes, counted and is_counted
   end
   return known, counted
end

local function case_of(mode, size, hold, known)
   return {
      mode = mode, size = size, hold = hold, label = ("%s %d held %d ms"):format(mode, size, hold),
      what = MODES[mode].words:format(size), truth = MODES[mode].count * size * MIB + known[mode],
      argv = { measure.program "tests/bench/known_memory", mode, tostring(size), tostring(hold) },
   }
end

local function cases_of(modes, sizes, holds, known)
   local cases = {}
   for _, mode in ipairs(modes) do
      for _, size in ipairs(sizes) do
         for _, hold in ipairs(holds) do
            cases[#cases + 1] = case_of(mode, size, hold, known)
         end
      end
   end
   return cases
end

--- Runs ---------------------------------------------------------------------------------------------------

local function off_percent(bytes, truth) return (bytes / truth - 1) * 100 end

-- The value farthest from the truth.
local function worst(values, truth)
   local found
   for _, value in ipairs(values) do
      found = (not found or math.abs(value - truth) > math.abs(found - truth)) and value or found
   end
   return found
end

local function see_with_bakeoff(cases, runs, keep)
   local seen = rivals.bakeoff(cases, { repeats = runs })
   for _, case in ipairs(cases) do
      case.bakeoff = seen[case.label].peak_bytes
      for run, bytes in ipairs(case.bakeoff) do
         keep("bakeoff: " .. case.label, run, { bytes = bytes, truth = case.truth })
      end
   end
end

local function see_with(name, read, cases, runs, keep)
   if not rivals.find(name) then
      return
   end
   for run = 1, runs do
      for _, case in ipairs(cases) do
         local bytes = read(case)
         case[name] = case[name] or {}
         case[name][run] = bytes
         keep(("%s: %s"):format(name, case.label), run, { bytes = bytes, truth = case.truth })
      end
   end
end

--- What comes of it ---------------------------------------------------------------------------------------

local function mebibytes(bytes) return ("%.2f MiB"):format(bytes / MIB) end

local function cell(values, truth)
   if not values or #values == 0 then
      return "–"
   end
   local middle = order.median(values)
   return ("%s (%+.1f %%)"):format(mebibytes(middle), off_percent(middle, truth))
end

local function line_of(case)
   local found = worst(case.bakeoff, case.truth) or 0
   return {
      what = ("peak memory, %s: off by"):format(case.what), unit = " %", blocks = #case.bakeoff,
      value = off_percent(found, case.truth), within = WITHIN_PERCENT,
      detail = ("truth %s; worst of %d runs %s; GNU time %s, mprof %s"):format(mebibytes(case.truth),
         #case.bakeoff, mebibytes(found), cell(case.time, case.truth), cell(case.mprof, case.truth)),
   }
end

local function held_table(cases)
   local columns = { { title = "peak memory" }, { title = "truth", right = true },
      { title = "bakeoff exec", right = true }, { title = "GNU time", right = true },
      { title = "mprof", right = true } }
   local lines = {}
   for index, case in ipairs(cases) do
      lines[index] = { case.what, mebibytes(case.truth), cell(case.bakeoff, case.truth),
         cell(case.time, case.truth), cell(case.mprof, case.truth) }
   end
   return table.concat(text_table.markdown(columns, lines), "\n")
end

local function by_hold(cases, holds)
   local columns = { { title = "bakeoff exec, peak held for" } }
   local lines, row = {}, nil
   for _, hold in ipairs(holds) do
      columns[#columns + 1] = { title = hold == 0 and "0" or hold .. " ms", right = true }
   end
   for index, case in ipairs(cases) do
      if (index - 1) % #holds == 0 then
         row = { case.what }
         lines[#lines + 1] = row
      end
      local found = worst(case.bakeoff, case.truth)
      row[#row + 1] = found and ("%+.1f %%"):format(off_percent(found, case.truth)) or "–"
   end
   return table.concat(text_table.markdown(columns, lines), "\n")
end

local function note(is_counted, hold)
   local missing = rivals.missing { "time", "mprof" }
   return ("Truth is what was allocated and what the same program needs without it (%s). %s: medians; in " ..
      "brackets how far off.%s"):format(is_counted and "its page frames, counted"
         or "as bakeoff reads it: page frames are hidden from all but root",
      ("Held for %d ms"):format(hold), missing and " Missing here: " .. missing .. "." or "")
end

--- Returns lines, and both tables as Markdown.
function memory.measure(settings, keep)
   local is_short = settings.requests < 1000
   local sizes = is_short and { 1, 4 } or { 1, 64, 512 }
   local holds = is_short and { 0 } or { 0, 10, 50, 200 }
   local runs, others = is_short and 1 or RUNS, is_short and 1 or OTHERS_RUNS
   local known, is_counted = baselines()
   local cases = cases_of({ "one", "forks", "spawns" }, sizes, { is_short and 100 or HOLD_MS }, known)
   see_with_bakeoff(cases, runs, keep)
   see_with("time", rivals.time_bytes, cases, others, keep)
   see_with("mprof", rivals.mprof_bytes, cases, others, keep)
   local lines = {}
   for index, case in ipairs(cases) do
      lines[index] = line_of(case)
   end
   local short = cases_of({ "one", "forks", "spawns", "owns" }, { table.unpack(sizes, 2) }, holds, known)
   see_with_bakeoff(short, others, keep)
   return lines, table.concat({ held_table(cases), note(is_counted, cases[1].hold), by_hold(short, holds),
      ("How far off, worst of %d runs."):format(others) }, "\n\n")
end

return memory
