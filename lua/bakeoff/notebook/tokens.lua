--- The tokens of a piece of Lua, with their places. Comments and spaces are left out.

local tokens = {}

local function long_end(text, at, level)
   local _, last = text:find("]" .. level .. "]", at, true)
   return last or #text
end

-- The last byte of a comment that begins at `at`; nil if there is none.
local function comment(text, at)
   local level = text:match("^%-%-%[(=*)%[", at)
   if level then
      return long_end(text, at, level)
   end
   return text:sub(at, at + 1) == "--" and (text:find("\n", at, true) or #text + 1) - 1 or nil
end

local function quoted(text, at)
   local quote, place = text:sub(at, at), at + 1
   while place <= #text do
      local byte = text:sub(place, place)
      if byte == quote or byte == "\n" then
         return place
      end
      place = place + (byte == "\\" and 2 or 1)
   end
   return #text
end

local SYMBOLS = { "^%.%.%.", "^%.%.", "^[=~<>]=", "^//", "^<<", "^>>", "^::" }

local function symbol(text, at)
   for _, pattern in ipairs(SYMBOLS) do
      local _, last = text:find(pattern, at)
      if last then
         return last
      end
   end
   return at
end

-- → the last byte of the token at `at`, its kind
local function token(text, at)
   local _, last = text:find("^[%a_][%w_]*", at)
   if last then
      return last, "word"
   end
   _, last = text:find("^%.?%d[%w.]*", at)
   if last then
      local _, exponent = text:find("^[+-]%d+", last + 1)
      return text:find("^[eEpP]", last) and exponent or last, "number"
   end
   local level = text:match("^%[(=*)%[", at)
   if level then
      return long_end(text, at, level), "text"
   elseif text:find("^[\"']", at) then
      return quoted(text, at), "text"
   end
   return symbol(text, at), "symbol"
end

--- → list of { text =, kind = "word", "number", "text" or "symbol", first =, last = bytes }. Never raises,
-- also on what isn't Lua.
function tokens.of(text)
   local list, at = {}, 1
   while true do
      at = text:find("%S", at)
      if not at then
         return list
      end
      local last = comment(text, at)
      if not last then
         local kind
         last, kind = token(text, at)
         list[#list + 1] = { text = text:sub(at, last), kind = kind, first = at, last = last }
      end
      at = last + 1
   end
end

return tokens
