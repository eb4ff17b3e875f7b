--- Reads and writes Lua files in the percent format, by jupytext's rules: a marker (marker.lua), such as a
-- line `-- %%`, begins a cell of code, `-- %% [markdown]` (or `[md]`) one of text, `-- %% [raw]` one that is
-- kept as it is. Blank lines at the end of a cell don't belong to it.
--
-- Text and raw cells are comments. A text cell may also be one long comment, between a line `--[[` and a line
-- `]]` (or `--[==[` and `]==]`); jupytext, which knows such cells in Python alone, doesn't read them.
--
-- Tags say that a cell is active in one form of the notebook only: `active-ipynb` is code of the notebook
-- that the plain script doesn't run, so it is written as comments; `active-lua` is code of the plain script,
-- and a raw cell of the notebook. Magic commands (`-- %timeit f()`) stay comments.
--
-- Before the first marker may stand a line `#!…`, a header of Jupyter's (YAML between two lines `-- ---`),
-- and code, which is a cell of its own.

local marker = require "bakeoff.notebook.marker"
local texts = require "bakeoff.base.text"

local percent = {}

-- --- cells ------------------------------------------------------------------------------------------

-- Is code of the notebook written as comments, since the plain script must not run it? Is code a raw cell,
-- since it is the plain script's alone?
local function activity(cell)
   local here, there = marker.is_active(cell, "lua"), marker.is_active(cell, "ipynb")
   if cell.kind == "code" and not there then
      cell.kind, cell.by_tag, cell.of_script = "raw", true, here
   elseif cell.kind == "code" then
      cell.of_notebook = not here
   end
end

local function opened(rest, depth, line)
   local cell = marker.parts(rest)
   cell.depth, cell.marker_line, cell.first_line = depth > 0 and depth or nil, line, line + 1
   cell.lines = {}
   activity(cell)
   return cell
end

-- Blank lines before code that stands before the first marker don't belong to it either.
local function without_blank_start(cell)
   while cell.lines[1] and not cell.lines[1]:find "%S" do
      table.remove(cell.lines, 1)
      cell.first_line = cell.first_line + 1
   end
end

-- "-- text" → "text"; a line that is no comment stays.
local function uncommented(line)
   return line:match "^%-%- (.*)$" or line:match "^%-%-(.*)$" or line
end

-- The signs of a long comment that the lines are; nil if they are none. A sign that ends it earlier would do
-- so in the plain script, too.
local function long_comment(lines)
   local level = #lines > 1 and lines[1]:match "^%-%-%[(=*)%[%s*$"
   local closing = level and "]" .. level .. "]"
   if not closing or texts.without_end(lines[#lines]) ~= closing then
      return nil
   end
   for at = 2, #lines - 1 do
      if lines[at]:find(closing, 1, true) then
         return nil
      end
   end
   return { "--[" .. level .. "[", closing }
end

-- Takes the signs of a long comment away.
local function open_comment(cell)
   cell.signs = long_comment(cell.lines)
   if cell.signs then
      table.remove(cell.lines, 1)
      cell.lines[#cell.lines] = nil
      cell.first_line = cell.first_line + 1
   end
   return cell.signs ~= nil
end

local function source_of(cell, is_plain)
   local source = {}
   for index, line in ipairs(cell.lines) do
      if not is_plain and line:find "%S" and line:sub(1, 2) ~= "--" then
         cell.bare_line = cell.bare_line or cell.first_line + index - 1
      end
      source[index] = is_plain and line or uncommented(line)
   end
   return table.concat(source, "\n")
end

local function close(cell)
   local lines = cell.lines
   while #lines > 0 and not lines[#lines]:find "%S" do
      lines[#lines] = nil
   end
   local is_plain = cell.kind == "code" and not cell.of_notebook or cell.of_script
      or cell.kind == "markdown" and open_comment(cell)
   cell.last_line = cell.first_line + #lines - 1
   cell.source, cell.lines = source_of(cell, is_plain), nil
end

-- Lines of the file, without their ends; a final line feed begins no further line.
local function lines_of(text)
   local lines = {}
   for line in (text:sub(-1) == "\n" and text or text .. "\n"):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line:gsub("\r$", "")
   end
   return lines
end

-- How many lines the line `#!…` and Jupyter's header take.
local function preamble(lines)
   local count = (lines[1] or ""):sub(1, 1) == "#" and 1 or 0 -- Lua skips such a line, also without the "!"
   if not (lines[count + 1] or ""):find "^%-%- %-%-%-%s*$" then
      return count
   end
   for at = count + 2, #lines do
      if lines[at]:find "^%-%- %-%-%-%s*$" then
         return at
      elseif lines[at]:sub(1, 2) ~= "--" then
         break
      end
   end
   return count
end

--- Reads a file's text. → { preamble = lines before all else, or nil; cells = list of { kind = "code",
-- "markdown" or "raw", number, title (or nil), tags = list of texts, metadata, depth (or nil), marker_line
-- (nil: before the first marker), first_line, last_line (of what follows the marker; last < first if that is
-- nothing), source = without comment signs, except of code, bare_line = the first line that should be a
-- comment and is none, or nil; and these, where they are true: signs = { first, last line } around the lines
-- of a text cell that is one long comment, of_notebook (code that is commented out in the file), by_tag (raw
-- for its tag), of_script (such a cell that isn't commented out) } }. Never raises.
function percent.read(text)
   local lines = lines_of(text)
   local skipped = preamble(lines)
   local cells, cell = {}, { kind = "code", metadata = {}, tags = {}, first_line = skipped + 1, lines = {} }
   local function keep()
      if not cell.marker_line then
         without_blank_start(cell)
      end
      close(cell)
      if cell.marker_line or cell.source ~= "" then
         cell.number = #cells + 1
         cells[#cells + 1] = cell
      end
   end
   for at = skipped + 1, #lines do
      local rest, depth = marker.read(lines[at])
      if rest then
         keep()
         cell = opened(rest, depth, at)
      else
         cell.lines[#cell.lines + 1] = lines[at]
      end
   end
   keep()
   return { cells = cells, preamble = skipped > 0 and table.concat(lines, "\n", 1, skipped) or nil }
end

local function commented(source)
   return (("\n" .. source):gsub("\n([^\n]*)", function(line)
      return line == "" and "\n--" or "\n-- " .. line
   end):sub(2))
end

local function body_of(cell)
   if cell.signs then
      local lines = cell.source ~= "" and cell.source .. "\n" or ""
      return ("%s\n%s%s"):format(cell.signs[1], lines, cell.signs[2])
   elseif cell.source == "" then
      return nil
   end
   local is_plain = cell.kind == "code" and not cell.of_notebook or cell.of_script
   return is_plain and cell.source or commented(cell.source)
end

--- The text of a file with these cells (as read returns them). Reading it gives the same cells.
function percent.write(notebook)
   local parts = { notebook.preamble }
   for _, cell in ipairs(notebook.cells) do
      local lines = { cell.marker_line and marker.write(cell) or nil }
      lines[#lines + 1] = body_of(cell)
      parts[#parts + 1] = table.concat(lines, "\n")
   end
   return table.concat(parts, "\n\n") .. "\n"
end

return percent
