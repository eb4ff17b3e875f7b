--- How texts look on a terminal: its width, colours, and lines that fit into it.

local columns = require "bakeoff.base.columns"
local core = require "bakeoff.core"
local shorten = require "bakeoff.base.shorten"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"

local look = {}

local USUAL_WIDTH, LEAST_WIDTH = 80, 20

--- How to show something on standard output: { width (columns), colour }. options: width, colour (default:
-- the variable COLUMNS, then the terminal's width, then 80; colours on a terminal, unless NO_COLOR is set).
function look.of(options)
   local is_terminal = core.terminal(1) ~= nil
   local asked = math.tointeger(tonumber(os.getenv "COLUMNS" or "")) or 0
   local width = options.width or asked > 0 and asked or core.terminal(1) or USUAL_WIDTH
   local colour = options.colour
   if colour == nil then
      colour = is_terminal and (os.getenv("NO_COLOR") or "") == ""
   end
   return { width = math.max(width, LEAST_WIDTH), colour = colour }
end

--- A line that takes the place of the one before it on standard error: more than one row of the terminal
-- could not be taken back.
function look.one_row(line)
   return shorten.middle(line, (core.terminal(2) or USUAL_WIDTH) - 1, columns.width)
end

--- Lines of a text from outside, wrapped between words; a wider word is cut in its middle. first: what the
-- first line begins with; tone: see text_table.coloured; how: see look.of.
function look.lines(words, how, first, tone)
   local lines = columns.wrap(text.printable(words), how.width, first)
   for index, line in ipairs(lines) do
      lines[index] = text_table.coloured(shorten.middle(line, how.width, columns.width), tone, how.colour)
   end
   return lines
end

return look
