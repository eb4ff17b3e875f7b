--- Lines of the target coverage for values that depend on the ones before them: how often their intervals
-- contain the truth, as they are and as wide as reports say they would have to be, and how often the
-- dependence is noticed.

local dependence = require "bakeoff.stats.dependence"
local noise = require "support_noise"
local stats = require "bakeoff.stats"

local dependent = {}

local SIZES = { 10, 20, 50 }

-- Of `count` series with median 0: in how many the interval contains 0, in how many it does if it is widened
-- by at least `factor`, and in how many the dependence is noticed.
local function counts_of(correlation, size, factor, count)
   local source, hits, wide_hits, noticed = noise.new(38, { sigma = 1 }), 0, 0, 0
   for _ = 1, count do
      local values = source:series(correlation, size)
      local low, high, _, widened = stats.interval(values)
      hits, noticed = hits + (low <= 0 and high >= 0 and 1 or 0), noticed + (widened and 1 or 0)
      low, high = dependence.widened(low, stats.median(values), high,
         math.max(factor / (widened or 1), 1), false)
      wide_hits = wide_hits + (low <= 0 and high >= 0 and 1 or 0)
   end
   return hits, wide_hits, noticed
end

--- Lines; share_line(what, found, count, limits, detail) makes one.
function dependent.lines(count, share_line)
   local lines = {}
   local function add(what, found, limits, detail)
      lines[#lines + 1] = share_line(what, found, count, limits, detail)
   end
   for _, size in ipairs(SIZES) do
      -- No method covers these if there are few, so there is no limit.
      add(("interval of a median, lag-1 correlation 0.5, %d values: coverage"):format(size),
         (counts_of(0.5, size, 1, count)), {},
         "widened where the correlation shows; the other intervals are too narrow")
   end
   for _, size in ipairs(SIZES) do
      local correlation, factor = dependence.hidden(size), dependence.factor_of_hidden(size)
      local hits, wide_hits, noticed = counts_of(correlation, size, factor, count)
      local what = ("lag-1 correlation %.2f, %d values: "):format(correlation, size)
      add(what .. "noticed", noticed, { at_most = 55 }, "reports say: more often unnoticed than not")
      add(what .. "coverage if as wide as reports say", wide_hits, { at_least = 90 },
         ("%.1f times as wide; as they are, %.0f %% contain the truth"):format(factor, hits / count * 100))
   end
   return lines
end

return dependent
