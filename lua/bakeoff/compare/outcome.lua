--- What a comparison of two runs comes to: which figures got worse, and for which that can't be ruled out. A
-- figure passes only if its interval shows that it is not worse by more than the noise.

local json = require "bakeoff.base.json"
local verdict = require "bakeoff.model.verdict"
local wording = require "bakeoff.analysis.wording.regressions"

local outcome = {}

-- Adds to what is found which cell it is about.
local function of_row(row, found)
   found.contender, found.label, found.workers = row.contender, row.label, row.workers
   return found
end

-- Worse CPU time alone is no regression unless asked for: either it shows in the time, or nobody notices it.
local NO_REGRESSION = { cpu_s = true }

-- The figures that can be regressions: those with a better direction.
local function counted(options)
   local list = {}
   for _, metric in ipairs(options.metrics) do
      local counts = metric.better and (options.chosen or not NO_REGRESSION[metric.name])
      list[#list + 1] = counts and metric or nil
   end
   return list
end

-- A cell that no longer works has no slower time to show: that is worse than any slowdown.
local function has_stopped(row)
   for _, figure in pairs(row.metrics) do
      if figure.verdict == "missing_in_b" then
         return row.failed_b > 0
      end
   end
   return false
end

--- List of what got worse: { contender, label, workers, metric, ratio, low, high }, or { …, reason } for a
-- cell that no longer works, or whose jobs fail now. options: { metrics, chosen = did the user name them? }.
function outcome.regressions(rows, options)
   local list = json.array {}
   for _, row in ipairs(rows) do
      if has_stopped(row) then
         list[#list + 1] = of_row(row, { reason = wording.ALL_FAILED })
      end
      if row.errors_a == 0 and row.errors_b > 0 then
         list[#list + 1] = of_row(row, { reason = wording.jobs_fail(row.errors_b) })
      end
      for _, metric in ipairs(counted(options)) do
         local figure = row.metrics[metric.name]
         if figure and figure.change == "worse" then
            list[#list + 1] = of_row(row, { metric = metric.name, ratio = figure.ratio, low = figure.low,
               high = figure.high })
         end
      end
   end
   return list
end

-- Why a figure may have got worse by more than the noise; nil if the interval excludes it and the means don't
-- contradict. by_means: of the row.
local function doubt(metric, figure, noise, by_means)
   if not figure.low or figure.verdict == "undecided" then
      return verdict.text(figure.verdict)
   elseif metric.name == "total_s" and by_means and by_means > 1 + noise then
      return wording.by_means(by_means)
   elseif metric.better == "less" and figure.high > 1 + noise then
      return wording.up_to(figure.high)
   elseif metric.better == "more" and figure.low < 1 / (1 + noise) then
      return wording.down_to(figure.low)
   end
end

-- Why a row's figures come from other work than the baseline's; nil if they don't. Jobs that fail now, where
-- none failed before, are a regression.
local function other_work(row)
   if row.failed_b > row.failed_a then
      return wording.MORE_FAILED
   end
   return row.errors_a > 0 and row.errors_b > row.errors_a and wording.jobs_fail(row.errors_b, row.errors_a)
      or nil
end

-- Adds the figures of one row that leave a regression open.
local function add_of_row(list, row, metrics, options)
   local any = false
   for _, metric in ipairs(metrics) do
      local figure = row.metrics[metric.name]
      any = any or figure ~= nil
      local reason = figure and figure.change ~= "worse"
         and doubt(metric, figure, options.noise, row.by_means)
         or not figure and options.chosen and wording.NO_FIGURE or nil
      list[#list + 1] = reason and of_row(row, { metric = metric.name, reason = reason }) or nil
   end
   if not any and not options.chosen and #metrics > 0 then
      list[#list + 1] = of_row(row, { reason = wording.NO_FIGURE })
   end
end

--- List of what can't be ruled out: { contender, label, workers, metric or nil, reason }, also for cells
-- that only A has. options: as above, and noise.
function outcome.undecided(rows, only_a, options)
   local list, metrics = json.array {}, counted(options)
   for _, row in ipairs(rows) do
      if not has_stopped(row) then
         local reason = other_work(row)
         list[#list + 1] = reason and of_row(row, { reason = reason }) or nil
         add_of_row(list, row, metrics, options)
      end
   end
   for _, cell in ipairs(only_a) do
      list[#list + 1] = of_row(cell, { reason = wording.NOT_IN_B })
   end
   return list
end

return outcome
