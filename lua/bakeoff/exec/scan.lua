--- Scanned parameters of commands: "threads=1,2,4..6" gives values to `{threads}`; several parameters are
-- combined in all ways.

local text = require "bakeoff.base.text"
local values = require "bakeoff.exec.values"

local scan = {}

local MOST_COMBINATIONS = 1000

--- "name=a,b,1..3" → { name =, values = { "a", "b", "1", "2", "3" } }; or nil, message.
function scan.parse(given)
   local name, list = given:match("^([%a_][%w_]*)=(.*)$")
   if not name then
      return nil, ("'%s' is not a scan; write a name and its values, such as threads=1,2,4 or size=1..8")
         :format(text.shown(given))
   end
   local found, message = values.parse(list)
   if not found then
      return nil, ("%s: %s"):format(name, message)
   end
   return { name = name, values = found }
end

--- The number of combinations.
function scan.count(scans)
   local count = 1
   for _, one in ipairs(scans) do
      count = count * #one.values
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
         for _, value in ipairs(one.values) do
            local copy = table.move(combination, 1, #combination, 1, {})
            copy[#copy + 1] = { one.name, value }
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
