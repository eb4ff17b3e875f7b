--- JSON that gives readable diffs: keys in a stable order, short numbers, neither inf nor nan.
-- Decoding is lua-cjson's (its null is json.null; numbers arrive as floats). Encoding adds an order of
-- keys, indentation, and the difference between an empty list and an empty object.

local core = require "bakeoff.core"
local library = require "bakeoff.base.library"
local locale = require "bakeoff.base.locale"

-- lua-cjson reads the locale's decimal point once, when it is loaded.
local cjson = locale.plain(library.load) "cjson"

local json = { null = cjson.null, decode = locale.plain(cjson.decode) }

local ARRAY = { __name = "json.array" }
local ORDERED = setmetatable({}, { __mode = "k" }) -- object → its list of keys

--- Marks a list as a list, so that it is written [] even when empty. Returns it.
function json.array(list) return setmetatable(list or {}, ARRAY) end

--- Sets the order of one object's keys; other keys follow, sorted. Returns the object.
function json.ordered(keys, object)
   ORDERED[object] = keys
   return object
end

--- Bytes that are not UTF-8 (in a URL, say) become U+FFFD, so that every reader can open the file.
local function valid_utf8(text)
   if utf8.len(text) then
      return text
   end
   return (text:gsub("[\x80-\xff]+", function(bytes) return utf8.len(bytes) and bytes or "\u{fffd}" end))
end

-- For strings that are not plain ASCII. lua-cjson writes "/" as "\/": legal, but a nuisance in paths and
-- URLs.
local function encode_string(text)
   return (cjson.encode(valid_utf8(text)):gsub("\\(.)", function(c) return c == "/" and "/" or nil end))
end

--- The JSON text of a value. options.pretty: indented, with a final newline; options.keys: order of keys for
-- every object in it (other keys follow, sorted). Raises on functions, userdata and cycles.
function json.encode(value, options)
   local pretty, keys = options and options.pretty, options and options.keys
   local text = core.json_encode(value, pretty and "  " or nil, keys, ARRAY, ORDERED, encode_string)
   return pretty and text .. "\n" or text
end

return json
