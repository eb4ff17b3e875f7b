--- Charts for gnuplot's `dumb` terminal: commands that place texts in character cells. Bars are blocks of an
-- eighth of a cell; gnuplot draws the lines, and their names stand at their ends.

local gp = require "bakeoff.plotting.gp"
local text = require "bakeoff.plotting.text"

local characters = {}

local BAR_LEAST = 10 -- cells of a bar's axis, at least
local NAME_MOST = 0.34 -- of the width
local LINES_HIGH = 16 -- rows of a plot of lines
local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

-- The letters with which gnuplot draws lines, by line type: the key before a name.
local LINE_LETTERS = { "*", "#", "$", "%", "@", "&", "=" }

local function length(value) return utf8.len(value) or #value end

local function cut(value, most)
   value = text.clean(value)
   if length(value) <= most then
      return value
   end
   return value:sub(1, utf8.offset(value, most) - 1) .. "…"
end

-- Lines of at most `width` letters, broken at spaces.
local function wrapped(value, width)
   local lines = {}
   for word in text.clean(value):gmatch("%S+") do
      local last = lines[#lines]
      if last and length(last) + 1 + length(word) <= width then
         lines[#lines] = last .. " " .. word
      else
         lines[#lines + 1] = cut(word, width)
      end
   end
   return lines
end

-- A sheet of labels; rows count from the top.
local function new_sheet() return { labels = {} } end

local function add(sheet, row, column, value, colour)
   if value ~= "" then
      table.insert(sheet.labels, { row = row, column = column, value = value, colour = colour })
   end
end

local function label_lines(sheet, height)
   local lines = {}
   for index, label in ipairs(sheet.labels) do
      local colour = label.colour and (" tc rgb '#%06x'"):format(label.colour) or ""
      lines[index] = ("set label %d %s at character %d, %d left%s"):format(index, gp.quote(label.value),
         label.column, height - 1 - label.row, colour)
   end
   return table.concat(lines, "\n") .. "\n"
end

-- Adds title and subtitle; returns the row below them.
local function head(sheet, built, width)
   local row = 0
   for _, line in ipairs(wrapped(built.title, width)) do
      add(sheet, row, 0, line)
      row = row + 1
   end
   for _, line in ipairs(wrapped(built.terminal.under or "", width)) do
      add(sheet, row, 0, line, 0x808080)
      row = row + 1
   end
   return row + 1
end

local EMPTY = [[
unset border
unset tics
unset key
set lmargin 0
set rmargin 0
set tmargin 0
set bmargin 0
set xrange [0:1]
set yrange [0:1]
plot 2 with dots
]]

local function bar(share, room)
   local cells = share * room
   local whole = math.floor(cells)
   local eighth = math.floor((cells - whole) * 8 + 0.5)
   if eighth == 8 then
      whole, eighth = whole + 1, 0
   end
   return ("█"):rep(whole) .. (EIGHTHS[whole + eighth == 0 and share > 0 and 1 or eighth] or "")
end

local function widest(rows, field)
   local most = 0
   for _, row in ipairs(rows) do
      most = math.max(most, length(row[field]))
   end
   return most
end

-- rows: { { name, text, remark, value, look } }
local function bars(built, options)
   local sheet, rows, width = new_sheet(), built.terminal.rows, options.width
   local names = math.min(widest(rows, "name"), math.floor(width * NAME_MOST))
   local texts, remarks = widest(rows, "text"), widest(rows, "remark")
   local room = width - names - texts - 3 - (remarks > 0 and remarks + 2 or 0)
   if room < BAR_LEAST then
      room, remarks = width - names - texts - 3, 0
   end
   room = math.max(room, 1)
   local most = 0
   for _, row in ipairs(rows) do
      most = math.max(most, row.value or 0)
   end
   local at = head(sheet, built, width)
   for index, row in ipairs(rows) do
      local name = cut(row.name, names)
      add(sheet, at + index - 1, names - length(name), name)
      local blocks = row.value and most > 0 and bar(row.value / most, room) or ""
      add(sheet, at + index - 1, names + 1, blocks, row.look.light)
      local column = names + 2 + length(blocks)
      add(sheet, at + index - 1, column, cut(row.text, math.max(width - column, 1)))
      if remarks > 0 then
         add(sheet, at + index - 1, column + length(row.text) + 2, row.remark, 0x808080)
      end
   end
   local height = at + #rows
   return label_lines(sheet, height) .. EMPTY, height
end

local function axis_lines(name, ruler)
   local parts = {}
   for index, value in ipairs(ruler.ticks) do
      local words = ruler.texts[index]
      parts[#parts + 1] = words ~= "" and ("%s %.9g"):format(gp.quote(words), value) or nil
   end
   return ("set %srange [%.9g:%.9g]\n%s\nset %stics (%s) nomirror\n"):format(name, ruler.min, ruler.max,
      ruler.log == 1 and "set logscale " .. name or "", name, table.concat(parts, ", "))
end

local AROUND = "set border 3\nunset key\nset lmargin 7\nset rmargin %d\nset tmargin %d\nset bmargin 2\n"

-- Rows for names at the lines' ends: in the lines' order, each name in its own row.
local function name_rows(series, frame)
   local order = {}
   for index, one in ipairs(series) do
      local last = one.points[#one.points]
      order[index] = { index = index, row = frame.top + (1 - frame.y.at(last[2])) * (frame.rows - 1) }
   end
   table.sort(order, function(a, b) return a.row < b.row or (a.row == b.row and a.index < b.index) end)
   local before = frame.top - 1
   for place, entry in ipairs(order) do
      local latest = frame.top + frame.rows - (#order - place) - 1
      entry.row = math.max(before + 1, math.min(math.floor(entry.row + 0.5), latest))
      before = entry.row
   end
   return order
end

local function data_block(index, one, frame)
   local lines = {}
   for n, point in ipairs(one.points) do
      lines[n] = ("%.9g %.9g"):format(point[1] / frame.x.divisor, point[2] / frame.y.divisor)
   end
   return ("$line%d << EOD\n%s\nEOD\n"):format(index, table.concat(lines, "\n"))
end

-- A line's letter precedes its name: without colours, the letter alone identifies the line.
local function name_of(index, one)
   local value = one.value and " " .. one.value or ""
   return ("%s %s%s"):format(LINE_LETTERS[(index - 1) % #LINE_LETTERS + 1], one.name, value)
end

local function plot_of(series)
   local parts = {}
   for index, one in ipairs(series) do
      local type_number = (index - 1) % #LINE_LETTERS + 1
      parts[index] = ("$line%d with lines lt %d lc rgb '#%06x'"):format(index, type_number, one.look.light)
   end
   return table.concat(parts, ", ")
end

-- terminal: { series = { { name, value, points, look } }, x, y (axes), x_title, y_title }
local function lines(built, options)
   local given, width, sheet = built.terminal, options.width, new_sheet()
   local names = 0
   for index, one in ipairs(given.series) do
      names = math.max(names, length(name_of(index, one)))
   end
   names = math.min(names, math.floor(width * 0.42))
   local top = head(sheet, built, width)
   add(sheet, top, 0, given.y_title, 0x808080)
   local frame = { top = top + 1, rows = math.max(LINES_HIGH, #given.series), x = given.x, y = given.y }
   local height = frame.top + frame.rows + 2
   for _, entry in ipairs(name_rows(given.series, frame)) do
      local one = given.series[entry.index]
      add(sheet, entry.row, width - names, cut(name_of(entry.index, one), names), one.look.light)
   end
   add(sheet, height - 1, 8, given.x_title, 0x808080)
   local parts = {}
   for index, one in ipairs(given.series) do
      parts[index] = data_block(index, one, frame)
   end
   table.move({ label_lines(sheet, height), AROUND:format(names + 1, frame.top), axis_lines("x", given.x),
      axis_lines("y", given.y), "plot " .. plot_of(given.series) .. "\n" }, 1, 5, #parts + 1, parts)
   return table.concat(parts), height
end

--- The commands that draw a built chart after `set terminal dumb`, and the number of rows it takes.
-- built.terminal: rows (bars) or series (lines), see above; under: a line below the title. options: width
-- (columns).
function characters.script(built, options)
   return (built.terminal.rows and bars or lines)(built, options)
end

return characters
