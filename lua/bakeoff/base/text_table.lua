--- Tables for terminals and for Markdown, aligned, from rows of texts.

local terminal_columns = require "bakeoff.base.columns"
local shorten = require "bakeoff.base.shorten"
local texts = require "bakeoff.base.text"

local width_of, wrap = terminal_columns.width, terminal_columns.wrap

local text_table = {}

local GAP = "  "
local NO_BREAK = "\u{a0}"

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

-- Splits a line that is wider than `width` columns, since it is one word; one that isn't UTF-8 stays whole.
local function pieces_of(line, width)
   if width_of(line) <= width or not utf8.len(line) then
      return { line }
   end
   local list, piece = {}, ""
   for _, code in utf8.codes(line) do
      local longer = piece .. utf8.char(code)
      if piece ~= "" and width_of(longer) > width then
         list[#list + 1], longer = piece, utf8.char(code)
      end
      piece = longer
   end
   list[#list + 1] = piece
   return list
end

-- A text in lines of at most `width` columns, broken at spaces; only a word that is wider is split.
local function wrapped(text, width)
   local lines = {}
   for _, line in ipairs(width_of(text) > width and wrap(text, width) or { text }) do
      local pieces = pieces_of(line, width)
      table.move(pieces, 1, #pieces, #lines + 1, lines)
   end
   return lines
end

local function line(columns, row, widths, chosen, colour_of)
   local parts = {}
   for _, index in ipairs(chosen) do
      local cell = pad(plain(row[index]), widths[index], columns[index].right)
      parts[#parts + 1] = colour_of and colour_of(index, cell) or cell
   end
   return texts.without_end(table.concat(parts, GAP))
end

local LEAST = 12 -- columns for names

-- Makes the first column, which has the names, so narrow that the other key columns and any one other column
-- have room beside it.
local function narrow_names(widths, keys, room)
   local others, widest = 0, 0
   for index = 2, #widths do
      if index <= keys then
         others = others + widths[index] + #GAP
      else
         widest = math.max(widest, widths[index] + #GAP)
      end
   end
   widths[1] = math.min(widths[1], math.max(room - others - widest, LEAST))
end

local MOST_LINES = 2 -- of a contender's name, before it is cut

-- Rows whose names take few lines in the first column: longer ones are cut, so that they still differ.
local function with_short_names(rows, width)
   local names, short = {}, {}
   for index, row in ipairs(rows) do
      names[index] = plain(row[1])
   end
   local shown = shorten.apart(names, width, width_of)
   for index, row in ipairs(rows) do
      short[index] = row
      if #wrapped(names[index], width) > MOST_LINES then
         short[index] = table.move(row, 1, #row, 1, {})
         short[index][1] = shown[names[index]]
      end
   end
   return short
end

-- Figures with words, broken between these: never within a figure or its interval.
local function folded(text, width)
   if width_of(text) <= width then
      return { text }
   end
   local joined = text:gsub("%[[^%[%]]*%]", function(interval) return (interval:gsub(" ", NO_BREAK)) end)
   local lines = wrap(joined, width)
   for index, part in ipairs(lines) do
      lines[index] = part:gsub(NO_BREAK, " ")
   end
   return lines
end

local function cell_lines(row, index, widths)
   return (index == 1 and wrapped or folded)(plain(row[index]), widths[index])
end

-- Folds the columns that are wider than the room beside the key columns.
local function fold_wide(widths, titles, rows, keys, room)
   for index = 1, keys do
      room = room - widths[index] - #GAP
   end
   for index = keys + 1, #widths do
      if widths[index] > room then
         local limits = { [index] = math.max(room, 1) }
         widths[index] = 0
         for number = 0, #rows do
            for _, part in ipairs(cell_lines(rows[number] or titles, index, limits)) do
               widths[index] = math.max(widths[index], width_of(part))
            end
         end
      end
   end
end

local LEAST_OF_WORDS = 11 -- columns; in less, sentences are hard to read

-- Folds the column that has sentences, if that leaves the whole table in one piece.
local function fold_words(widths, index, room)
   local others = 0
   for number, width in ipairs(widths) do
      others = others + (number ~= index and width + #GAP or 0)
   end
   local rest = room - others
   widths[index] = rest >= LEAST_OF_WORDS and math.min(widths[index], rest) or widths[index]
end

-- The lines of a row: more than one if a cell is broken.
local function row_lines(columns, row, widths, chosen, colour_of)
   local cells, lines, count = {}, {}, 1
   for _, index in ipairs(chosen) do
      cells[index] = cell_lines(row, index, widths)
      count = math.max(count, #cells[index])
   end
   for number = 1, count do
      local parts = {}
      for _, index in ipairs(chosen) do
         parts[index] = cells[index][number]
      end
      lines[number] = line(columns, parts, widths, chosen, colour_of)
   end
   return lines
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
      if not current or used + widths[index] > room then
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
-- (columns of the terminal: a wider table is cut into several, each with the first options.keys columns; long
-- names are wrapped, and what is wide beside them between its figures, figures never), words = the number of
-- a column with sentences, which are wrapped to keep the table in one piece, cuts_names = true: names that
-- take more than two lines are cut, colour = true for ANSI colours (the caller decides).
function text_table.terminal(columns, rows, options)
   local widths, room = widths_of(columns, rows), options.width or math.huge
   local titles, lines = {}, {}
   narrow_names(widths, options.keys or 1, room)
   rows = options.cuts_names and with_short_names(rows, widths[1]) or rows
   for index, column in ipairs(columns) do
      titles[index] = column.title
   end
   if options.words then
      fold_words(widths, options.words, room)
   end
   fold_wide(widths, titles, rows, math.min(options.keys or 1, #widths - 1), room)
   for part, chosen in ipairs(split(widths, options.keys or 1, room)) do
      if part > 1 then
         lines[#lines + 1] = ""
      end
      for _, title in ipairs(row_lines(columns, titles, widths, chosen)) do
         lines[#lines + 1] = coloured(title, "title", options.colour)
      end
      for _, row in ipairs(rows) do
         local of_row = row_lines(columns, row, widths, chosen, function(index, cell)
            local tone = type(row[index]) == "table" and row[index].tone
            return coloured(cell, tone, options.colour)
         end)
         table.move(of_row, 1, #of_row, #lines + 1, lines)
      end
   end
   return lines
end

local function escaped(text)
   return (plain(text):gsub("[|\\`*_<>]", "\\%0"):gsub("~~", "\\~\\~"):gsub("&(#?%w+;)", "\\&%1"))
end

-- Brackets stay where they make no link and define none, since intervals have them.
local function markdown_cell(text) return (escaped(text):gsub("%]([%(%[:])", "\\]%1")) end

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

--- A text as Markdown that shows it as it is, on one line, within a sentence or a cell of a table.
text_table.markdown_text = markdown_cell

--- The same within the brackets of a link or picture.
function text_table.markdown_label(text) return (escaped(text):gsub("[%[%]]", "\\%0")) end

return text_table
