--- Which verdicts are read together, and so corrected jointly (stats.correct_jointly): those of the table,
-- each cell against its reference; and all pairs of the cells that one sentence ranks.

local model_reference = require "bakeoff.model.reference"
local stats = require "bakeoff.stats"

local verdicts = {}

--- cell → its comparison with its reference, in its metric; and how many of these are tests.
-- compare(a, b, metric): like results:compare.
function verdicts.of_table(cells, compare)
   local versus, list = {}, {}
   for _, cell in ipairs(cells) do
      local reference = model_reference.of(cells, cell)
      if reference then
         versus[cell] = compare(cell, reference, model_reference.metric(cell))
         list[#list + 1] = versus[cell]
      end
   end
   return versus, stats.correct_jointly(list)
end

--- How cell number j of a list compares with number i, i < j: pairs[i][j].
function verdicts.of_pairs(cells, metric, compare)
   local pairs_of, list = {}, {}
   for i = 1, #cells do
      pairs_of[i] = {}
      for j = i + 1, #cells do
         pairs_of[i][j] = compare(cells[j], cells[i], metric)
         list[#list + 1] = pairs_of[i][j]
      end
   end
   stats.correct_jointly(list)
   return pairs_of
end

return verdicts
