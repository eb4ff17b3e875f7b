--- Rows of dots on one horizontal axis, a contender each, with texts in a column at the right: what ratio and
-- distribution share. Dots don't start at zero, as bars do: the axis covers what there is to see.

local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local page = require "bakeoff.plotting.page"
local text = require "bakeoff.plotting.text"

local dots = {}

local NAME_ROOM, NAME_MOST = 0.3, 0.4 -- of the page's width, for a name on one line, on two
local TEXTS_MOST = 0.3 -- of the page's width, for the column of texts when they stand on one line
local LEADING = 1.2 -- from line to line, in body sizes

local function widest(rows, width_of)
   local most = 0
   for _, row in ipairs(rows) do
      most = math.max(most, width_of(row))
   end
   return most
end

local function wrap_names(rows, sheet)
   for _, row in ipairs(rows) do
      row.names = text.name_lines(row.name, sheet.body, sheet.width * NAME_ROOM, sheet.width * NAME_MOST)
   end
   return widest(rows, function(row)
      local most = 0
      for _, line in ipairs(row.names) do
         most = math.max(most, text.width(line, sheet.body))
      end
      return most
   end)
end

-- Value and remark beside each other where they leave the dots most of the room, else one below the other.
-- Returns the column's width.
local function fit_texts(rows, sheet)
   local gap = sheet.body * 0.7
   local value = widest(rows, function(row) return text.width(row.value, sheet.body) end)
   local remark = widest(rows, function(row) return text.width(row.remark, sheet.small) end)
   local both = value + (remark > 0 and gap + remark or 0)
   sheet.stacked = both > sheet.width * TEXTS_MOST
   sheet.remark_at = value + gap
   if not sheet.stacked then
      return both
   end
   local room = math.max(value, sheet.width * TEXTS_MOST)
   for _, row in ipairs(rows) do
      row.remark = text.cut(row.remark, sheet.small, room)
   end
   return math.max(value, widest(rows, function(row) return text.width(row.remark, sheet.small) end))
end

-- Texts: x as a fraction of the page, y in rows.
local function text_vars(rows, sheet, right)
   local line = LEADING * sheet.body * #rows / sheet.plot_height
   local names, name_at, texts, x, y, small = {}, {}, {}, {}, {}, {}
   local function add(words, pixels, at, is_small)
      texts[#texts + 1], x[#x + 1], y[#y + 1] = words, pixels / sheet.width, at
      small[#small + 1] = is_small and 1 or 0
   end
   for index, row in ipairs(rows) do
      for n, name in ipairs(row.names) do
         names[#names + 1], name_at[#name_at + 1] = name, index + (n - (#row.names + 1) / 2) * line
      end
      local shift = sheet.stacked and row.remark ~= "" and line / 2 or 0
      add(row.value, right, index - shift)
      if row.remark ~= "" then
         add(row.remark, right + (sheet.stacked and 0 or sheet.remark_at), index + shift, true)
      end
   end
   return { { "name_text", names }, { "name_at", name_at }, { "beside", texts }, { "beside_x", x },
      { "beside_at", y }, { "beside_small", small }, { "small_size", sheet.small } }
end

local function look_vars(rows)
   local light, dark, markers = {}, {}, {}
   for index, row in ipairs(rows) do
      light[index], dark[index], markers[index] = row.look.light, row.look.dark, row.look.marker
   end
   return { { "light", light }, { "dark", dark }, { "marker", markers } }
end

-- Tick texts that would touch the one before them are dropped.
local function thin(ruler, pixels, size)
   local last, texts = -math.huge, {}
   local order = {}
   for index in ipairs(ruler.ticks) do
      order[index] = index
   end
   table.sort(order, function(a, b) return ruler.ticks[a] < ruler.ticks[b] end)
   for _, index in ipairs(order) do
      local middle = ruler.at(ruler.ticks[index] * ruler.divisor) * pixels
      local half = text.width(ruler.texts[index], size) / 2
      local fits = middle - half >= last + size * 0.4
      texts[index] = fits and ruler.texts[index] or ""
      last = texts[index] ~= "" and middle + half or last
   end
   return texts
end

local function height_for(count, row_height)
   return function(size)
      return size.fixed and size.height or size.body * (9.4 + row_height * math.max(count, 2)) + size.title
   end
end

--- The chart. spec: { name, title, subtitle, axis (its title), ruler, row_height (in body sizes),
-- blocks(rows, sheet) → blocks of gp.data, vars = further assignments, rows = { { name, look, value, remark
-- (texts at the right) } } }. blocks may read sheet.plot_width and sheet.plot_height (pixels). Returns what
-- draw.lua writes.
function dots.build(results, spec, options)
   local rows = spec.rows
   local sheet = page.new { title = spec.title, subtitle = spec.subtitle, foot = page.foot(results),
      size = options.size, height = height_for(#rows, spec.row_height) }
   local top, bottom = sheet.top + sheet.body * 1.2, sheet.bottom - sheet.body * 3.3
   sheet.plot_height = bottom - top
   local left = sheet.edge + wrap_names(rows, sheet) + sheet.body * 0.8
   local right = sheet.width - sheet.edge - fit_texts(rows, sheet) - sheet.body
   sheet.plot_width = right - left
   page.plot_area(sheet, left, right, top, bottom)
   page.add(sheet, look_vars(rows))
   page.add(sheet, text_vars(rows, sheet, right + sheet.body))
   page.add(sheet, {
      { "row_count", #rows }, { "x_min", spec.ruler.min }, { "x_max", spec.ruler.max },
      { "x_log", spec.ruler.log }, { "tick_at", spec.ruler.ticks },
      { "tick_text", thin(spec.ruler, sheet.plot_width, sheet.body) }, { "x_title", spec.axis },
   })
   page.add(sheet, spec.vars or {})
   hover.strips(sheet, rows, { left = left, right = right, top = top, bottom = bottom })
   return { name = spec.name, templates = { "style.gp", "dots.gp", spec.name .. ".gp" }, title = spec.title,
      vars = sheet.vars, data = gp.data(spec.blocks(rows, sheet)) }
end

return dots
