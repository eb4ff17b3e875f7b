--- How the largest worker count compares with the smallest, for each contender.

local errors = require "bakeoff.model.errors"
local verdicts = require "bakeoff.analysis.verdicts"

local gains = {}

--- list: contenders with their cells, smallest count first (select.by_label). → comparisons with `cell` for
-- the contenders that ran both the smallest and the largest count of all (results:compare; verdicts are
-- corrected jointly); and these two counts.
function gains.of(results, list, metric)
   local found, least, most = {}, math.huge, 0
   for _, entry in ipairs(list) do
      least = math.min(least, entry.cells[1].workers)
      most = math.max(most, entry.cells[#entry.cells].workers)
   end
   for _, entry in ipairs(list) do
      local first, last = entry.cells[1], entry.cells[#entry.cells]
      if first.workers == least and last.workers == most and first ~= last then
         local gain = results:compare(last, first, metric)
         if gain.ratio then
            gain.cell, gain.errors = last, errors.apart({ first, last }, last)
            found[#found + 1] = gain
         end
      end
   end
   verdicts.correct(found)
   return found, least, most
end

return gains
