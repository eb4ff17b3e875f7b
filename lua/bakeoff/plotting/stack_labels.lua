--- Names of the bands of stacked areas (stacks.lua): inside the band where it is thick enough for long
-- enough, otherwise at the right of the panel, with a line from the band's end. A band that fits nowhere,
-- because it ended before the others, is left to the panel's remarks.

local text = require "bakeoff.plotting.text"

local stack_labels = {}

local THICK = 1.3 -- of a band, for its name to stand inside, in sizes of its letters
local PADDING = 0.9 -- left and right of a name inside together, in sizes of its letters
local STEP = 3 -- pixels from one place to try to the next
local LEADING = 1.2 -- of names at the right
local GAP, SHORT = 1.5, 0.35 -- from a stack to the names at its right, and from a line to its name, in sizes
local AT_END = 0.5 -- of the largest height: where the stack was last as high, the lines to the names begin
local SEEN = 0.3 -- pixels: a thinner band can't be pointed at

-- --- inside ----------------------------------------------------------------------------------------

-- The edges of a band all along a run, STEP pixels apart: { x (pixels from the plot's left), upper, lower }.
local function profile(run, band, area)
   local list, at, last = {}, 1, run[#run].x
   local step = STEP / area.per_x
   for x = run[1].x, last, step do
      while at < #run - 1 and run[at + 1].x < x do
         at = at + 1
      end
      local a, b = run[at], run[math.min(at + 1, #run)]
      local part = b.x > a.x and math.min((x - a.x) / (b.x - a.x), 1) or 0
      local function edge(number) return a[number] + (b[number] - a[number]) * part end
      list[#list + 1] = { (x - area.first) * area.per_x, edge(band.last), edge(band.first - 1) }
   end
   return list
end

-- The thickest place in a profile for a text `count` steps wide: { x, y, thick }.
local function thickest(list, count, best)
   for from = 1, #list - count do
      local upper, lower = -math.huge, math.huge
      for index = from, from + count do
         upper, lower = math.max(upper, list[index][2]), math.min(lower, list[index][3])
      end
      if lower - upper > best.thick then
         best.x, best.y, best.thick = list[from][1], (upper + lower) / 2, lower - upper
      end
   end
   return best
end

local function inside(panel, band, area)
   local profiles = {}
   for index, run in ipairs(panel.runs) do
      profiles[index] = profile(run, band, area)
   end
   for _, words in ipairs(band.texts) do
      local width = text.width(words, area.size) + PADDING * area.size
      local best = { thick = THICK * area.size }
      for _, list in ipairs(profiles) do
         thickest(list, math.ceil(width / STEP), best)
      end
      if best.x then
         return { text = words, on = band.first, y = best.y,
            x = area.left + best.x + PADDING / 2 * area.size }
      end
   end
end

-- --- at the right ----------------------------------------------------------------------------------

local function thickness(column, band) return column[band.first - 1] - column[band.last] end

-- All columns of a panel, in order.
local function columns(panel)
   local list = {}
   for _, run in ipairs(panel.runs) do
      table.move(run, 1, #run, #list + 1, list)
   end
   return list
end

-- The last column where a band (nil: the whole stack) is still about as high as it ever was; nil if it is
-- nowhere to be seen.
local function end_of(list, band)
   local all, most, last = band or { first = 1, last = #list[1] }, 0, nil
   for _, column in ipairs(list) do
      most = math.max(most, thickness(column, all))
   end
   for _, column in ipairs(most >= SEEN and list or {}) do
      last = thickness(column, all) >= AT_END * most and column or last
   end
   return last
end

local function short(band) return band.texts[band.short] end

-- The name of a band at the right: where its line begins; its place is chosen later.
local function beside(list, band, area)
   local last = end_of(list)
   last = last and thickness(last, band) >= SEEN and last or end_of(list, band)
   return last and { text = short(band), from_x = area.left + (last.x - area.first) * area.per_x,
      from_y = (last[band.first - 1] + last[band.last]) / 2, last = last }
end

-- Where names begin that stand from `top` down: beside the stack's end if what follows leaves them room,
-- otherwise beside the panel's end.
local function left_edge(list, labels, area, top)
   local after, right = -math.huge, list[#list].x
   for _, label in ipairs(labels) do
      after = math.max(after, label.last.x)
   end
   local is_free, ends = true, after
   for _, column in ipairs(list) do
      is_free = is_free and (column.x <= after or column[#column] > top)
   end
   return area.left + ((is_free and ends or right) - area.first) * area.per_x + GAP * area.size
end

-- Moves names apart, in the order of their bands, between top and bottom of the panel.
local function move_apart(list, panel, line)
   table.sort(list, function(a, b) return a.from_y < b.from_y end)
   local free = panel.top
   for _, label in ipairs(list) do
      label.y = math.max(label.from_y, free + line / 2)
      free = label.y + line / 2
   end
   local limit = panel.top + panel.height
   for index = #list, 1, -1 do
      list[index].y = math.min(list[index].y, limit - line / 2)
      limit = list[index].y - line / 2
   end
end

-- --- all -------------------------------------------------------------------------------------------

--- Chooses the names' places, in pixels; y from the plot's top. panel.labels, and panel.unnamed: bands
-- without a place. area: { left, right, size (of letters), per_x (pixels), first }.
function stack_labels.place(panel, area)
   local outside, list = {}, columns(panel)
   panel.labels, panel.unnamed = {}, {}
   for _, band in ipairs(panel.bands) do
      local label = inside(panel, band, area) or beside(list, band, area)
      if label then
         table.insert(label.on and panel.labels or outside, label)
      else
         table.insert(panel.unnamed, band)
      end
   end
   move_apart(outside, panel, area.size * LEADING)
   local last = outside[#outside]
   local x = last and left_edge(list, outside, area, last.y + LEADING / 2 * area.size)
   for _, label in ipairs(outside) do
      label.x, label.size, label.gap = x, area.size, GAP * area.size
      label.at = (x - label.gap - area.left) / area.width
   end
   table.move(outside, 1, #outside, #panel.labels + 1, panel.labels)
end

--- How much room the names at the right of a panel need: { at = their place (share of the plot), width =
-- pixels from there }; of names that have a place.
function stack_labels.room(panel)
   local room = { at = 0, width = 0 }
   for _, label in ipairs(panel.labels or {}) do
      if not label.on then
         room.at = label.at
         room.width = math.max(room.width, text.width(label.text, label.size) + label.gap)
      end
   end
   return room
end

--- Does any name at the right reach beyond this edge (pixels)?
function stack_labels.overflow(panel, size, edge)
   for _, label in ipairs(panel.labels) do
      if not label.on and label.x + text.width(label.text, size) > edge then
         return true
      end
   end
   return false
end

--- Variables of all names: band_text, band_x (screen), band_y (pixels from the plot's top), band_on (the
-- slice behind it, 0: paper); and the lines to those at the right.
function stack_labels.vars(sheet, list, size)
   local texts, x, y, on, lines = {}, {}, {}, {}, { {}, {}, {}, {} }
   local before = 0
   for _, panel in ipairs(list) do
      for _, label in ipairs(panel.labels) do
         texts[#texts + 1], x[#x + 1], y[#y + 1] = label.text, label.x / sheet.width, label.y
         on[#on + 1] = label.on and label.on + before or 0
         if not label.on then
            table.insert(lines[1], label.from_x / sheet.width)
            table.insert(lines[2], label.from_y)
            table.insert(lines[3], (label.x - SHORT * size) / sheet.width)
            table.insert(lines[4], label.y)
         end
      end
      before = before + #panel.slices
   end
   return { { "band_count", #texts }, { "band_text", texts }, { "band_x", x }, { "band_y", y },
      { "band_on", on }, { "band_size", size }, { "pointer_count", #lines[1] }, { "pointer_x1", lines[1] },
      { "pointer_y1", lines[2] }, { "pointer_x2", lines[3] }, { "pointer_y2", lines[4] } }
end

return stack_labels
