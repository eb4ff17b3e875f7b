--- The scaling analysis as a short table, on the terminal and in report.md; and what its words mean.

local numbers = require "bakeoff.base.numbers"

local scaling_table = {}

local NOTHING = "–"

local function bracket(low, high, text)
   return low and high and (" [%s, %s]"):format(text(low), text(high)) or ""
end

local function plain(value) return numbers.plain(value) end

-- Never an exponent: what is that small is said to be smaller than what could matter.
local function percent(value)
   local share = value * 100
   return share > 0 and share < 0.001 and "below 0.001" or ("%.3g"):format(share)
end

local function speedup_text(entry)
   local last = entry.points[#entry.points]
   local gain = last.speedup
   return gain and ("%s×%s"):format(plain(gain.value), bracket(gain.low, gain.high, plain)) or NOTHING
end

local function efficiency_text(entry)
   local efficiency = entry.points[#entry.points].efficiency
   return efficiency and percent(efficiency.value) .. " %" or NOTHING
end

-- "16", "16 (in 80 %)", "100 or more".
local function knee_text(knee)
   local text = ("%d%s"):format(knee.workers, knee.is_last and " or more" or "")
   return knee.certainty and knee.certainty < 0.95 and ("%s (in %.0f %%)"):format(text, knee.certainty * 100)
      or text
end

local function share_text(fit, name)
   local value = fit[name]
   return value and ("%s %%%s"):format(percent(value), bracket(fit[name .. "_low"], fit[name .. "_high"],
      percent)) or NOTHING
end

-- Beyond the largest count that was run, the law is a guess: then no number.
local function peak_text(entry)
   local usl, last = entry.usl, entry.points[#entry.points].workers
   if usl.refused then
      return NOTHING
   elseif not usl.peak_workers or usl.peak_workers > last then
      return ("beyond %d"):format(last)
   end
   local high = usl.peak_high and usl.peak_high <= last and plain(usl.peak_high) or ("beyond %d"):format(last)
   return plain(usl.peak_workers) .. (usl.peak_low and (" [%s, %s]"):format(plain(usl.peak_low), high) or "")
end

local function memory_text(slope)
   if not slope then
      return NOTHING
   end
   local divisor, unit = numbers.unit(slope.value, "size")
   local function text(value) return plain(value / divisor) end
   return ("%s %s%s"):format(text(slope.value), unit, bracket(slope.low, slope.high, text))
end

local function miss_text(entry)
   local fit = entry.usl.refused and entry.amdahl or entry.usl
   return fit.worst_miss and percent(fit.worst_miss) .. " %" or NOTHING
end

local function setup_text(setup)
   if not setup then
      return NOTHING
   end
   local share = setup.share and (" (%s %% of total)"):format(percent(setup.share)) or ""
   return numbers.format(setup.median_s, "time") .. share
end

local COLUMNS = {
   { title = "contender", text = function(_, name) return name end },
   { title = "workers", right = true, text = function(entry)
      return ("%d → %d"):format(entry.base_workers, entry.points[#entry.points].workers)
   end },
   { title = "speed-up [95 %]", text = speedup_text },
   { title = "efficiency", right = true, text = efficiency_text },
   { title = "knee", right = true, text = function(entry) return knee_text(entry.knee) end },
   { title = "serial (Amdahl)", text = function(entry) return share_text(entry.amdahl, "sigma") end },
   { title = "σ (USL)", text = function(entry) return share_text(entry.usl, "sigma") end },
   { title = "κ (USL)", text = function(entry) return share_text(entry.usl, "kappa") end },
   { title = "peak at", text = function(entry) return peak_text(entry) end },
   { title = "fit misses by", right = true, text = miss_text },
   { title = "memory per worker", text = function(entry) return memory_text(entry.memory_per_worker) end },
   { title = "pool start", text = function(entry) return setup_text(entry.setup) end },
}

--- Columns and rows for text_table; entries: of results:scaling.
function scaling_table.rows(results, entries)
   local rows = {}
   for index, entry in ipairs(entries) do
      local cell = results:cell(entry.label, entry.base_workers)
      rows[index] = { colours = {} }
      for place, column in ipairs(COLUMNS) do
         rows[index][place] = column.text(entry, cell and cell.name or entry.label)
      end
   end
   return COLUMNS, rows
end

--- What the columns are, for report.md.
function scaling_table.legend(within)
   return ("Speed-up of the work phase, from the smallest to the largest worker count, paired within"
      .. " blocks; efficiency is that by the factor of workers. Knee: the smallest count within %s %% of the"
      .. " best time. Serial, σ and κ: shares of Amdahl's law and of the universal scalability law,"
      .. " T(N) = T(1) (1/N + σ (N-1)/N + κ (N-1)), by least squares, with 95 %% bootstrap intervals; the"
      .. " laws know work that is shared out, not waits: look at what the fit misses by. Memory per worker:"
      .. " slope of Theil and Sen. Pool start at the largest count, not part of the speed-up."):format(
      percent(within))
end

return scaling_table
