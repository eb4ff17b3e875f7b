--- What the medians of a pair of cells hide: trials in two groups, slow trials that only the means show.

local cell_type = require "bakeoff.model.cell"
local json = require "bakeoff.base.json"
local numbers = require "bakeoff.base.numbers"
local shape = require "bakeoff.analysis.shape"
local text = require "bakeoff.base.text"

local hidden = {}

--- a, b: the cell in both runs. → list of sentences without a full stop, empty if the medians hide nothing;
-- and the ratio B/A of the mean total times if they hide something and this ratio is far from that of the
-- medians.
function hidden.of(a, b)
   local said, name = json.array {}, cell_type.described(b)
   for _, side in ipairs { { a, "A" }, { b, "B" } } do
      local what = shape.of(side[1], ("%s in %s"):format(name, side[2]))
      said[#said + 1] = what and text.capital(what) or nil
   end
   local by_means, by_medians
   if #said > 0 then
      by_means, by_medians = shape.ratios(b, a)
   end
   if by_means then
      said[#said] = ("%s; by means, B/A of the total time is %s×, by medians %s×"):format(said[#said],
         numbers.plain(by_means), numbers.plain(by_medians))
   end
   return said, by_means
end

return hidden
