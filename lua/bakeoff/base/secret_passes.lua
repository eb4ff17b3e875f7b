--- Passes over a text that replace values behind their names, in time that is in proportion to its length.

local passes = {}

local LONGEST_NAME = 64 -- bytes

--- Calls hide(name, at) for each name before the character `sign`; at is the place after the sign. hide
-- returns what takes the place of the text after the sign, and the place where that text ends; or nothing.
-- class: of the characters of names.
function passes.after_names(value, sign, class, hide)
   local parts, from, at = {}, 1, value:find(sign, 1, true)
   local backwards = "^" .. class .. "+" -- a pattern with "+$" would try every place before the sign
   while at do
      local name = value:sub(math.max(from, at - LONGEST_NAME), at - 1):reverse():match(backwards)
      name = name and name:reverse()
      local hidden, stop
      if name then
         hidden, stop = hide(name, at + 1)
      end
      if hidden then
         parts[#parts + 1] = value:sub(from, at) .. hidden
         from = stop + 1
      end
      at = value:find(sign, math.max(at + 1, from), true)
   end
   return table.concat(parts) .. value:sub(from)
end

--- Calls hide(name, at) for each match of a pattern with a name in it; at is the place after the match. If it
-- hides nothing, what follows is looked at as well: in "?to=?token=x", a value holds a name.
function passes.after_matches(value, pattern, hide)
   local parts, from = {}, 1
   local first, last, name = value:find(pattern)
   while first do
      local hidden, stop = hide(name, last + 1)
      local at = hidden and stop + 1 or last
      if hidden then
         parts[#parts + 1] = value:sub(from, last) .. hidden
         from = at
      end
      first, last, name = value:find(pattern, at)
   end
   return table.concat(parts) .. value:sub(from)
end

return passes
