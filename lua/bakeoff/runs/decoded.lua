--- Decodes JSON of a run folder, which may come from anyone: checks limits, then a shape, then makes all
-- texts printable, so that no control character of a file can reach a terminal.

local json = require "bakeoff.base.json"
local schema = require "bakeoff.runs.schema"
local text = require "bakeoff.base.text"

local decoded = {}

local LIMITS = schema.LIMITS

local function is_plain(words) return not words:find("[^\n\t -~]") end

-- The fault of a single value that is no table, or of a field's name.
local function fault_of(value, longest)
   if type(value) == "string" and #value > longest then
      return ("has %d bytes; at most %d are read"):format(#value, longest)
   elseif type(value) == "number" and value - value ~= 0 then
      return "is not a number"
   end
end

local function place(name) return type(name) == "string" and "." .. name or ("[%d]"):format(name) end

local walk

-- Returns the path and the fault, if there is one.
local function walk_field(value, name, field, depth, odd)
   if field == json.null then
      value[name] = nil
   elseif type(field) == "table" then
      return walk(field, depth + 1, odd)
   elseif type(field) == "string" and not is_plain(field) then
      odd[#odd + 1] = { value, name }
   end
   return "", fault_of(field, LIMITS.text)
end

-- Drops nulls; adds to `odd` the places of texts and names that are not plain ASCII.
function walk(value, depth, odd)
   if depth > LIMITS.depth then
      return "", ("has more than %d levels"):format(LIMITS.depth)
   end
   for name, field in pairs(value) do
      local path, fault = walk_field(value, name, field, depth, odd)
      if not fault and type(name) == "string" then
         path, fault = "", fault_of(name, LIMITS.key)
         if not is_plain(name) then
            odd[#odd + 1] = { value, name, is_name = true }
         end
      end
      if fault then
         return place(name) .. path, fault
      end
   end
end

local function make_printable(odd)
   for _, one in ipairs(odd) do
      local holder, name = one[1], one[2]
      local field = holder[name]
      if one.is_name then
         holder[name] = nil
         holder[text.printable(name)] = field
      elseif field ~= nil then
         holder[name] = text.printable(field)
      end
   end
end

local function said(path, fault)
   local name = path == "" and "it" or path:gsub("^%.", "")
   return name .. " " .. fault
end

--- Decodes a JSON object or array and drops nulls; nil if the text is anything else. The second value is a
-- list for decoded.check.
function decoded.read(line)
   local ok, value = pcall(json.decode, line)
   if not (ok and type(value) == "table") then
      return nil
   end
   local odd = {}
   local path, fault = walk(value, 1, odd)
   return value, { fault = fault and said(path, fault), odd = odd }
end

--- Checks a value of decoded.read against a shape (runs/shape.lua). If it fits, returns nil and, if
-- `printable`, makes its texts printable; otherwise returns what is wrong, such as "workers is 0, not a whole
-- number from 1 to 65535".
function decoded.fault(value, found, fits, printable)
   if found.fault then
      return found.fault
   end
   local path, fault = fits(value)
   if fault then
      return said(path, fault)
   elseif printable then
      make_printable(found.odd)
   end
end

return decoded
