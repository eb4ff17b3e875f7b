--- The wall time part of the target `truth`: programs that sleep or compute, timed in turns by `bakeoff
-- exec`, by hyperfine, and by bare posix_spawn and waitpid.

local core = require "bakeoff.core"
local measure = require "measure"
local rivals = require "rivals"
local stats = require "bakeoff.stats"
local text_table = require "bakeoff.base.text_table"

local time = {}

local MOST_BLOCKS = 9
local WITHIN_SHARE, WITHIN_MS = 0.01, 1

-- Runs per block, chosen so that all cases take about equally long.
local LENGTHS = { { ms = 5, runs = 15, warmup = 2 }, { ms = 50, runs = 5, warmup = 1 },
   { ms = 500, runs = 1, warmup = 0 } }
local SHORT = { { ms = 5, runs = 2, warmup = 0 } }

local function cases_of(lengths)
   local cases, per_ms, sleep = {}, rivals.rounds_per_ms(), core.program_find("sleep", os.getenv "PATH")
   for _, length in ipairs(lengths) do
      cases[#cases + 1] = { what = ("sleep %d ms"):format(length.ms), length = length,
         argv = { sleep, ("%.3f"):format(length.ms / 1e3) } }
   end
   for _, length in ipairs(lengths) do
      cases[#cases + 1] = { what = ("compute %d ms"):format(length.ms), length = length,
         argv = rivals.work(length.ms * per_ms) }
   end
   return cases
end

local function sides_of(case)
   local runs, warmup = case.length.runs, case.length.warmup
   case.label = case.what
   local sides = {
      { name = "bakeoff", run = function()
         return { median_s = stats.median(rivals.bakeoff({ case }, { repeats = runs, warmup = warmup })[
            case.label].time_s) }
      end },
      { name = "spawn", run = function() return { median_s = rivals.spawn(case, runs).median_s } end },
   }
   if rivals.find "hyperfine" then
      sides[3] = { name = "hyperfine", run = function()
         return { median_s = rivals.hyperfine_s(case, runs, warmup) }
      end }
   end
   return sides
end

-- Differences of two sides within blocks, in ms.
local function differences(a, b)
   local list = {}
   for block, row in ipairs(a) do
      list[block] = (row.median_s - b[block].median_s) * 1e3
   end
   return stats.summary(list)
end

local function run_case(case, blocks, keep)
   case.seen = measure.blocks(blocks, sides_of(case), function(side, block, values)
      keep(("%s: %s"):format(side, case.what), block, values)
   end)
   case.reference = case.seen.hyperfine and "hyperfine" or "spawn"
   case.off = differences(case.seen.bakeoff, case.seen[case.reference])
end

local function median_ms(rows) return measure.median(rows, "median_s").value * 1e3 end

local function line_of(case)
   local reference = median_ms(case.seen[case.reference])
   return {
      what = ("wall time, %s: bakeoff exec − %s"):format(case.what, case.reference), unit = " ms",
      value = case.off.median, low = case.off.low, high = case.off.high, blocks = case.off.n,
      within = math.max(reference * WITHIN_SHARE, WITHIN_MS),
      detail = ("%+.2f %%; %s %.3f ms; %d runs per block"):format(case.off.median / reference * 100,
         case.reference, reference, case.length.runs),
   }
end

local function signed(summary)
   local interval = summary.low and (" [%+.3f, %+.3f]"):format(summary.low, summary.high) or ""
   return ("%+.3f%s"):format(summary.median, interval)
end

local function markdown(cases)
   local columns = { { title = "wall time, ms" }, { title = "spawn and wait", right = true },
      { title = "hyperfine", right = true }, { title = "bakeoff exec", right = true },
      { title = "bakeoff − hyperfine [95 %]", right = true },
      { title = "hyperfine − spawn and wait [95 %]", right = true } }
   local lines = {}
   for index, case in ipairs(cases) do
      local seen = case.seen
      lines[index] = { case.what, ("%.3f"):format(median_ms(seen.spawn)),
         seen.hyperfine and ("%.3f"):format(median_ms(seen.hyperfine)) or "–",
         ("%.3f"):format(median_ms(seen.bakeoff)), seen.hyperfine and signed(case.off) or "–",
         seen.hyperfine and signed(differences(seen.hyperfine, seen.spawn)) or "–" }
   end
   return table.concat(text_table.markdown(columns, lines), "\n")
end

--- Returns lines, and the table as Markdown.
function time.measure(settings, keep)
   local is_short = settings.requests < 1000
   local cases, lines = cases_of(is_short and SHORT or LENGTHS), {}
   for index, case in ipairs(cases) do
      run_case(case, math.min(settings.blocks, MOST_BLOCKS), keep)
      lines[index] = line_of(case)
   end
   local missing = rivals.missing { "hyperfine" }
   return lines, markdown(cases) .. (missing and "\n\nMissing here: " .. missing .. "." or "")
end

return time
