--- The parameters that a cell was run with: those that `bakeoff exec --scan` recorded, or those that its
-- label names ("threads (buffer=64)", or a label that is a number, such as "16 KiB"). Parameters are lists of
-- { name, text }; values stay the texts that the user wrote.

local json = require "bakeoff.base.json"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local parameters = {}

--- The options of a cell's entry in the manifest; an empty table if it has none.
function parameters.options(cell, manifest)
   for _, planned in ipairs(type(manifest.cells) == "table" and manifest.cells or {}) do
      if (planned.label or planned.contender) == cell.label and planned.workers == cell.workers then
         return planned.options or {}
      end
   end
   return {}
end

--- A program's words as the manifest has them, with its placeholders; nil for other contenders.
function parameters.argv(cell, manifest)
   local argv = parameters.options(cell, manifest).argv
   if type(argv) ~= "table" or #argv == 0 then
      return nil
   end
   local words = {}
   for index, word in ipairs(argv) do
      words[index] = text.without_double_braces(tostring(word))
   end
   return words
end

--- The scanned parameters of a cell; nil if its entry has none.
function parameters.scanned(cell, manifest)
   local given = parameters.options(cell, manifest).parameters
   return type(given) == "table" and given or nil
end

-- "workers=4, chunk=512", and the names alone, if these are several and their values stand in the label, as
-- they do in one that is the command itself.
local function words_of(cell)
   local values, names = {}, {}
   for index, pair in ipairs(cell.parameters or {}) do
      local name, value = table.unpack(type(pair) == "table" and pair or {})
      local word = tostring(value):gsub("%p", "%%%0")
      if not cell.label:find("%f[%w]" .. word .. "%f[^%w]") then
         return nil
      end
      values[index], names[index] = ("%s=%s"):format(name, value), tostring(name)
   end
   return #values > 1 and table.concat(values, ", ") or nil, table.concat(names, "\0")
end

--- Names cells by their values, where one command was run with several parameters: its words, the same in
-- all labels, are told elsewhere. cells: all that were planned.
function parameters.name_cells(cells)
   local called, seen, of_all = {}, {}, nil
   for index, cell in ipairs(cells) do
      local words, names = words_of(cell)
      of_all = of_all or names
      if not words or seen[words] or names ~= of_all then
         return
      end
      called[index], seen[words] = words, true
   end
   for index, cell in ipairs(cells) do
      cell.called, cell.name = called[index], called[index]
   end
end

--- A list of parameters as name → text, for JSON, in the list's order; nil for nil and an empty list.
function parameters.by_name(list)
   local names, by_name = {}, {}
   for index, pair in ipairs(list or {}) do
      names[index], by_name[pair[1]] = pair[1], pair[2]
   end
   return #names > 0 and json.ordered(names, by_name) or nil
end

--- The number that a text stands for, in base units, and its kind: "count", "time" or "size"; nil if it is
-- none. "4" → 4, "count"; "16 KiB" → 16384, "size"; "20ms" → 0.02, "time".
function parameters.number(words)
   local plain = tonumber(words)
   if plain then
      return plain + 0.0, "count"
   end
   for kind, read in pairs { size = units.bytes, time = units.seconds } do
      local ok, value = pcall(read, words)
      if ok then
         return value + 0.0, kind
      end
   end
end

--- The parameters in a label, and the label without them: "threads (buffer=64)" → { { "buffer", "64" } },
-- "threads". A label that is a number has one parameter without a name, and nothing besides. nil if the label
-- names none.
function parameters.in_label(label)
   if parameters.number(label) then
      return { { "", label } }, ""
   end
   local found = {}
   local rest = label:gsub("%f[%w_]([%a_][%w_]*)=([^%s,;()=]+)[%s,;]*", function(name, value)
      if parameters.number(value) then
         found[#found + 1] = { name, value }
         return ""
      end
   end)
   if #found == 0 then
      return nil
   end
   rest = rest:gsub("%s*%(%s*%)", ""):gsub("[%s,;]+%)", ")"):gsub("[%s,;]+$", "")
   return found, rest
end

return parameters
