--- Which contenders charts show. A page has room for some two dozen names. Of more contenders the fastest are
-- shown and the reference, the same ones in every chart, and the subtitle says so.

local contender_type = require "bakeoff.model.contender"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local few = {}

local MOST, ON_SLIDE = 24, 8 -- a slide has large letters and a fixed height

-- The shortest median time of a contender's cells; of open loops, whose rate decides the time, the smallest
-- p99.
local function best_of(results, entry)
   local best = math.huge
   for _, cell in ipairs(entry.cells) do
      local summary = results:summary_of(cell)
      local figure = summary[select.is_open(cell) and "latency_p99_s" or "total_s"]
      best = math.min(best, figure and figure.median or best)
   end
   return best
end

-- Is it the contender that the others are compared with? It is always shown.
local function is_reference(entry, reference)
   return contender_type.of(entry.contender).is_reference or reference and reference.label == entry.label
end

-- The labels, those that are shown first in front; computed once.
local function ranked(results)
   if not results.few then
      local entries, reference = select.by_label(results), results:reference(select.usual_count(results))
      for order, entry in ipairs(entries) do
         entry.best = is_reference(entry, reference) and -1 or best_of(results, entry)
         entry.order = order
      end
      table.sort(entries, function(a, b)
         return a.best < b.best or (a.best == b.best and a.order < b.order)
      end)
      results.few = {}
      for place, entry in ipairs(entries) do
         results.few[place] = entry.label
      end
   end
   return results.few
end

--- How many contenders or lines fit on a page.
function few.most(options) return options and options.size == "slide" and ON_SLIDE or MOST end

--- Leaves out the series of contenders that aren't shown. label_of(series): a contender's label; options:
-- size. → the rest in the same order; and words for the subtitle, or false if none was left out.
function few.of(results, series, label_of, options)
   local most = few.most(options)
   if #series <= most then
      return series, false
   end
   local kept, labels, has_data, left = {}, {}, {}, most
   for _, one in ipairs(series) do
      has_data[label_of(one)] = true
   end
   for place, label in ipairs(ranked(results)) do -- the fastest may lack what the chart shows
      labels[label] = has_data[label] and left > 0 or nil
      left = left - ((has_data[label] or place == 1) and 1 or 0) -- the first may be the reference of ratios
   end
   for _, one in ipairs(series) do
      kept[#kept + 1] = labels[label_of(one)] and one or nil
   end
   return kept, page_words.fastest(#kept, #series)
end

--- The same for cells of one worker count.
function few.cells(results, cells, options)
   return few.of(results, cells, function(cell) return cell.label end, options)
end

return few
