--- Speed-up of the work phase against workers, relative to the contender's own smallest count, both
-- logarithmic; dotted lines show the ideal (twice the workers, twice as fast) and what the jobs allow
-- (../analysis/reachable.lua), if that is less.

local axis = require "bakeoff.plotting.axis"
local gains = require "bakeoff.analysis.gains"
local numbers = require "bakeoff.base.numbers"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"
local lines = require "bakeoff.plotting.lines"
local reachable = require "bakeoff.analysis.reachable"
local scaling_words = require "bakeoff.analysis.wording.scaling"
local select = require "bakeoff.model.select"

local speedup = { name = "speedup" }

local METRIC = "work_s"

--- "Without pool start-up, from 1 to 16 workers: …"
function speedup.title(results)
   return scaling_words.of_work(gains.of(results, over_workers.contenders(results), METRIC))
end

-- The points that have the figure: { workers, value, low, high }.
local function points_of(entry, figure)
   local points = {}
   for _, point in ipairs(entry.points) do
      local value = point[figure]
      if value then
         points[#points + 1] = { point.workers, value.value, value.low, value.high }
      end
   end
   -- The first point is compared with itself: it is 1 and has no interval.
   points[1] = points[1] and { points[1][1], points[1][2] }
   return points
end

--- Series of a figure of results:scaling(), "speedup" or "efficiency"; text(value) stands beside the name.
function speedup.series(results, figure, text)
   local series = {}
   for _, entry in ipairs(results:scaling()) do
      local points, cells = points_of(entry, figure), {}
      for _, cell in ipairs(results.cells) do
         cells[#cells + 1] = cell.label == entry.label and cell or nil
      end
      -- Strangers' rows may have several counts of what has one.
      if #points > 1 and cells[1] and not select.is_fixed(cells[1]) then
         series[#series + 1] = { name = cells[1].name, label = entry.label, cells = cells, points = points,
            look = results.looks[entry.label], value = text(points[#points][2]), base = entry.base_workers }
      end
   end
   return lines.solid_first(series)
end

--- "each against its own time with 1 worker"
function speedup.base_text(series)
   local base = series[1].base
   for _, one in ipairs(series) do
      if one.base ~= base then
         return "each against its own smallest count"
      end
   end
   return ("each against itself with %s"):format(numbers.plural(base, "worker"))
end

-- One line for each base count that contenders have.
local function ideals(series)
   local guides, seen, most = {}, {}, 0
   for _, one in ipairs(series) do
      most = math.max(most, one.points[#one.points][1])
   end
   for _, one in ipairs(series) do
      if not seen[one.base] then
         seen[one.base] = true
         guides[#guides + 1] = { name = "ideal", points = { { one.base, 1.0 }, { most, most / one.base } } }
      end
   end
   return guides
end

local function times(value) return numbers.plain(value) .. "×" end

local CLOSE = 0.98 -- of the ideal: a bound as near as this isn't drawn

-- The line of what the jobs allow; nil where contenders start at several counts, or where it is the ideal.
local function bound(results, series)
   local allowed, last = reachable.of(results)
   local base, counts = series[1].base, select.worker_counts(results)
   for _, one in ipairs(series) do
      allowed = one.base == base and allowed or nil
   end
   local most = counts[#counts]
   if not allowed or allowed(most) / allowed(base) > CLOSE * most / base then
      return nil
   end
   counts[#counts + 1] = last > base and last < most and last or nil
   table.sort(counts)
   local points = {}
   for _, count in ipairs(counts) do
      points[#points + 1] = count >= base and { count, allowed(count) / allowed(base) } or nil
   end
   return { name = scaling_words.reachable(points[#points][2]), points = points }
end

function speedup.build(results, options)
   local series = speedup.series(results, "speedup", times)
   if #series == 0 then
      return nil, "it needs times at three worker counts", "aside"
   end
   local guides = ideals(series)
   guides[#guides + 1] = bound(results, series)
   local low, high = over_workers.range(series)
   for _, guide in ipairs(guides) do
      high = math.max(high, guide.points[#guide.points][2])
   end
   return over_workers.build(results, {
      name = speedup.name, title = speedup.title(results), series = series, guides = guides,
      y = axis.logarithmic(math.min(low, 1) * 0.85, high * 1.15, "count"),
      y_title = "speed-up of the work phase (log)",
      subtitle = { page_words.job(results), page_words.repeats(results, over_workers.cells(series)),
         speedup.base_text(series) },
   }, options)
end

return speedup
