--- Makes one Lua chunk of a notebook. All cells are one function, as in the plain script, so a local of one
-- cell is seen by those after it. Calls that tell the weaving where it is stand in the lines of the markers
-- and of text cells, which are comments, so every line of code keeps its number:
--
--    -- %% [markdown]                  → weaving.cell(1);
--    -- It took {{ took }}.            → weaving.quote(1, took);
--    -- %%                             → weaving.cell(2);
--    results:chart "speed"             → weaving.last(results:chart "speed")
--
-- The last statement of a cell is shown if it is a call: Lua has no other expressions that are statements.

local percent = require "bakeoff.notebook.percent"
local quotes = require "bakeoff.notebook.quotes"
local tokens = require "bakeoff.notebook.tokens"

local program = {}

--- The global by which the chunk finds the weaving: { cell(number), quote(index, …), last(…) }.
program.GLOBAL = "__bakeoff_notebook"

local function compiles(code) return load(code, "=cell", "t") ~= nil end

-- --- the last call --------------------------------------------------------------------------------

-- Words that can't end a statement, so that a call after them belongs to theirs.
local GOES_ON = {}
for word in ("and or not return local function goto if elseif while until for in"):gmatch "%a+" do
   GOES_ON[word] = true
end

local function may_end_statement(token)
   if not token or token.kind == "text" or token.kind == "number" then
      return true
   elseif token.kind == "word" then
      return not GOES_ON[token.text]
   end
   return token.text:find "^[%)%]};>]$" ~= nil or token.text == "::" or token.text == "..."
end

-- In Lua, a parenthesis after an expression always calls it.
local function may_begin_call(list, index)
   local one, before = list[index], list[index - 1]
   return one.kind == "word" and may_end_statement(before)
      or one.text == "(" and (not before or before.text == ";")
end

local DEEPER, LESS_DEEP = {}, {}
for word in ("function do then repeat ( { ["):gmatch "%S+" do
   DEEPER[word] = 1
end
for word in ("end until elseif ) } ]"):gmatch "%S+" do
   LESS_DEEP[word] = 1
end

-- The tokens inside of no block and no brackets, of which alone a statement of the cell can begin: compiling
-- from each token of a long function on would take minutes. → set of their positions in the list
local function outermost(list)
   local found, depth = {}, 0
   for index, one in ipairs(list) do
      local name = one.kind ~= "text" and one.text or ""
      depth = depth - (LESS_DEEP[name] or 0)
      found[index] = depth == 0
      depth = depth + (DEEPER[name] or 0)
   end
   return found
end

--- First and last byte of the call that is a cell's last statement; nil if the last statement is none, or
-- ends in a semicolon, which says (as in IPython) that what it returns isn't to be shown.
function program.last_call(source)
   local list = tokens.of(source)
   local count, is_outermost = #list, outermost(list)
   if count == 0 or list[count].text == ";" then
      return nil
   end
   for index = count, 1, -1 do
      if is_outermost[index] and may_begin_call(list, index) then
         local first, last = list[index].first, list[count].last
         local statement = source:sub(first, last)
         if compiles(statement) and compiles(source:sub(1, first - 1)) then
            if compiles("return " .. statement) then
               return first, last
            end
            return nil -- the last statement begins here
         end
      end
   end
end

-- --- problems -------------------------------------------------------------------------------------

local function cell_at(cells, line)
   for _, cell in ipairs(cells) do
      if line <= math.max(cell.last_line, cell.marker_line or 0) then
         return cell
      end
   end
   return cells[#cells]
end

local LIMIT = "; a script, and so a notebook, has at most 200 local variables outside of functions and"
   .. " blocks: put those that only one cell needs between do and end, or several into one table"

local function line_of(text, number)
   for line in (text .. "\n"):gmatch "([^\n]*)\n" do
      number = number - 1
      if number == 0 then
         return line
      end
   end
end

local function hint(cell, line, message)
   local code = line and line_of(cell.source, line - cell.first_line + 1)
   if message:find("too many local variables", 1, true) then
      return LIMIT
   elseif code and code:find "%S" and not compiles(code) and compiles("return " .. code) then
      return ("; a cell is plain Lua: to show a value, write bake.show(%s)"):format(
         code:match "^%s*(.-)[%s;]*$")
   end
   return ""
end

--- The parts of a message that begins with places in the file at `path`: "x.lua:12: …", of long paths only
-- the end; an error that went through coroutines has several, of which the last is where it was raised. →
-- the message without its places, line; or the whole message
function program.parts_of(message, path)
   local name, line = debug.getinfo(load("", "@" .. path), "S").short_src, nil
   while message:sub(1, #name + 1) == name .. ":" do
      local number, rest = message:match("^(%d+): (.*)$", #name + 2)
      if not number then
         break
      end
      message, line = rest, math.tointeger(tonumber(number))
   end
   return message, line
end

-- A problem of load → { cell, line, message }
local function problem_of(cells, path, message, cell)
   local words, line = program.parts_of(message, path)
   cell = cell or cell_at(cells, line or 1)
   return { cell = cell.number, line = line, message = words .. hint(cell, line, words) }
end

local ENDS = "return ends the script here, so the cells after it would never run; remove it"

local function check_code(notebook, cell, path)
   local name, before = "@" .. path, ("\n"):rep(cell.first_line - 1)
   local ok, message = load(before .. cell.source, name, "t")
   if not ok then
      return problem_of(notebook.cells, path, message, cell)
   elseif cell.number < #notebook.cells and not compiles(cell.source .. "\nlocal _") then
      return { cell = cell.number, line = cell.last_line, message = ENDS }
   end
end

local BARE = "this line of a text cell is no comment, so it is code for Lua but text for the page: begin it"
   .. " with --, or put -- %% before it"

local function check_text(cell)
   local message, line
   if cell.bare_line then
      return { cell = cell.number, line = cell.bare_line, message = BARE }
   elseif cell.kind == "raw" then
      return nil
   end
   cell.pieces, message, line = quotes.split(cell.source)
   if not cell.pieces then
      return { cell = cell.number, line = cell.first_line + line - 1, message = message }
   end
end

-- --- the chunk ------------------------------------------------------------------------------------

-- The lines of a file as they are; positions in a cell's source are positions in the lines from its first
-- one.
local function lines_of(text)
   local lines = {}
   for line in (text .. "\n"):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line
   end
   return lines
end

local function call(name, arguments) return ("%s.%s(%s);"):format(program.GLOBAL, name, arguments) end

local function put_marker(lines, cell)
   local begin = call("cell", ("%d"):format(cell.number))
   if cell.marker_line then
      lines[cell.marker_line] = begin
   else
      lines[cell.first_line] = begin .. lines[cell.first_line]
   end
end

-- In a text cell everything but the quotes goes: all of it is comment.
local function put_quotes(lines, cell)
   for at = cell.first_line, cell.last_line do
      lines[at] = ""
   end
   local count = 0
   for _, piece in ipairs(cell.pieces) do
      if type(piece) == "table" then
         count = count + 1
         local at = cell.first_line + piece.line - 1
         lines[at] = lines[at] .. call("quote", ("%d,%s"):format(count, piece.code))
      end
   end
end

local function wrapped(source)
   local first, last = program.last_call(source)
   if not first then
      return source
   end
   return ("%s%s.last(%s)%s"):format(source:sub(1, first - 1), program.GLOBAL, source:sub(first, last),
      source:sub(last + 1))
end

-- The signs around a text cell that is one long comment.
local function drop_signs(lines, cell)
   if cell.signs then
      lines[cell.first_line - 1], lines[cell.last_line + 1] = "", ""
   end
end

local function put_code(lines, cell)
   local at = cell.first_line
   for line in (wrapped(cell.source) .. "\n"):gmatch "([^\n]*)\n" do
      lines[at], at = line, at + 1
   end
end

local PUT = { code = put_code, markdown = put_quotes, raw = function(lines, cell)
   for at = cell.first_line, cell.last_line do
      lines[at] = ""
   end
end }

local function instrumented(notebook, text)
   local lines = lines_of(text)
   lines[1] = lines[1]:gsub("^#.*", "")
   for _, cell in ipairs(notebook.cells) do
      if cell.last_line >= cell.first_line then
         PUT[cell.kind](lines, cell)
      end
      drop_signs(lines, cell)
      put_marker(lines, cell)
   end
   return table.concat(lines, "\n")
end

--- The cells of a file's text (see percent.read; text cells get their `pieces`, see quotes.split) and its
-- chunk. If something doesn't parse: the cells, nil, { cell = number, line =, message = }.
function program.of(text, path)
   local notebook = percent.read(text)
   for _, cell in ipairs(notebook.cells) do
      local problem
      if cell.kind == "code" then
         problem = check_code(notebook, cell, path)
      else
         problem = check_text(cell)
      end
      if problem then
         return notebook, nil, problem
      end
   end
   local chunk, message = load(instrumented(notebook, text), "@" .. path, "t")
   if not chunk then
      return notebook, nil, problem_of(notebook.cells, path, message)
   end
   return notebook, chunk
end

return program
