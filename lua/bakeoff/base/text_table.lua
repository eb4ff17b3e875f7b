--- Tables for terminals and for Markdown, aligned, from rows of texts.

local width_of = require("bakeoff.base.columns").width

local text_table = {}

local GAP = "  "

-- Control characters would move the cursor or break the table's lines.
local function plain(text) return (tostring(text or ""):gsub("%c+", " ")) end

local function pad(text, width, right)
   local space = (" "):rep(width - width_of(text))
   return right and space .. text or text .. space
end

local function widths_of(columns, rows)
   local widths = {}
   for index, column in ipairs(columns) do
      widths[index] = width_of(column.title)
      for _, row in ipairs(rows) do
         widths[index] = math.max(widths[index], width_of(plain(row[index])))
      end
   end
   return widths
end

local COLOURS = { better = "32", middling = "33", worse = "31", title = "1" }

--- The text in the colour of a tone: "better", "middling", "worse" or "title". on: false leaves it as it is.
function text_table.coloured(text, tone, on)
   return on and COLOURS[tone] and ("\27[%sm%s\27[0m"):format(COLOURS[tone], text) or text
end

local coloured = text_table.coloured

local function line(columns, row, widths, chosen, colour_of)
   local parts = {}
   for _, index in ipairs(chosen) do
      local cell = pad(plain(row[index]), widths[index], columns[index].right)
      parts[#parts + 1] = colour_of and colour_of(index, cell) or cell
   end
   return (table.concat(parts, GAP):gsub("%s+$", ""))
end

-- Lists of column numbers, each narrow enough; each list has the first `keys` columns.
local function split(widths, keys, room)
   keys = math.min(keys, #widths - 1) -- a table of keys alone is shown, too
   local parts, current, used = {}, nil, 0
   local key_width = 0
   for index = 1, keys do
      key_width = key_width + widths[index] + #GAP
   end
   for index = keys + 1, #widths do
      if not current or used + widths[index] + #GAP > room then
         current, used = {}, key_width
         for key = 1, keys do
            current[key] = key
         end
         parts[#parts + 1] = current
      end
      current[#current + 1] = index
      used = used + widths[index] + #GAP
   end
   return parts
end

--- How many columns of a terminal the whole table takes.
function text_table.width(columns, rows)
   local sum = -#GAP
   for _, width in ipairs(widths_of(columns, rows)) do
      sum = sum + width + #GAP
   end
   return sum
end

--- Lines for a terminal. columns: { {title=, right=bool} }; rows: lists of cells: texts, or values
-- with a __tostring; the field `tone` of a cell, "better" or "worse", sets its colour. options: width
-- (columns of the terminal: a wider table is cut into several, each with the first options.keys columns),
-- colour = true for ANSI colours (the caller decides).
function text_table.terminal(columns, rows, options)
   local widths = widths_of(columns, rows)
   local titles, lines = {}, {}
   for index, column in ipairs(columns) do
      titles[index] = column.title
   end
   for part, chosen in ipairs(split(widths, options.keys or 1, options.width or math.huge)) do
      if part > 1 then
         lines[#lines + 1] = ""
      end
      lines[#lines + 1] = coloured(line(columns, titles, widths, chosen), "title", options.colour)
      for _, row in ipairs(rows) do
         lines[#lines + 1] = line(columns, row, widths, chosen, function(index, cell)
            local tone = type(row[index]) == "table" and row[index].tone
            return coloured(cell, tone, options.colour)
         end)
      end
   end
   return lines
end

local function markdown_cell(text)
   return (plain(text):gsub("[|\\`*_<>]", "\\%0"))
end

--- Lines of a Markdown table.
function text_table.markdown(columns, rows)
   local titles, rules, lines = {}, {}, {}
   for index, column in ipairs(columns) do
      titles[index], rules[index] = markdown_cell(column.title), column.right and "--:" or ":--"
   end
   lines[1] = "| " .. table.concat(titles, " | ") .. " |"
   lines[2] = "|" .. table.concat(rules, "|") .. "|"
   for _, row in ipairs(rows) do
      local cells = {}
      for index in ipairs(columns) do
         cells[index] = markdown_cell(row[index])
      end
      lines[#lines + 1] = "| " .. table.concat(cells, " | ") .. " |"
   end
   return lines
end

text_table.markdown_text = markdown_cell

return text_table
