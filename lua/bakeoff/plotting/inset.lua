--- Short bars again, enlarged: where a few long bars leave the others too short to be compared, the free room
-- beside the short ones shows them on a scale of their own, each in the same row, so that they need no names.

local axis = require "bakeoff.plotting.axis"
local in_rows = require "bakeoff.plotting.in_rows"
local labels = require "bakeoff.analysis.wording.labels"

local inset = {}

local SHORT = 0.1 -- of the longest bar: what is no longer may be enlarged
local VISIBLE = 0.15 -- of the enlarged part: a bar this long can be compared with others
local LEAST_WIDTH = 0.3 -- of the page; an inset with less room shows nothing
local LEAST_FACTOR = 3 -- an inset that enlarges less isn't worth its room
local GAP, MARGIN = 1.8, 1.2 -- left and right of the inset, in body sizes
local TITLE_AT, TICKS_AT = 1.85, 0.65 -- above the rows, in body sizes
local TICK_ROOM = 3.2 -- for the text of a tick, in body sizes

--- The height of the texts above an inset, in body sizes.
inset.HEIGHT = 2.0

local function can_compare(rows, count, reach)
   local visible = 0
   for index = 1, count do
      visible = visible + (rows[index].summary.median >= VISIBLE * reach(rows[count]) and 1 or 0)
   end
   return visible > 1
end

--- How many rows, from the first on, are worth enlarging; nil if none are. rows: sorted, least first, those
-- without figures last; reach(row): the right end of a row's marks.
function inset.count(rows, reach)
   local longest = in_rows.widest(rows, reach)
   for count = #rows - 1, 2, -1 do
      local row = rows[count]
      if row.summary and reach(row) <= SHORT * longest and can_compare(rows, count, reach) then
         return count
      end
   end
end

-- The inset's left and right edge, in pixels. right_of(row): where the texts beside the row's bar end.
local function edges(rows, count, sheet, right_of)
   local left = 0
   for index = 1, count do
      left = math.max(left, right_of(rows[index]))
   end
   return left + GAP * sheet.body, sheet.width - sheet.edge - MARGIN * sheet.body
end

local function tick_vars(inner, at, top, sheet)
   local positions, ticks = {}, {}
   for index, value in ipairs(inner.ticks) do
      positions[index], ticks[index] = at(value), inner.texts[index]
   end
   local function height(above) return 1 - (top - above * sheet.body) / sheet.height end
   return { { "inset_tick", ticks }, { "inset_tick_at", positions }, { "inset_ticks_y", height(TICKS_AT) },
      { "inset_title_y", height(TITLE_AT) } }, positions
end

-- Blocks of data: the room, which covers the grid below it; grid lines; bars; trials. All positions are in
-- units of the chart's own axis.
local function blocks_of(rows, count, positions, from, to, at, divisor)
   local bars, trials, grid = {}, {}, {}
   for index = 1, count do
      local s = rows[index].summary
      bars[index] = { index, at(0), at(s.median / divisor), s.low and at(s.low / divisor),
         s.high and at(s.high / divisor) }
      for n, value in ipairs(rows[index].values) do
         trials[#trials + 1] = { index + in_rows.jitter(n, #rows[index].values), at(value / divisor), index }
      end
   end
   for index, x in ipairs(positions) do
      grid[index] = { x, 0.5, count }
   end
   return {
      { title = "room of the inset", rows = { { from, to, 0.5, count + 0.5 } },
         columns = { "left", "right", "top", "bottom" } },
      { title = "grid of the inset", rows = grid, columns = { "x", "top", "length" } },
      { title = "enlarged", rows = bars, columns = { "row", "zero", "median", "low", "high" } },
      { title = "enlarged trials", rows = trials, columns = { "height", "value", "row" } },
   }
end

--- The inset: { vars, blocks (of gp.data, to follow the chart's own), rows = those enlarged, x(value) =
-- position (pixels) }; nil if there is no room for it. rows, count: as above; chart: { sheet, ruler, left =
-- where its bars start (pixels), reach (as above), right_of(row) = where texts beside a bar end (pixels) }.
function inset.build(rows, count, chart)
   local sheet, ruler, reach = chart.sheet, chart.ruler, chart.reach
   local first, last = edges(rows, count, sheet, chart.right_of)
   local short = { table.unpack(rows, 1, count) }
   local longest = in_rows.widest(short, reach) / ruler.divisor
   local per_pixel = ruler.max / sheet.plot_width
   local factor = (last - first) * per_pixel / longest
   if last - first < LEAST_WIDTH * sheet.width or factor < LEAST_FACTOR then
      return nil
   end
   local function place(pixels) return (pixels - chart.left) * per_pixel end
   local function at(value) return place(first) + value * factor end
   local most = math.max(math.floor((last - first) / (TICK_ROOM * sheet.body)), 2)
   local inner = axis.linear(longest, "count", math.min(most, 6))
   local vars, positions = tick_vars(inner, at, sheet.top, sheet)
   table.insert(vars, { "inset", 1 })
   table.insert(vars, { "inset_x", place(first) })
   table.insert(vars, { "inset_title", labels.enlarged(factor, ruler.unit) })
   return { vars = vars, rows = short,
      x = function(value) return first + value / ruler.divisor * factor / per_pixel end,
      blocks = blocks_of(rows, count, positions, place(first - sheet.body), place(sheet.width), at,
         ruler.divisor) }
end

return inset
