--- Lua source as HTML with colours, done once, when the page is written: the page needs no script.

local inline = require "bakeoff.report.inline"

local highlight = {}

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return
   then true until while]]):gmatch "%a+" do
   KEYWORDS[word] = true
end

-- Where the long bracket that opens at `at` ends; nil if none opens there.
local function long_end(source, at)
   local level = source:match("^%[(=*)%[", at)
   if level then
      local _, last = source:find("]" .. level .. "]", at, true)
      return last or #source
   end
end

-- A string ends at its quote, or (unfinished) at the end of its line.
local function quoted_end(source, at)
   local quote, place = source:sub(at, at), at + 1
   while place <= #source do
      local char = source:sub(place, place)
      if char == quote then
         return place
      elseif char == "\n" then
         return place - 1
      end
      place = place + (char == "\\" and 2 or 1)
   end
   return #source
end

local function last_of(source, pattern, at) return select(2, source:find(pattern, at)) end

-- → the class of the token at `at` (nil: no colour) and its last byte
local function token(source, at)
   local two = source:sub(at, at + 1)
   if two == "--" then
      return "c", long_end(source, at + 2) or last_of(source, "^[^\n]*", at)
   elseif two:find "^%[[=%[]" and long_end(source, at) then
      return "s", long_end(source, at)
   elseif two:find "^[\"']" then
      return "s", quoted_end(source, at)
   elseif two:find "^%d" or two:find "^%.%d" then
      return "n", last_of(source, "^[%w.]+", at)
   end
   local name = source:match("^[%a_][%w_]*", at)
   if name then
      return KEYWORDS[name] and "k" or nil, at + #name - 1
   end
   return nil, last_of(source, "^%s+", at) or at
end

--- Lua source as HTML, for an element that keeps white space. Any text is allowed, also unfinished Lua.
function highlight.lua(source)
   local parts, at, plain_from = {}, 1, 1
   local function add_plain(to) parts[#parts + 1] = inline.escape_lines(source:sub(plain_from, to)) end
   while at <= #source do
      local class, last = token(source, at)
      if class then
         add_plain(at - 1)
         parts[#parts + 1] = ('<i class="%s">%s</i>'):format(class, inline.escape_lines(source:sub(at, last)))
         plain_from = last + 1
      end
      at = math.max(last, at) + 1
   end
   add_plain(#source)
   return table.concat(parts)
end

return highlight
