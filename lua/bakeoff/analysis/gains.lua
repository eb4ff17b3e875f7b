--- How the largest worker count compares with the smallest, for each contender.

local errors = require "bakeoff.model.errors"

local gains = {}

--- list: contenders with their cells, smallest count first (select.by_label). → comparisons with `cell` for
-- the contenders that ran both the smallest and the largest count of all (results:verdict, so that titles
-- about scaling say what rows say); and these two counts.
function gains.of(results, list, metric)
   local found, least, most = {}, math.huge, 0
   for _, entry in ipairs(list) do
      least = math.min(least, entry.cells[1].workers)
      most = math.max(most, entry.cells[#entry.cells].workers)
   end
   for _, entry in ipairs(list) do
      local first, last = entry.cells[1], entry.cells[#entry.cells]
      if first.workers == least and last.workers == most and first ~= last then
         local versus = results:verdict(last, first, metric)
         found[#found + 1] = (versus.ratio or versus.verdict == "no_ratio") and { cell = last,
            ratio = versus.ratio, verdict = versus.verdict, margin = versus.margin,
            errors = errors.apart({ first, last }, last) } or nil
      end
   end
   return found, least, most
end

return gains
