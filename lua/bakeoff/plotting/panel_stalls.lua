--- Marks in panels (panels.lua): when the server stalled, by its own record: a bracket at the panel's top,
-- whose dotted ends cross it, and words above the bracket.

local labels = require "bakeoff.analysis.wording.labels"
local text = require "bakeoff.plotting.text"

local panel_stalls = {}

local ABOVE = 0.62 -- from the panel's top to the middle of the words, in their size

-- The part of a stall that the axis shows, or nil.
local function shown(panel, ruler)
   local stall = panel.stall
   local from = stall and math.max(stall.from, ruler.first)
   local to = stall and math.min(stall.to, ruler.last)
   return from and to > from and { from = from, to = to } or nil
end

--- A block of a chart's data, whose rows are { from, to, top, bottom of the panel }. Panels must have a
-- `bottom` or a height.
function panel_stalls.block(list, ruler)
   local rows = {}
   for _, panel in ipairs(list) do
      local part = shown(panel, ruler)
      rows[#rows + 1] = part and { part.from / ruler.divisor, part.to / ruler.divisor,
         panel.top, panel.bottom or panel.top + panel.height } or nil
   end
   return { title = "the server stalls", rows = rows, columns = { "start", "end", "top", "bottom" } }
end

--- Variables: the words above the brackets, between the edges of the plot. size: of the words, in pixels.
function panel_stalls.vars(sheet, list, ruler, size)
   local texts, x, y = {}, {}, {}
   local pixels = (sheet.right - sheet.left) / (ruler.last - ruler.first)
   for _, panel in ipairs(list) do
      local part = shown(panel, ruler)
      if part then
         local words = labels.stall(panel.stall.to - panel.stall.from)
         local half = text.width(words, size) / 2
         local at = sheet.left + ((part.from + part.to) / 2 - ruler.first) * pixels
         at = math.max(sheet.left + half, math.min(at, sheet.right - half))
         texts[#texts + 1], x[#x + 1] = words, at / sheet.width
         y[#y + 1] = panel.top - ABOVE * size
      end
   end
   return { { "stall_text", texts }, { "stall_x", x }, { "stall_at", y }, { "stall_count", #texts },
      { "stall_size", size } }
end

--- Words for the subtitle, or false if no stall of these panels is on record.
function panel_stalls.words(list)
   local least, most = math.huge, 0
   for _, panel in ipairs(list) do
      if panel.stall then
         local length = panel.stall.to - panel.stall.from
         least, most = math.min(least, length), math.max(most, length)
      end
   end
   return most > 0 and labels.stalls(least, most)
end

return panel_stalls
