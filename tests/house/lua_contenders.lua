--- Reads the sources of lua/bakeoff for code that decides by the name of a contender. What is known of a
-- contender by its name is in one place, model/contender.lua.

local graph = require "lua_graph"

local contenders = {}

local function without_comments(source) return (source:gsub("%-%-[^\n]*", "")) end

--- The names of contenders that a module has as a string or as the key of a table, and the strings with which
-- it compares a field `contender`; sorted. source: the text of the module; names: those of all contenders.
function contenders.named(source, names)
   local found, code, strings = {}, without_comments(source), {}
   for _, one in ipairs(graph.strings(source)) do
      strings[one] = true
   end
   for _, name in ipairs(names) do
      local is_key = code:find("[{,]%s*" .. name .. "%s*=[^=]") or code:find('%["' .. name .. '"%]%s*=[^=]')
      if strings[name] or is_key then
         found[#found + 1] = name
      end
   end
   for compared in code:gmatch 'contender%s*[=~]=%s*"([%w_]*)"' do
      found[#found + 1] = 'contender == "' .. compared .. '"'
   end
   table.sort(found)
   return found
end

return contenders
