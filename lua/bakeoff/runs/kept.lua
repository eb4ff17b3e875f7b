--- What was read of a run's files for some trials, kept with the results: a chart is drawn at several sizes,
-- and other charts show the same trials. Whoever gets it must not change it.

local text = require "bakeoff.base.text"

local kept = {}

--- What read(results.dir, wanted) returns, which is called again only for other trials. name: of what is
-- read; wanted: the trials' keys (cell.key_of_trial) → true.
function kept.of(results, name, wanted, read)
   local key = table.concat(text.sorted_keys(wanted), "\n")
   results.kept = results.kept or {}
   local last = results.kept[name]
   if not last or last.key ~= key then
      last = { key = key, found = read(results.dir, wanted) }
      results.kept[name] = last
   end
   return last.found
end

return kept
