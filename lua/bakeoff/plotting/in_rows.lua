--- Rows of a chart, one per contender: shared by bars, dots and workers. The rows' names at the left, and the
-- positions of the dots of single trials.

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

--- Has each row room for two lines? sheet.plot_height: pixels; nil: rows are as high as they need.
function in_rows.has_room(list, sheet)
   return not sheet.plot_height or sheet.plot_height / #list >= 2 * LEADING * sheet.body
end

--- Splits each row's name into one or two lines (row.names), or cuts it if there is room for one only.
-- Returns the width of the widest line, in pixels.
function in_rows.wrap_names(list, sheet)
   local room, most = sheet.width * NAME_ROOM, sheet.width * NAME_MOST
   local is_roomy, names = in_rows.has_room(list, sheet), {}
   for index, row in ipairs(list) do
      names[index] = row.name
   end
   return in_rows.widest(list, function(row)
      row.names = is_roomy and text.name_lines(row.name, sheet.body, room, most, names)
         or { text.name_line(row.name, sheet.body, most, names) }
      return in_rows.widest(row.names, function(line) return text.width(line, sheet.body) end)
   end)
end

--- The distance between two lines of text, in rows. sheet.plot_height: pixels.
function in_rows.line(list, sheet) return LEADING * sheet.body * #list / sheet.plot_height end

--- Assignments of the names; each is centred on its row.
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

--- The offset of a trial's dot from the middle, in rows, by its index, so that many equal values look like
-- many. height: of all the dots together (default: those of a row).
function in_rows.jitter(index, count, height)
   return count > 1 and ((index * 7) % count / (count - 1) - 0.5) * (height or JITTER) or 0
end

--- page.new's height for `count` rows (at least two). around: what surrounds the rows; each: one row; both in
-- body sizes.
function in_rows.height(count, around, each)
   return function(size) return size.body * (around + each * math.max(count, 2)) + size.title end
end

return in_rows
