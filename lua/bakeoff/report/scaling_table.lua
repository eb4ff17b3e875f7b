--- The scaling analysis as a short table, on the terminal and in report.md; and a legend of its terms.

local figure = require "bakeoff.report.figure"
local numbers = require "bakeoff.base.numbers"

local scaling_table = {}

local NOTHING = "–"

local function plain(value) return numbers.plain(value) end

-- "[1.2, 1.4]"; nil if there is no interval. divisor: of the unit; default 1.
local function bracket(low, high, divisor)
   return low and high and numbers.span(low / (divisor or 1), high / (divisor or 1)) or nil
end

-- The same for shares, in percent.
local function percent_bracket(low, high, percent)
   local first, last = low and percent(low), high and percent(high)
   return first and last and first ~= last and ("[%s, %s]"):format(first, last) or nil
end

-- Without the percent sign. A value too small to matter is reported as smaller than a limit.
local function percent(value)
   local share = value * 100
   return share > 0 and share < 0.001 and "below 0.001" or numbers.significant(share, 3)
end

-- A share as a cell, with a percent sign.
local function share_of(value)
   return value and figure.new { text = percent(value) .. " %", value = value } or NOTHING
end

local function last_point(entry) return entry.points[#entry.points] end

local function counts(entry)
   return figure.new { text = ("%d → %d"):format(entry.base_workers, last_point(entry).workers),
      value = last_point(entry).workers }
end

local function speedup(entry)
   local gain = last_point(entry).speedup
   return gain and figure.new { text = plain(gain.value) .. "×", value = gain.value,
      interval = bracket(gain.low, gain.high) } or NOTHING
end

-- "16", "16 (in 80 %)", "100 or more".
local function knee(entry)
   local found = entry.knee
   local certainty = found.certainty and found.certainty < 0.95 and numbers.percent(found.certainty)
   return figure.new { text = ("%d%s"):format(found.workers, found.is_last and " or more" or ""),
      note = certainty and ("(in %s)"):format(certainty) or nil, value = found.workers }
end

local function fitted(fit, name)
   local cell = share_of(fit[name])
   if cell ~= NOTHING then
      cell.interval = percent_bracket(fit[name .. "_low"], fit[name .. "_high"], percent)
   end
   return cell
end

-- Beyond the largest count that was run, the law only extrapolates: then no number is shown.
local function peak(entry)
   local usl, last = entry.usl, last_point(entry).workers
   if usl.refused then
      return NOTHING
   elseif not usl.peak_workers or usl.peak_workers > last then
      return ("beyond %d"):format(last)
   end
   local high = usl.peak_high and usl.peak_high <= last and plain(usl.peak_high) or ("beyond %d"):format(last)
   return figure.new { text = plain(usl.peak_workers), value = usl.peak_workers,
      interval = usl.peak_low and ("[%s, %s]"):format(plain(usl.peak_low), high) or nil }
end

local function memory(slope)
   if not slope then
      return NOTHING
   end
   local divisor, unit = numbers.unit(slope.value, "size")
   local function text(value) return plain(value / divisor) end
   return figure.new { text = text(slope.value) .. " " .. unit, value = slope.value,
      interval = bracket(slope.low, slope.high, divisor) }
end

local function miss(entry)
   local fit = entry.usl.refused and entry.amdahl or entry.usl
   return share_of(fit.worst_miss)
end

local function setup(start)
   return start and figure.new { text = numbers.format(start.median_s, "time"), value = start.median_s,
      note = start.share and ("(%s %% of total)"):format(percent(start.share)) or nil } or NOTHING
end

local COLUMNS = {
   { title = "contender", cell = function(_, name) return name end },
   { title = "workers", right = true, cell = counts },
   { title = "speed-up [95 %]", cell = speedup },
   { title = "efficiency", right = true, cell = function(entry)
      return share_of((last_point(entry).efficiency or {}).value)
   end },
   { title = "knee", right = true, cell = knee },
   { title = "serial (Amdahl)", cell = function(entry) return fitted(entry.amdahl, "sigma") end },
   { title = "σ (USL)", cell = function(entry) return fitted(entry.usl, "sigma") end },
   { title = "κ (USL)", cell = function(entry) return fitted(entry.usl, "kappa") end },
   { title = "peak at", cell = peak },
   { title = "largest error of fit", right = true, cell = miss },
   { title = "memory per worker", cell = function(entry) return memory(entry.memory_per_worker) end },
   { title = "pool start", cell = function(entry) return setup(entry.setup) end },
}

--- Columns and rows for text_table; entries: from results:scaling.
function scaling_table.rows(results, entries)
   local rows = {}
   for index, entry in ipairs(entries) do
      local cell = results:cell(entry.label, entry.base_workers)
      rows[index] = { label = entry.label }
      for place, column in ipairs(COLUMNS) do
         rows[index][place] = column.cell(entry, cell and cell.name or entry.label)
      end
   end
   return COLUMNS, rows
end

--- What the columns mean, for report.md.
function scaling_table.legend(within)
   return ("Speed-up of the work phase, from the smallest to the largest worker count, paired within"
      .. " blocks; efficiency is the speed-up divided by the factor of workers. Knee: the smallest count"
      .. " within %s %% of the best time. Serial, σ and κ: parameters of Amdahl's law and of the universal"
      .. " scalability law, T(N) = T(1) (1/N + σ (N-1)/N + κ (N-1)), by least squares; the 95 %% intervals"
      .. " come from fits to single blocks. The laws describe shared work, not waiting: check the largest"
      .. " error of the fit. Memory per worker: from the fewest to the most workers of a block,"
      .. " divided by the workers added; median of all blocks. Pool"
      .. " start: at the largest count; not part of the speed-up."):format(
      percent(within))
end

return scaling_table
