--- bake.show: shows values on a notebook's page; in a plain script it prints them.

local locale = require "bakeoff.base.locale"
local weaving = require "bakeoff.notebook.weaving"

local show = {}

local function plain_piece(piece)
   if type(piece) == "string" then
      return piece
   elseif piece.ours then
      return piece.ours
   end
   local parts = {}
   for index, one in ipairs(piece) do
      parts[index] = plain_piece(one)
   end
   return table.concat(parts)
end

local function print_block(block)
   if block.kind == "table" then
      local text_table = require "bakeoff.base.text_table"
      local lines = text_table.terminal(block.columns, block.rows,
         { width = require("bakeoff.core").terminal(1), keys = block.keys })
      print(table.concat(lines, "\n"))
   else
      print(plain_piece(block.text))
   end
end

local PRINT = {
   value = function(output) print(output.text) end,
   chart = function(output) print(output.alt) end,
   blocks = function(output)
      for _, block in ipairs(output.blocks) do
         print_block(block)
      end
   end,
}

--- Shows values: as part of the page of the notebook that is being woven, or printed. Nil is not shown. A
-- chart is drawn on a page only; printed, it is its title.
function show.show(...)
   local woven = weaving.running()
   if woven then
      return woven:show(...)
   end
   local shown = require "bakeoff.notebook.shown"
   for index = 1, select("#", ...) do
      local output = shown.output((select(index, ...)))
      if output then
         PRINT[output.kind](output)
      end
   end
end

return locale.plain_all(show)
