--- Which contenders are shown by charts that have names beside lines or points. A page has room for some two
-- dozen names. Of more contenders the fastest are shown, the same ones in every chart, and the subtitle says
-- so.

local contender_type = require "bakeoff.model.contender"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local few = { MOST = 24 }

-- The shortest median time of a contender's cells; of open loops, whose rate decides the time, the smallest
-- p99.
local function best_of(results, entry)
   local best = math.huge
   for _, cell in ipairs(entry.cells) do
      local summary = results:summary_of(cell)
      local figure = summary[select.is_open(cell) and "latency_p99_s" or "total_s"]
      best = math.min(best, figure and figure.median or best)
   end
   return contender_type.of(entry.contender).is_reference and -1 or best -- the reference is always shown
end

-- label → true, for the contenders that are shown; computed once.
local function shown(results)
   if not results.few then
      local entries = select.by_label(results)
      for order, entry in ipairs(entries) do
         entry.best, entry.order = best_of(results, entry), order
      end
      table.sort(entries, function(a, b)
         return a.best < b.best or (a.best == b.best and a.order < b.order)
      end)
      results.few = {}
      for place = 1, math.min(few.MOST, #entries) do
         results.few[entries[place].label] = true
      end
   end
   return results.few
end

--- Leaves out the series of contenders that aren't shown. label_of(series): a contender's label. → the rest
-- in the same order; and words for the subtitle, or false if none was left out.
function few.of(results, series, label_of)
   if #series <= few.MOST then
      return series, false
   end
   local kept, labels = {}, shown(results)
   for _, one in ipairs(series) do
      kept[#kept + 1] = labels[label_of(one)] and one or nil
   end
   return kept, page_words.fastest(#kept, #series)
end

return few
