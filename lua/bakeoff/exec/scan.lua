--- Scanned parameters of commands: "threads=1,2,4..6" gives values to `{threads}`; several parameters are
-- combined in all ways. In "threads,size=1,2,4;10,20,40", the two advance together.

local lists = require "bakeoff.base.lists"
local text = require "bakeoff.base.text"
local values = require "bakeoff.base.values"

local scan = {}

local MOST_COMBINATIONS = 1000

-- The parts of a text between semicolons outside quotes. A quote that isn't closed is told by values.lua.
local function parts_of(given)
   local parts, from, at = {}, 1, 1
   local begins = true -- a word, which may be in quotes
   while at <= #given do
      local mark, after = given:sub(at, at), nil
      if begins and (mark == "'" or mark == '"') then
         after = select(2, lists.quoted(given, at))
      elseif mark == ";" then
         parts[#parts + 1], from = given:sub(from, at - 1), at + 1
      end
      begins = mark == "," or mark == ";" or begins and mark == " "
      at = after or at + 1
   end
   parts[#parts + 1] = given:sub(from)
   return parts
end

-- "a,b" and "1,2;x,y" → a scan of two parameters; or nil, message.
local function parse_together(given, names, texts)
   local parts, rows = parts_of(texts), {}
   local together = ("%s advance together"):format(table.concat(names, " and "))
   if #parts ~= #names then
      return nil, ("%s: write a list for each, with semicolons between them, such as a,b=1,2;x,y; this has "
         .. "%d"):format(together, #parts)
   end
   for column, name in ipairs(names) do
      local found, message = values.parse(parts[column], true)
      if not found then
         return nil, ("%s: %s"):format(name, message)
      elseif column > 1 and #found ~= #rows then
         return nil, ("%s, but have %d and %d values: '%s'"):format(together, #rows, #found,
            text.shown(given))
      end
      for row, value in ipairs(found) do
         rows[row] = rows[row] or {}
         rows[row][column] = value
      end
   end
   return { names = names, rows = rows }
end

-- The names of parameters that advance together, and their lists; nil if it is written for one.
local function together_in(given)
   local list, texts = given:match "^([%a_][%w_]*,[%w_,]*)=(.*)$"
   local names = {}
   for name in (list or ""):gmatch "[^,]+" do
      if not name:find "^[%a_]" then
         return nil
      end
      names[#names + 1] = name
   end
   return #names > 1 and names, texts
end

--- "name=a,b,1..3" → { name =, values = { "a", "b", "1", "2", "3" }, names = { name }, rows = { { "a" }, … }
-- }; "a,b=1,2;x,y" → { names = { "a", "b" }, rows = { { "1", "x" }, { "2", "y" } } }; or nil, message.
function scan.parse(given)
   local names, texts = together_in(given)
   if names then
      return parse_together(given, names, texts)
   end
   local name, list = given:match("^([%a_][%w_]*)=(.*)$")
   if not name then
      return nil, ("'%s' is not a scan; write a name and its values, such as threads=1,2,4 or size=1..8")
         :format(text.shown(given))
   end
   local found, message = values.parse(list)
   if not found then
      return nil, ("%s: %s"):format(name, message)
   end
   local rows = {}
   for index, value in ipairs(found) do
      rows[index] = { value }
   end
   return { name = name, values = found, names = { name }, rows = rows }
end

--- The number of combinations.
function scan.count(scans)
   local count = 1
   for _, one in ipairs(scans) do
      count = count * #one.rows
      if count > MOST_COMBINATIONS then
         return nil, ("the scans have more than %d combinations; scan fewer values"):format(MOST_COMBINATIONS)
      end
   end
   return count
end

--- All combinations of values: list of { { name, value }, … }; the last scan's values change fastest.
-- Without scans there is one empty combination.
function scan.combinations(scans)
   local list = { {} }
   for _, one in ipairs(scans) do
      local longer = {}
      for _, combination in ipairs(list) do
         for _, row in ipairs(one.rows) do
            local copy = table.move(combination, 1, #combination, 1, {})
            for column, name in ipairs(one.names) do
               copy[#copy + 1] = { name, row[column] }
            end
            longer[#longer + 1] = copy
         end
      end
      list = longer
   end
   return list
end

-- Calls visit(open, name, close) for each {name}, with the braces and "$" that stand around it; what it
-- returns takes their place. A pattern that begins with these braces would take the square of their number.
local function replaced(one, visit)
   local parts, from, free = {}, 1, 1
   local first, last, name = one:find "{([%a_][%w_]*)}"
   while first do
      local start, close = first, one:match("^}*", last + 1)
      while start > free and one:find("^[${]", start - 1) do
         start = start - 1
      end
      free = last + #close + 1
      local taken = visit(one:sub(start, first - 1), name, close)
      if taken then
         parts[#parts + 1] = one:sub(from, start - 1) .. taken
         from = free
      end
      first, last, name = one:find("{([%a_][%w_]*)}", free)
   end
   return table.concat(parts) .. one:sub(from)
end

-- {{name}} and ${name}
local function is_literal(open, close)
   return open:sub(-1) == "$" or (open:sub(-1) == "{" and close ~= "")
end

--- `one` with the values of a combination filled in. Double braces stay, and braces within a value are
-- doubled, so that both remain literal text when other placeholders are filled in (placeholders.lua). "${n}"
-- is left to a shell.
function scan.fill(one, combination)
   local by_name = {}
   for _, pair in ipairs(combination) do
      by_name[pair[1]] = pair[2]:gsub("{([%a_][%w_]*)}", "{{%1}}")
   end
   return replaced(one, function(open, name, close)
      if is_literal(open, close) or not by_name[name] then
         return nil
      end
      return open .. by_name[name] .. close
   end)
end

--- The names in single braces in `texts` (the placeholders), in order, each once.
function scan.names_in(texts)
   local names, seen = {}, {}
   for _, one in ipairs(texts) do
      replaced(one, function(open, name, close)
         if not is_literal(open, close) and not seen[name] then
            names[#names + 1], seen[name] = name, true
         end
      end)
   end
   return names
end

return scan
