--- Helpers for messages: the name that a user probably meant, and lists in words.

local text = {}

-- One row of the edit-distance matrix; `two` is the row before `one`, needed for swapped neighbours.
local function next_row(a, b, i, one, two)
   local row = { [0] = i }
   for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(one[j] + 1, row[j - 1] + 1, one[j - 1] + (same and 0 or 1))
      if two and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
         row[j] = math.min(row[j], two[j - 2] + 1)
      end
   end
   return row
end

--- Edits (insert, delete, replace, swap two neighbours) that turn `a` into `b`, counted in bytes.
-- This is the restricted Damerau-Levenshtein distance: no piece is edited twice.
function text.distance(a, b)
   local one, two = { [0] = 0 }, nil
   for j = 1, #b do
      one[j] = j
   end
   for i = 1, #a do
      one, two = next_row(a, b, i, one, two), one
   end
   return one[#b]
end

local function bare(name)
   return (name:lower():gsub("^%-+", ""):gsub("_", "-"))
end

--- The one of `candidates` (a list) that is nearest to `name`, or nil if none is near: at most one edit per
-- three characters. Leading dashes and case are ignored; a prefix of three characters or more ("--cont")
-- finds the whole name.
function text.nearest(name, candidates)
   local wanted = bare(name)
   local limit = math.max(1, #wanted // 3)
   local sorted = table.move(candidates, 1, #candidates, 1, {})
   table.sort(sorted)
   local best, best_distance
   for _, candidate in ipairs(sorted) do
      local given = bare(candidate)
      -- At least the difference of the lengths: a long name isn't compared letter by letter.
      local distance = math.abs(#wanted - #given)
      distance = distance <= limit and text.distance(wanted, given) or distance
      if #wanted >= 3 and given:sub(1, #wanted) == wanted then
         distance = math.min(distance, limit)
      end
      if distance <= limit and distance < #given and (not best or distance < best_distance) then
         best, best_distance = candidate, distance
      end
   end
   return best
end

--- "; did you mean 'run'?" or "": the end of a message about an unknown name.
function text.suggestion(name, candidates)
   local best = text.nearest(name, candidates)
   return best and ("; did you mean '%s'?"):format(best) or ""
end

--- The text with its first letter capitalised; letters outside ASCII are unchanged.
function text.capital(words) return (words:gsub("^%l", string.upper)) end

--- "'blue' is none of: light, dark", with the name that was probably meant.
function text.none_of(value, names)
   return ("'%s' is none of: %s%s"):format(text.shown(value), table.concat(names, ", "),
      text.suggestion(tostring(value), names))
end

--- A value as shown in messages: on one line and cut to a limit.
function text.shown(value)
   local words = tostring(value):gsub("%c", "?")
   return #words > 120 and words:sub(1, 117) .. "…" or words
end

--- At most the first `length` bytes of a text, cut between characters, with a mark if anything is missing.
function text.cut(words, length)
   if #words <= length then
      return words
   end
   local stop = utf8.offset(words, 0, length + 1) or length + 1
   return words:sub(1, stop - 1) .. "…"
end

local function as_number(bytes)
   return (bytes:gsub(".", function(byte) return ("\\x%02x"):format(byte:byte()) end))
end

-- Iterates over the pieces that aren't UTF-8.
local function valid(bytes)
   local parts, at = {}, 1
   while at <= #bytes do
      local ok, bad = utf8.len(bytes, at)
      if ok then
         parts[#parts + 1] = bytes:sub(at)
         break
      end
      parts[#parts + 1] = bytes:sub(at, bad - 1)
      parts[#parts + 1] = as_number(bytes:sub(bad, bad))
      at = bad + 1
   end
   return table.concat(parts)
end

-- Control characters beyond ASCII, and those that reverse the direction of writing.
local function without_steering(words)
   words = words:gsub("\xc2[\x80-\x9f]", as_number)
   return (words:gsub("\xe2\x80[\xaa-\xae]", as_number):gsub("\xe2\x81[\xa6-\xa9]", as_number))
end

--- A program's output made safe to print: control characters (except line breaks and tabs) and bytes that are
-- not UTF-8 become \xNN.
function text.printable(bytes)
   return without_steering((valid(bytes):gsub("[^%C\n\t]", as_number)))
end

--- The first line of a text from outside, safe to print and cut to `length` bytes; and the lines after it, or
-- nil. Control characters and bytes that are not UTF-8 become \xNN.
function text.brief(words, length)
   local first, rest = words:match("^%s*([^\n]*)\n?(.*)$")
   local shown = text.printable(first:sub(1, 4 * length)):gsub("\t", " ")
   return text.cut(shown, length), rest:find("%S") and rest or nil
end

--- The text without blanks at its end. `gsub("%s+$", "")` would take the square of the longest run of blanks.
function text.without_end(words) return words:match("^.*%S") or "" end

--- The text without blanks around it; `match("^%s*(.-)%s*$")` would take as long.
function text.trimmed(words)
   local first = words:find("%S")
   return first and words:match("^.*%S", first) or ""
end

--- The last line that is not blank, or nil.
function text.last_line(words)
   local full = text.without_end(words)
   local start = full:match("^.*\n()") or 1
   return full ~= "" and words:match("^[^\n]*", start) or nil
end

--- The keys of a table as a sorted list of strings.
function text.sorted_keys(map)
   local keys = {}
   for key in pairs(map) do
      keys[#keys + 1] = tostring(key)
   end
   table.sort(keys)
   return keys
end

--- What kind of value was given, for "expected …, not %s": "a string", "nothing" for nil.
function text.kind(value) return value == nil and "nothing" or "a " .. type(value) end

--- A decoded value in words: whole numbers without a point, tables as { a, b, name = c }, "none" for nil.
function text.of_value(value)
   if type(value) == "table" then
      local words = {}
      for i, one in ipairs(value) do
         words[i] = text.of_value(one)
      end
      for _, name in ipairs(text.sorted_keys(value)) do
         if not math.tointeger(tonumber(name)) then
            words[#words + 1] = name .. " = " .. text.of_value(value[name])
         end
      end
      return ("{ %s }"):format(table.concat(words, ", "))
   end
   local number = type(value) == "number" and math.tointeger(value)
   return value == nil and "none" or tostring(number or value)
end

--- A command's word as the text that it stands for, apart from placeholders: {{x}} is written for {x}.
function text.without_double_braces(word) return (word:gsub("{({[%a_][%w_]*})}", "%1")) end

return text
