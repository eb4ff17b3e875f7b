--- The trial that stands for its cell where a chart shows single trials: the one nearest the median total.

local summaries = require "bakeoff.results.summary"

local typical = {}

--- Of the good trials for which usable(trial) holds (default: all); nil where there is none.
function typical.trial(results, cell, usable)
   local total = results:summary_of(cell).total_s
   local best, distance
   for _, trial in ipairs(total and summaries.good(cell) or {}) do
      local away = (not usable or usable(trial)) and trial.total_s and math.abs(trial.total_s - total.median)
      if away and (not distance or away < distance) then
         best, distance = trial, away
      end
   end
   return best
end

--- The typical trials of cells: list of { cell, trial }, without cells that have none.
function typical.trials(results, cells, usable)
   local list = {}
   for _, cell in ipairs(cells) do
      local trial = typical.trial(results, cell, usable)
      list[#list + 1] = trial and { cell = cell, trial = trial } or nil
   end
   return list
end

--- Words for a chart's subtitle.
function typical.words(results)
   return results.manifest.form == "command" and "of each command the trial nearest its median time"
      or "of each contender the trial nearest its median total"
end

return typical
