--- Rows of a chart, a contender each: what bars, dots and workers share. Their names at the left, and where
-- the dots of single trials stand.

local text = require "bakeoff.plotting.text"

local in_rows = {}

local NAME_ROOM, NAME_MOST = 0.3, 0.4 -- of the page's width, for a name on one line, on two
local LEADING = 1.2 -- from line to line, in body sizes
local JITTER = 0.36 -- height of the dots of a row, in rows

--- The largest value of width_of(row).
function in_rows.widest(list, width_of)
   local most = 0
   for _, row in ipairs(list) do
      most = math.max(most, width_of(row))
   end
   return most
end

--- Puts each row's name on one line or two (row.names). Returns the width of the widest line, in pixels.
function in_rows.wrap_names(list, sheet)
   return in_rows.widest(list, function(row)
      row.names = text.name_lines(row.name, sheet.body, sheet.width * NAME_ROOM, sheet.width * NAME_MOST)
      return in_rows.widest(row.names, function(line) return text.width(line, sheet.body) end)
   end)
end

--- From line to line of text, in rows. sheet.plot_height: pixels.
function in_rows.line(list, sheet) return LEADING * sheet.body * #list / sheet.plot_height end

--- Assignments of the names; each row has its own in the middle.
function in_rows.name_vars(list, sheet)
   local names, at, line = {}, {}, in_rows.line(list, sheet)
   for index, row in ipairs(list) do
      for n, name in ipairs(row.names) do
         names[#names + 1], at[#at + 1] = name, index + (n - (#row.names + 1) / 2) * line
      end
   end
   return { { "name_text", names }, { "name_at", at } }
end

--- An empty list of texts beside the rows; add_text fills it.
function in_rows.texts() return { text = {}, x = {}, at = {}, small = {} } end

--- Adds a text: x in the chart's units, at in rows, is_small: a remark.
function in_rows.add_text(list, words, x, at, is_small)
   local n = #list.text + 1
   list.text[n], list.x[n], list.at[n], list.small[n] = words, x, at, is_small and 1 or 0
end

--- Assignments of the texts beside the rows.
function in_rows.text_vars(list, sheet)
   return { { "beside", list.text }, { "beside_x", list.x }, { "beside_at", list.at },
      { "beside_small", list.small }, { "small_size", sheet.small } }
end

--- How far a trial's dot stands off the middle, in rows, by its place in the order, so that equal values show
-- as many. height: of all the dots together (default: those of a row).
function in_rows.jitter(index, count, height)
   return count > 1 and ((index * 7) % count / (count - 1) - 0.5) * (height or JITTER) or 0
end

--- page.new's height for `count` rows (two at least). around, each: of what surrounds them and of a row, in
-- body sizes.
function in_rows.height(count, around, each)
   return function(size) return size.body * (around + each * math.max(count, 2)) + size.title end
end

return in_rows
