--- The annotations of figures in lua/meta/results.lua, written from their registry (bakeoff.model.metrics):
-- the fields of bakeoff.CellSummary between two lines of that file.

local metrics = require "bakeoff.model.metrics"

local figures = {}

local BEFORE = "---@field reasons string[]\n"
local AFTER = "---In `summary.json` only: the comparison with the reference.\n"

local function annotations()
   local lines = {}
   for _, name in ipairs(metrics.IN_SUMMARY) do
      lines[#lines + 1] = ("---%s\n---@field %s? bakeoff.Figure\n"):format(metrics.about(name), name)
   end
   return table.concat(lines)
end

--- The text of results.lua with the figures as they are registered. Raises where their place is not found.
function figures.written(text)
   local _, last = text:find(BEFORE, 1, true)
   local first = text:find(AFTER, last, true)
   assert(last and first, "lua/meta/results.lua: no place for figures between reasons and vs_reference")
   return text:sub(1, last) .. annotations() .. text:sub(first)
end

return figures
