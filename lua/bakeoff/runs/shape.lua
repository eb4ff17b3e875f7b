--- Shapes of decoded JSON: of which type a value is, in which range, how long. A shape is a function of a
-- value that returns nothing if the value fits; otherwise the path of the misfit inside the value (".cpu",
-- "[3]"; "" for the value itself), and what it is, in words: "is a text, not a number from 0 to 1".

local text = require "bakeoff.base.text"

local shape = {}

local KINDS = { string = "a text", table = "a list or an object", boolean = "true or false" }

local function said(value)
   if type(value) == "number" then
      return ("%.15g"):format(value)
   end
   return value == nil and "missing" or KINDS[type(value)] or type(value)
end

local function misfit(value, wanted) return "", ("is %s, not %s"):format(said(value), wanted) end

local function is_finite(value) return type(value) == "number" and value - value == 0 end

--- A number in a range, never NaN.
function shape.number(least, most)
   local wanted = ("a number from %.15g to %.15g"):format(least, most)
   return function(value)
      if not (is_finite(value) and value >= least and value <= most) then
         return misfit(value, wanted)
      end
   end
end

--- A whole number in a range.
function shape.whole(least, most)
   local wanted = ("a whole number from %.15g to %.15g"):format(least, most)
   return function(value)
      if not (is_finite(value) and value >= least and value <= most and value % 1 == 0) then
         return misfit(value, wanted)
      end
   end
end

--- A text of at most so many bytes.
function shape.text(longest)
   return function(value)
      if type(value) ~= "string" then
         return misfit(value, "a text")
      elseif #value > longest then
         return "", ("has %d bytes; at most %d are read"):format(#value, longest)
      end
   end
end

--- A text of one line that names something: not empty, printable, of at most so many bytes.
function shape.name(longest)
   local fits = shape.text(longest)
   return function(value)
      local path, fault = fits(value)
      if fault then
         return path, fault
      elseif value == "" then
         return "", "is empty"
      elseif value:find("%c") or text.printable(value) ~= value then
         return "", "contains control characters, or isn't UTF-8"
      end
   end
end

--- true or false.
function shape.flag(value)
   if type(value) ~= "boolean" then
      return misfit(value, "true or false")
   end
end

-- Applies a shape to the elements of a list. Returns what the shape returns, with the place.
local function fault_in_list(value, of)
   for index = 1, #value do
      local path, fault = of(value[index])
      if fault then
         return ("[%d]%s"):format(index, path), fault
      end
   end
end

--- A list of values of one shape; least and most: how many.
function shape.list(of, most, least)
   return function(value)
      if type(value) ~= "table" then
         return misfit(value, "a list")
      elseif #value > most or #value < (least or 0) then
         return "", ("has %d elements; %d to %d are read"):format(#value, least or 0, most)
      elseif next(value, #value > 0 and #value or nil) ~= nil then
         return "", "is an object, not a list"
      end
      return fault_in_list(value, of)
   end
end

--- An object with any names, whose values have one shape; most: how many.
function shape.map(of, most)
   return function(value)
      if type(value) ~= "table" then
         return misfit(value, "an object")
      elseif #value > 0 then
         return "", "is a list, not an object"
      end
      local count = 0
      for name, one in pairs(value) do
         local path, fault = of(one)
         count = count + 1
         if fault then
            return "." .. name .. path, fault
         elseif count > most then
            return "", ("has more than %d fields"):format(most)
         end
      end
   end
end

-- A field that `fields` doesn't list: its suffix tells its unit, and its unit its shape.
local function by_unit(units, name)
   for _, unit in ipairs(units or {}) do
      if name:find(unit[1]) then
         return unit[2]
      end
   end
end

--- An object with these fields: name → shape. All may be missing except those in the list `needed`. units:
-- list of { pattern, shape } for other names; fields that match none may have any value.
function shape.record(fields, needed, units)
   return function(value)
      if type(value) ~= "table" then
         return misfit(value, "an object")
      elseif #value > 0 then
         return "", "is a list, not an object"
      end
      for _, name in ipairs(needed or {}) do
         if value[name] == nil then
            return "." .. name, "is missing"
         end
      end
      for name, one in pairs(value) do
         local fits = fields[name] or by_unit(units, name)
         if fits then
            local path, fault = fits(one)
            if fault then
               return "." .. name .. path, fault
            end
         end
      end
   end
end

return shape
