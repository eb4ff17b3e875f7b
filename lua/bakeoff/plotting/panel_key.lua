--- The key of charts in panels: a row of swatches with words above the panels, in neutral grey, because
-- every panel has a colour of its own. What a mark means stands beside the mark, not in the subtitle.

local text = require "bakeoff.plotting.text"

local panel_key = {}

local SWATCH, BESIDE, APART = 1.5, 0.45, 1.3 -- width of a swatch, gap to its words, gap to the next; in sizes
local LEADING, BELOW = 1.35, 0.7 -- from row to row; gap below the last one

-- Rows of { item, x } that fit into the room.
local function rows_of(items, size, room)
   local rows, x = { {} }, 0.0
   for _, item in ipairs(items) do
      local width = (SWATCH + BESIDE) * size + text.width(item.text, size)
      if x > 0 and x + width > room then
         rows[#rows + 1], x = {}, 0.0
      end
      table.insert(rows[#rows], { item = item, x = x })
      x = x + width + APART * size
   end
   return rows
end

--- The height of the key on a page of this size ({ width, edge, small or sub }).
function panel_key.height(items, size)
   if #items == 0 then
      return 0
   end
   local small = size.small or size.sub
   return (#rows_of(items, small, size.width - 2 * size.edge) * LEADING + BELOW) * small
end

--- The variables of the key, which begins at the page's `top` (pixels). items: { { text, kind = "pale",
-- "dark", "line" or "band" } … }.
function panel_key.vars(items, sheet, top)
   local size, texts, kinds, x, y = sheet.small, {}, {}, {}, {}
   for row, list in ipairs(rows_of(items, size, sheet.width - 2 * sheet.edge)) do
      for _, placed in ipairs(list) do
         texts[#texts + 1], kinds[#kinds + 1] = placed.item.text, placed.item.kind
         x[#x + 1] = (sheet.edge + placed.x) / sheet.width
         y[#y + 1] = 1 - (top + (row - 0.5) * LEADING * size) / sheet.height
      end
   end
   return {
      { "key_text", texts }, { "key_kind", kinds }, { "key_x", x }, { "key_at", y }, { "key_count", #texts },
      { "key_size", size }, { "key_width", SWATCH * size / sheet.width },
      { "key_words", (SWATCH + BESIDE) * size / sheet.width }, { "key_half", 0.36 * size / sheet.height },
   }
end

return panel_key
