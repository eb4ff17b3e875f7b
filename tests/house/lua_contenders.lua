--- Searches the sources of lua/bakeoff for code that decides by a contender's name. Only one module may do
-- so, model/contender.lua.

local graph = require "lua_graph"

local contenders = {}

local function without_comments(source) return (source:gsub("%-%-[^\n]*", "")) end

--- The names of contenders that a module uses as strings or as table keys, and its comparisons of a field
-- `contender` with a string, sorted. source: the text of the module; names: the names to look for.
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
