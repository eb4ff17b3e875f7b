--- JSON that reads well in git: keys in a stable order, numbers short, no inf and no nan.
-- Decoding is lua-cjson's (its null is json.null; numbers arrive as floats). Encoding adds an order of
-- keys, indentation, and the difference between an empty list and an empty object.

local cjson = require "cjson"

local json = { null = cjson.null, decode = cjson.decode }

local ARRAY = { __name = "json.array" }
local ORDERED = setmetatable({}, { __mode = "k" }) -- object → its list of keys

--- Marks a list as a list, so that it is written [] even when empty. Returns it.
function json.array(list) return setmetatable(list or {}, ARRAY) end

--- Gives one object its order of keys; keys not named follow, sorted. Returns the object.
function json.ordered(keys, object)
   ORDERED[object] = keys
   return object
end

--- Bytes that are no UTF-8 (a URL's, say) become U+FFFD: a reader must be able to open the file.
local function valid_utf8(text)
   if utf8.len(text) then
      return text
   end
   return (text:gsub("[\x80-\xff]+", function(bytes) return utf8.len(bytes) and bytes or "\u{fffd}" end))
end

-- lua-cjson writes "/" as "\/": legal, but a nuisance in paths and URLs.
local function encode_string(text)
   return (cjson.encode(valid_utf8(text)):gsub("\\(.)", function(c) return c == "/" and "/" or nil end))
end

local function encode_number(number)
   if math.type(number) == "integer" then
      return ("%d"):format(number)
   elseif number ~= number or number == math.huge or number == -math.huge then
      return "null"
   elseif number == math.floor(number) and math.abs(number) < 2 ^ 53 then
      return ("%.0f"):format(number) -- decoded integers are floats; counts of bytes must stay exact
   end
   return ("%.9g"):format(number)
end

local SCALARS = {
   string = encode_string,
   number = encode_number,
   boolean = tostring,
   ["nil"] = function() return "null" end,
}

local function is_array(value)
   return getmetatable(value) == ARRAY or #value > 0
end

local function sorted_keys(object, first)
   local keys, seen = {}, {}
   for _, key in ipairs(first or {}) do
      if object[key] ~= nil and not seen[key] then
         keys[#keys + 1], seen[key] = key, true
      end
   end
   local rest = {}
   for key in pairs(object) do
      if type(key) ~= "string" then
         error(("json: key %s is no string"):format(tostring(key)), 0)
      elseif not seen[key] then
         rest[#rest + 1] = key
      end
   end
   table.sort(rest)
   return table.move(rest, 1, #rest, #keys + 1, keys)
end

local encode

local function join(parts, open, close, indent, depth)
   if #parts == 0 then
      return open .. close
   elseif not indent then
      return open .. table.concat(parts, ",") .. close
   end
   local inner = "\n" .. indent:rep(depth + 1)
   return open .. inner .. table.concat(parts, "," .. inner) .. "\n" .. indent:rep(depth) .. close
end

local function encode_array(list, indent, depth, keys)
   local parts = {}
   for index = 1, #list do
      parts[index] = encode(list[index], indent, depth + 1, keys)
   end
   return join(parts, "[", "]", indent, depth)
end

local function encode_object(object, indent, depth, keys)
   local parts = {}
   local colon = indent and ": " or ":"
   for _, key in ipairs(sorted_keys(object, ORDERED[object] or keys)) do
      parts[#parts + 1] = encode_string(key) .. colon .. encode(object[key], indent, depth + 1, keys)
   end
   return join(parts, "{", "}", indent, depth)
end

function encode(value, indent, depth, keys)
   if value == cjson.null then
      return "null"
   end
   local scalar = SCALARS[type(value)]
   if scalar then
      return scalar(value)
   elseif type(value) ~= "table" then
      error(("json: a %s can't be stored"):format(type(value)), 0)
   elseif depth > 100 then
      error("json: nested too deep (a table that contains itself?)", 0)
   elseif is_array(value) then
      return encode_array(value, indent, depth, keys)
   end
   return encode_object(value, indent, depth, keys)
end

--- Text of a value. options.pretty: indented, with a newline at the end; options.keys: an order of keys
-- for every object in it (keys not named follow, sorted). Raises on functions, userdata and cycles.
function json.encode(value, options)
   local pretty = options and options.pretty
   return encode(value, pretty and "  " or nil, 0, options and options.keys) .. (pretty and "\n" or "")
end

return json
