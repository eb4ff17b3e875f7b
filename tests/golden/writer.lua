--- Writes the files of invented run folders: JSON, JSON lines and CSV, always the same bytes for the same
-- values. It uses no module of bakeoff, so that a fault there can't change what the golden tests read.

local writer = {}

--- Marks a table as a JSON array, also when it is empty.
function writer.array(list) return setmetatable(list, { is_array = true }) end

local function is_array(value)
   local meta = getmetatable(value)
   return #value > 0 or (meta and meta.is_array)
end

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t",
   ["\27"] = "\\u001b" }

local function number(value)
   return math.type(value) == "integer" and ("%d"):format(value) or (("%.5g"):format(value))
end

local function sorted_keys(value)
   local keys = {}
   for key in pairs(value) do
      keys[#keys + 1] = key
   end
   table.sort(keys)
   return keys
end

--- JSON on one line, keys sorted, five digits per number.
function writer.json(value)
   if type(value) == "number" then
      return number(value)
   elseif type(value) == "string" then
      return '"' .. value:gsub('["\\\n\t\27]', ESCAPES) .. '"'
   elseif type(value) ~= "table" then
      return tostring(value)
   end
   local parts = {}
   if is_array(value) then
      for index, item in ipairs(value) do
         parts[index] = writer.json(item)
      end
      return "[" .. table.concat(parts, ",") .. "]"
   end
   for index, key in ipairs(sorted_keys(value)) do
      parts[index] = writer.json(key) .. ":" .. writer.json(value[key])
   end
   return "{" .. table.concat(parts, ",") .. "}"
end

--- A manifest: one line per key, so that a change reads well in a diff.
function writer.manifest(value)
   local lines = {}
   for index, key in ipairs(sorted_keys(value)) do
      lines[index] = "  " .. writer.json(key) .. ": " .. writer.json(value[key])
   end
   return "{\n" .. table.concat(lines, ",\n") .. "\n}\n"
end

local function csv_field(value)
   local text = value == nil and "" or type(value) == "number" and number(value) or tostring(value)
   return text:find('[,"\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

--- One CSV line; `count` fields, of which any may be nil.
function writer.csv(fields, count)
   local texts = {}
   for index = 1, count do
      texts[index] = csv_field(fields[index])
   end
   return table.concat(texts, ",")
end

--- Writes a file of lines.
function writer.lines(path, lines) writer.text(path, table.concat(lines, "\n") .. "\n") end

function writer.text(path, text)
   local file <close> = assert(io.open(path, "wb"))
   assert(file:write(text))
end

--- A source of numbers from -1 to 1, the same ones for the same seed (a linear congruential generator).
function writer.random(seed)
   local state = seed
   return function()
      state = state * 6364136223846793005 + 1442695040888963407
      return (state >> 33) / 2 ^ 30 - 1
   end
end

return writer
