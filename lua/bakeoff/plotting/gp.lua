--- Lua values as gnuplot text. gnuplot runs shell commands from backticks in double quotes, from data
-- "files" that start with "<" and from outputs that start with "|". So every text is single-quoted, without
-- quotes and control characters in it; data is in files, and file names are our own.

local core = require "bakeoff.core"
local direction = require "bakeoff.plotting.direction"
local text = require "bakeoff.plotting.text"

local gp = {}

--- A single-quoted gnuplot string. An apostrophe becomes a typographic one: doubling it, as the manual says,
-- ends the string in gnuplot 5.4.4 if it is the first character.
function gp.quote(value)
   return "'" .. direction.isolated(text.clean(value)):gsub("'", "\u{2019}") .. "'"
end

local function number(value)
   if math.type(value) == "integer" then
      return ("%d"):format(value)
   end
   local digits = ("%.9g"):format(value)
   return digits:find("[.eEn]") and digits or digits .. ".0" -- 3 / 2 is 1 in gnuplot, 3.0 / 2 is not
end

local function scalar(value)
   return type(value) == "number" and number(value) or gp.quote(value)
end

local function array(name, list)
   local parts = {}
   for index, value in ipairs(list) do
      parts[index] = scalar(value)
   end
   if #parts == 0 then
      parts[1] = "''" -- gnuplot has no empty arrays; an empty label draws nothing
   end
   return ("array %s[%d] = [%s]"):format(name, #parts, table.concat(parts, ", "))
end

--- Lines that set variables. assignments: a list of { name, value }; a value is a number, a text or a list of
-- these.
function gp.assign(assignments)
   local lines = {}
   for index, pair in ipairs(assignments) do
      local name, value = pair[1], pair[2]
      lines[index] = type(value) == "table" and array(name, value) or ("%s = %s"):format(name, scalar(value))
   end
   return table.concat(lines, "\n") .. "\n"
end

--- The variables that are texts: assignments of `texts` (arrays) and `lone_texts`, with their names.
function gp.texts(assignments)
   local arrays, lone = {}, {}
   for _, pair in ipairs(assignments) do
      local name, value = pair[1], pair[2]
      if type(value) == "string" then
         lone[#lone + 1] = name
      elseif type(value) == "table" and type(value[1]) == "string" then
         arrays[#arrays + 1] = name
      end
   end
   return { { "texts", table.concat(arrays, " ") }, { "lone_texts", table.concat(lone, " ") } }
end

--- A data file: blocks of rows, two blank lines apart, each under a comment that names its columns.
-- blocks: { { title=, columns=, rows={{…}} }, … }. An empty block gets one row of NaN, so that every
-- `index` in a template exists; a missing value is NaN.
function gp.data(blocks)
   local out = {}
   for _, block in ipairs(blocks) do
      local rows = #block.rows > 0 and block.rows or { {} }
      out[#out + 1] = ("# %s: %s\n%s"):format(text.clean(block.title), table.concat(block.columns, " "),
         core.number_rows(rows, #block.columns))
   end
   return table.concat(out, "\n\n")
end

return gp
