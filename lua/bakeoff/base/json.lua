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

-- Most strings are plain: rows are written between trials, where time is short. lua-cjson writes "/" as "\/":
-- legal, but a nuisance in paths and URLs.
local function encode_string(text)
   if not text:find('[%c"\\\x80-\xff]') then
      return '"' .. text .. '"'
   end
   return (cjson.encode(valid_utf8(text)):gsub("\\(.)", function(c) return c == "/" and "/" or nil end))
end

local format, math_type = string.format, math.type

local function encode_number(number)
   if math_type(number) == "integer" then
      return format("%d", number)
   elseif number % 1 == 0 and number < 2 ^ 53 and number > -2 ^ 53 then
      return format("%.0f", number) -- decoded integers are floats; counts of bytes must stay exact
   elseif number - number ~= 0 then
      return "null" -- inf, nan
   end
   return format("%.9g", number)
end

local function is_array(value)
   return getmetatable(value) == ARRAY or #value > 0
end

-- Those keys of the object that the order names, then all others, sorted.
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
   if #rest > 1 then
      table.sort(rest)
   end
   return table.move(rest, 1, #rest, #keys + 1, keys)
end

-- A text is put together from pieces in a list: `out` = { pieces …, indent =, keys = }.
local put

-- What stands before, between and after the members of a list or object.
local function brackets(out, open, close, depth)
   local indent = out.indent
   if not indent then
      return open, ",", close
   end
   local inner = "\n" .. indent:rep(depth + 1)
   return open .. inner, "," .. inner, "\n" .. indent:rep(depth) .. close
end

local function put_array(out, list, depth)
   if #list == 0 then
      out[#out + 1] = "[]"
      return
   end
   local before, between, after = brackets(out, "[", "]", depth)
   for index = 1, #list do
      out[#out + 1] = index == 1 and before or between
      put(out, list[index], depth + 1)
   end
   out[#out + 1] = after
end

local function put_object(out, object, depth)
   if next(object) == nil then
      out[#out + 1] = "{}"
      return
   end
   local before, between, after = brackets(out, "{", "}", depth)
   local colon = out.indent and ": " or ":"
   for index, key in ipairs(sorted_keys(object, ORDERED[object] or out.keys)) do
      out[#out + 1] = index == 1 and before or between
      out[#out + 1] = encode_string(key)
      out[#out + 1] = colon
      put(out, object[key], depth + 1)
   end
   out[#out + 1] = after
end

local PUT = {
   string = function(out, value) out[#out + 1] = encode_string(value) end,
   number = function(out, value) out[#out + 1] = encode_number(value) end,
   boolean = function(out, value) out[#out + 1] = tostring(value) end,
   ["nil"] = function(out) out[#out + 1] = "null" end,
   table = function(out, value, depth)
      if depth > 100 then
         error("json: nested too deep (a table that contains itself?)", 0)
      elseif is_array(value) then
         put_array(out, value, depth)
      else
         put_object(out, value, depth)
      end
   end,
}

function put(out, value, depth)
   local put_it = PUT[type(value)]
   if put_it then
      put_it(out, value, depth)
   elseif value == cjson.null then
      out[#out + 1] = "null"
   else
      error(("json: a %s can't be stored"):format(type(value)), 0)
   end
end

--- Text of a value. options.pretty: indented, with a newline at the end; options.keys: an order of keys
-- for every object in it (keys not named follow, sorted). Raises on functions, userdata and cycles.
function json.encode(value, options)
   local pretty = options and options.pretty
   local out = { indent = pretty and "  " or nil, keys = options and options.keys }
   put(out, value, 0)
   out[#out + 1] = pretty and "\n" or ""
   return table.concat(out)
end

return json
