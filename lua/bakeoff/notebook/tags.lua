--- The tags of cells that pages heed. They are Jupyter Book's: `hide-…` folds, `remove-…` leaves
-- out; `…-input` is the code, `…-output` what it shows, `…-cell` both.

local tags = {}

--- Does the cell have one of these tags?
function tags.has(cell, ...)
   for _, tag in ipairs(cell.tags) do
      for index = 1, select("#", ...) do
         if tag == select(index, ...) then
            return true
         end
      end
   end
   return false
end

return tags
