--- Lists of values as `--scan` takes them: words and ranges of numbers, separated by commas. What is in
-- quotes is one word, whatever it contains.
--
--    1,2,4..6        0.1..0.5..0.1        5..1..-2        'a,b',"it's"

local lists = require "bakeoff.base.lists"
local text = require "bakeoff.base.text"

local values = {}

local MOST = 1000

--- At most so many values are accepted.
values.MOST = MOST

local USE = "write values separated by commas, or a range such as 1..8 or 0.5..2..0.5"

-- --- ranges -----------------------------------------------------------------------------------------

-- A number's digits without its point, and how many of them stood behind it; nil if it is none.
local function digits_of(word)
   local sign, whole, fraction = word:match("^([+-]?)(%d*)%.?(%d*)$")
   if not whole or #whole + #fraction == 0 or #whole + #fraction > 15 or word:find("%.$") then
      return nil
   end
   return sign:gsub("+", "") .. whole .. fraction, #fraction
end

-- Numbers as multiples of the smallest unit that any of them is written with: counted so, no step is lost to
-- rounding. → list of integers, number of decimals; nil if a word is not a number.
local function in_units(words)
   local numbers, decimals, most = {}, {}, 0
   for index, word in ipairs(words) do
      numbers[index], decimals[index] = digits_of(word)
      if not numbers[index] then
         return nil
      end
      most = math.max(most, decimals[index])
   end
   for index, digits in ipairs(numbers) do
      local number = math.tointeger(tonumber(digits .. ("0"):rep(most - decimals[index])))
      if not number then
         return nil
      end
      numbers[index] = number
   end
   return numbers, most
end

-- A multiple of the unit as text.
local function written(number, decimals)
   if decimals == 0 then
      return ("%d"):format(number)
   end
   local digits = ("%0" .. decimals + 1 .. "d"):format(math.abs(number))
   return (number < 0 and "-" or "") .. digits:sub(1, -decimals - 1) .. "." .. digits:sub(-decimals)
end

-- "1..8" → { "1", "8" }; nil for what isn't written as a range. "../file" and "a/..b" are paths.
local function ends_of(word)
   if word:find("/", 1, true) then
      return nil
   end
   local first, last, step = word:match("^(%.?[^.].-)%.%.(.-)%.%.(.+)$")
   if not first then
      first, last = word:match("^(%.?[^.].-)%.%.(.+)$")
   end
   return first and { first, last, step }
end

-- What is wrong with a range's numbers, or nil.
local function fault_of(numbers, decimals)
   local first, last, step = table.unpack(numbers)
   if step == 0 then
      return "has a step of 0"
   elseif not step and decimals > 0 then
      return "needs a step, since it has decimals: write for example 0.5..2..0.5"
   elseif step and step < 0 and last > first then
      return "has a step that leads away from its end; leave out the minus sign"
   elseif math.abs(last - first) // math.abs(step or 1) >= MOST then
      return ("has too many values; at most %d are allowed"):format(MOST)
   end
end

-- Adds the numbers of a range. → true; or nil, message.
local function add_range(list, word, ends)
   local numbers, decimals = in_units(ends)
   if not numbers then
      return nil, ("'%s' is not a range of numbers; %s, or put it in quotes if it is one word")
         :format(text.shown(word), USE)
   end
   local fault = fault_of(numbers, decimals)
   if fault then
      return nil, ("'%s' %s"):format(word, fault)
   end
   local first, last = numbers[1], numbers[2]
   local step = math.abs(numbers[3] or 1)
   for number = first, last, first <= last and step or -step do
      list[#list + 1] = written(number, decimals)
   end
   return true
end

-- --- all --------------------------------------------------------------------------------------------

local function unique(list)
   local kept, seen = {}, {}
   for _, value in ipairs(list) do
      if not seen[value] then
         kept[#kept + 1], seen[value] = value, true
      end
   end
   return kept
end

--- The values of a list, each once (unless keep_all), as texts in the order in which they are written; or
-- nil, message.
function values.parse(given, keep_all)
   local words, message = lists.words(given, USE .. ", or '' for a value that is empty")
   if not words then
      return nil, message
   end
   local list = {}
   for _, word in ipairs(words) do
      local ends = not word.is_quoted and ends_of(word.text)
      if ends then
         local ok, why = add_range(list, word.text, ends)
         if not ok then
            return nil, why
         end
      else
         list[#list + 1] = word.text
      end
   end
   list = keep_all and list or unique(list)
   if #list > MOST then
      return nil, ("%d values are too many; at most %d are allowed"):format(#list, MOST)
   end
   return list
end

return values
