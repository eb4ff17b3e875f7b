--- What a cell shows of a value: an output (see README.md), or nil for nil.
--
-- An object says it itself (`__show` of its metatable); a table of values becomes a table: a list of rows, a
-- list of values, or names with their values.

local bounds = require "bakeoff.notebook.bounds"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"

local shown = {}

local function meta_of(value)
   local metatable = debug.getmetatable(value)
   return type(metatable) == "table" and metatable or {}
end

-- Functions and the like have no text but their address, which differs in every process.
local function plain(value)
   local kind = type(value)
   local has_text = meta_of(value).__tostring
   if kind == "number" and math.type(value) == "float" and value == value and math.abs(value) < math.huge then
      return numbers.plain(value)
   elseif kind == "table" and not has_text then
      return next(value) == nil and "{}" or "table"
   elseif kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" or has_text then
      return tostring(value)
   end
   return kind
end

--- A value within a text: `{{ … }}`.
function shown.text(value) return bounds.value(plain(value)) end

local function is_row(value)
   return type(value) == "table" and not debug.getmetatable(value) and next(value) ~= nil
end

local function is_list(value)
   local count = 0
   for _ in pairs(value) do
      count = count + 1
   end
   return count == #value
end

local function all_rows(list)
   for _, value in ipairs(list) do
      if not is_row(value) then
         return false
      end
   end
   return true
end

-- The columns of rows: positions first, then names in their order.
local function columns_of(rows)
   local names, count = {}, 0
   for _, row in ipairs(rows) do
      count = math.max(count, #row)
      for key in pairs(row) do
         if type(key) == "string" then
            names[key] = true
         end
      end
   end
   local keys = {}
   for index = 1, count do
      keys[index] = index
   end
   return table.move(text.sorted_keys(names), 1, #text.sorted_keys(names), #keys + 1, keys)
end

local function is_number_column(rows, key)
   for _, row in ipairs(rows) do
      if row[key] ~= nil and type(row[key]) ~= "number" then
         return false
      end
   end
   return true
end

local function cells_of(row, keys)
   local cells = {}
   for index, key in ipairs(keys) do
      cells[index] = row[key] == nil and "" or bounds.value(plain(row[key]), bounds.CELL_BYTES)
   end
   return cells
end

-- At most so many rows; → rows, how many are left out
local function bounded(list)
   local left_out = #list - bounds.ROWS
   return left_out > 0 and table.move(list, 1, bounds.ROWS, 1, {}) or list, math.max(left_out, 0)
end

local function table_of(rows, keys)
   local kept, left_out = bounded(rows)
   local columns, lines, more = {}, {}, math.max(#keys - bounds.COLUMNS, 0)
   keys = table.move(keys, 1, #keys - more, 1, {})
   for index, key in ipairs(keys) do
      local title = type(key) == "string" and bounds.value(key, bounds.CELL_BYTES) or ""
      columns[index] = { title = title, right = is_number_column(rows, key) }
   end
   for index, row in ipairs(kept) do
      lines[index] = cells_of(row, keys)
   end
   local blocks = { { kind = "table", columns = columns, rows = lines, keys = 1 } }
   for _, missing in ipairs { { left_out, "row" }, { more, "column" } } do
      blocks[#blocks + 1] = missing[1] > 0 and { kind = "text",
         text = ("%s more, which the page leaves out."):format(numbers.plural(table.unpack(missing))) } or nil
   end
   return { kind = "blocks", blocks = blocks }
end

local function is_before(a, b)
   local one, two = type(a), type(b)
   if one ~= two then
      return one < two
   elseif one == "number" or one == "string" then
      return a < b
   end
   return tostring(a) < tostring(b)
end

-- Names and their values, as rows of two.
local function named(map)
   local rows, keys = {}, {}
   for key in pairs(map) do
      keys[#keys + 1] = key
   end
   table.sort(keys, is_before)
   for index, key in ipairs(keys) do
      rows[index] = { plain(key), map[key] }
   end
   return rows
end

local function of_table(value)
   if next(value) == nil then
      return { kind = "value", text = "{}" }
   end
   local keys = is_list(value) and all_rows(value) and columns_of(value) or {}
   if keys[1] then
      return table_of(value, keys)
   end
   return table_of(named(value), { 1, 2 })
end

local KINDS = { value = "text", blocks = "blocks", chart = "built" }
local TYPES = { text = "string", blocks = "table", built = "table" }

-- What a __show returned. Bakeoff's own objects return outputs; a script's may return anything.
local function checked(output)
   local field = type(output) == "table" and KINDS[output.kind]
   if type(output) == "string" then
      return { kind = "value", text = bounds.value(output) }
   elseif field and type(output[field]) == TYPES[field] or output == nil then
      return output
   end
   failure.usage("__show returned a %s; return a string", type(output))
end

--- The output for a value.
function shown.output(value)
   local metatable = meta_of(value)
   if value == nil or io.type(value) then -- io.write returns the file
      return nil
   elseif metatable.__show then
      return checked(metatable.__show(value))
   elseif type(value) == "table" and not metatable.__tostring then
      return of_table(value)
   end
   return { kind = "value", text = shown.text(value) }
end

return shown
