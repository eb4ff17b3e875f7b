--- How the cost of a function grows with its input, without a clock: what it costs is counted.
--
-- Lua's own instructions are counted by a hook. What the string library does in C, no hook sees, so patterns
-- are matched here, in Lua, while a function is measured: their backtracking then counts as well. Bytes that
-- a function allocates are counted with the collector stopped, which shows texts that are joined piece by
-- piece. Both counts are the same in every run and on every machine.
--
-- The exponent of a cost is 1 if twice the input costs twice as much, 2 if it costs four times as much.

local growth = {}

local real = { find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub,
   byte = string.byte, sub = string.sub, insert = table.insert, remove = table.remove, move = table.move,
   len = utf8.len }

local extra = 0 -- steps that C functions would take, where they aren't done in Lua

-- --- patterns ---------------------------------------------------------------------------------------

local sets = {} -- text of a class → byte → true

local function set_of(class)
   local set = sets[class]
   if not set then
      set = {}
      for byte = 0, 255 do
         set[byte] = real.find(string.char(byte), "^" .. class .. "$") and true or nil
      end
      sets[class] = set
   end
   return set
end

-- The end of the class of characters that begins at a place of a pattern.
local function class_end(pattern, at)
   local char = real.sub(pattern, at, at)
   if char == "%" then
      return at + 1
   elseif char ~= "[" then
      return at
   end
   at = at + (real.sub(pattern, at + 1, at + 1) == "^" and 2 or 1)
   repeat
      at = at + (real.sub(pattern, at, at) == "%" and 2 or 1)
   until real.sub(pattern, at, at) == "]" or at > #pattern
   return at
end

local SUFFIXES = { ["*"] = true, ["+"] = true, ["-"] = true, ["?"] = true }

-- One item of a pattern at a place → the item, the place after it
local function item_at(pattern, at)
   local two, char = real.sub(pattern, at, at + 1), real.sub(pattern, at, at)
   if two == "()" then
      return { kind = "position" }, at + 2
   elseif char == "(" or char == ")" then
      return { kind = char == "(" and "open" or "close" }, at + 1
   elseif char == "$" and at == #pattern then
      return { kind = "end" }, at + 1
   elseif two == "%b" then
      return { kind = "balance", real.byte(pattern, at + 2, at + 3) }, at + 4
   elseif two == "%f" then
      local last = class_end(pattern, at + 2)
      return { kind = "frontier", set = set_of(real.sub(pattern, at + 2, last)) }, last + 1
   elseif real.find(two, "^%%%d") then
      return { kind = "back", number = tonumber(real.sub(two, 2)) }, at + 2
   end
   local last = class_end(pattern, at)
   local class, suffix = real.sub(pattern, at, last), real.sub(pattern, last + 1, last + 1)
   if #class == 1 and real.find(class, "[%^%$%*%+%-%?]") then
      class = "%" .. class -- alone it is a plain character
   end
   local item = { kind = "single", set = set_of(class), suffix = SUFFIXES[suffix] and suffix or nil }
   return item, last + (item.suffix and 2 or 1)
end

local compiled = {}

local function items_of(pattern)
   local items = compiled[pattern]
   if not items then
      items = {}
      local at = 1
      while at <= #pattern do
         items[#items + 1], at = item_at(pattern, at)
      end
      compiled[pattern] = items
   end
   return items
end

local match

local function repeated(state, number, at)
   local item, text = state.items[number], state.text
   local set, last = item.set, at
   if item.suffix == "-" then
      while true do
         local stop = match(state, number + 1, at)
         if stop then
            return stop
         elseif not set[real.byte(text, at)] then
            return nil
         end
         at = at + 1
      end
   end
   local most = item.suffix == "?" and 1 or math.huge
   while last - at < most and set[real.byte(text, last)] do
      last = last + 1
   end
   for place = last, at + (item.suffix == "+" and 1 or 0), -1 do
      local stop = match(state, number + 1, place)
      if stop then
         return stop
      end
   end
end

local function balanced(state, item, at)
   local depth = 0
   if real.byte(state.text, at) ~= item[1] then
      return nil
   end
   for place = at, #state.text do
      local byte = real.byte(state.text, place)
      depth = depth + (byte == item[2] and -1 or byte == item[1] and 1 or 0)
      if depth == 0 then
         return place + 1
      end
   end
end

local KINDS = {}

function KINDS.single(state, number, at)
   local item = state.items[number]
   if item.suffix then
      return repeated(state, number, at)
   end
   return item.set[real.byte(state.text, at)] and match(state, number + 1, at + 1)
end

function KINDS.open(state, number, at)
   local captures = state.captures
   captures[#captures + 1] = { first = at }
   local stop = match(state, number + 1, at)
   if not stop then
      captures[#captures] = nil
   end
   return stop
end

function KINDS.close(state, number, at)
   local captures, open = state.captures, nil -- luacheck: ignore 331
   for index = #captures, 1, -1 do
      if not captures[index].last and not captures[index].place then
         open = captures[index]
         break
      end
   end
   open.last = at - 1
   local stop = match(state, number + 1, at)
   open.last = stop and open.last
   return stop
end

function KINDS.position(state, number, at)
   local captures = state.captures
   captures[#captures + 1] = { place = at }
   local stop = match(state, number + 1, at)
   if not stop then
      captures[#captures] = nil
   end
   return stop
end

function KINDS.balance(state, number, at)
   local after = balanced(state, state.items[number], at)
   return after and match(state, number + 1, after)
end

function KINDS.frontier(state, number, at)
   local set = state.items[number].set
   local before, here = at > 1 and real.byte(state.text, at - 1) or 0, real.byte(state.text, at) or 0
   return not set[before] and set[here] and match(state, number + 1, at)
end

function KINDS.back(state, number, at)
   local capture = state.captures[state.items[number].number]
   local text = real.sub(state.text, capture.first, capture.last)
   return real.sub(state.text, at, at + #text - 1) == text and match(state, number + 1, at + #text)
end

KINDS["end"] = function(state, _, at) return at == #state.text + 1 and at or nil end

function match(state, number, at)
   local item = state.items[number]
   if not item then
      return at
   end
   return KINDS[item.kind](state, number, at) or nil
end

local function values_of(state, first, last)
   local list = {}
   for index, capture in ipairs(state.captures) do
      list[index] = capture.place or real.sub(state.text, capture.first, capture.last)
   end
   if #list == 0 and first then
      list[1] = real.sub(state.text, first, last)
   end
   return list
end

-- The characters that a match can begin with; nil: any.
local function set_of_start(items)
   local item = items[1]
   return item and item.kind == "single" and (not item.suffix or item.suffix == "+") and item.set or nil
end

-- The first match from a place on → first, last, state; nil if there is none
local function search(text, pattern, at, is_anchored)
   local state = { text = text, items = items_of(pattern), captures = {} }
   local set = set_of_start(state.items)
   for first = at, is_anchored and at or #text + 1 do
      local stop = (not set or set[real.byte(text, first)]) and match(state, 1, first)
      if stop then
         return first, stop - 1, state
      end
   end
end

local function start_of(text, init)
   init = init or 1
   return init > 0 and init or init == 0 and 1 or math.max(#text + init + 1, 1)
end

local function unanchored(pattern)
   local is_anchored = real.sub(pattern, 1, 1) == "^"
   return is_anchored and real.sub(pattern, 2) or pattern, is_anchored
end

local function find(text, pattern, init, plain)
   text, pattern = tostring(text), tostring(pattern)
   local at = start_of(text, init)
   if plain or not real.find(pattern, "[%^%$%*%+%?%.%(%[%%%-]") then
      local first, last = real.find(text, pattern, init, true)
      extra = extra + (last or #text) - at + 1
      return first, last
   elseif at > #text + 1 then
      return nil
   end
   local first, last, state = search(text, (unanchored(pattern)), at, select(2, unanchored(pattern)))
   if first then
      return first, last, table.unpack(values_of(state))
   end
end

local function match_of(text, pattern, init)
   text = tostring(text)
   local at = start_of(text, init)
   if at > #text + 1 then
      return nil
   end
   local inner, is_anchored = unanchored(pattern)
   local first, last, state = search(text, inner, at, is_anchored)
   if first then
      return table.unpack(values_of(state, first, last))
   end
end


-- As in gmatch and gsub: a match that is empty is none right behind another one.
local function matches(text, pattern, at)
   local state = { text = text, items = items_of(pattern), captures = {} }
   local behind
   local set = set_of_start(state.items)
   return function(is_anchored)
      state.captures = {}
      for first = at, is_anchored and at or #text + 1 do
         local stop = (not set or set[real.byte(text, first)]) and match(state, 1, first)
         if stop and stop ~= behind then
            at, behind = stop, stop
            return first, stop - 1, state
         end
      end
   end
end

local function gmatch(text, pattern, init)
   text = tostring(text)
   local following = matches(text, pattern, start_of(text, init))
   return function()
      local first, last, state = following()
      if first then
         return table.unpack(values_of(state, first, last))
      end
   end
end

local function expanded(replacement, whole, values)
   return (real.gsub(replacement, "%%(.)", function(char)
      local number = tonumber(char)
      return number == 0 and whole or number and tostring(values[number]) or char
   end))
end

local function replacement_of(given, whole, values)
   local value
   if type(given) == "table" then
      value = given[values[1]]
   elseif type(given) == "function" then
      value = given(table.unpack(values))
   else
      value = expanded(tostring(given), whole, values)
   end
   return value and tostring(value) or whole
end

local function gsub(text, pattern, given, most)
   text, pattern = tostring(text), tostring(pattern)
   local inner, is_anchored = unanchored(pattern)
   local following, parts, from, count = matches(text, inner, 1), {}, 1, 0
   while count < (most or math.huge) do
      local first, last, state = following(is_anchored)
      if not first then
         break
      end
      local whole = real.sub(text, first, last)
      parts[#parts + 1] = real.sub(text, from, first - 1)
      parts[#parts + 1] = replacement_of(given, whole, values_of(state, first, last))
      from, count = last + 1, count + 1
      if is_anchored then
         break
      end
   end
   parts[#parts + 1] = real.sub(text, from)
   return table.concat(parts), count
end

-- --- counting ---------------------------------------------------------------------------------------

local function insert(list, ...)
   if select("#", ...) == 2 then
      extra = extra + math.max(#list - (...), 0)
   end
   real.insert(list, ...)
end

local function remove(list, at)
   extra = extra + (at and math.max(#list - at, 0) or 0)
   return real.remove(list, at)
end

local function move(from, first, last, ...)
   extra = extra + math.max(last - first, 0)
   return real.move(from, first, last, ...)
end

local function length(text, first, ...)
   local count, bad = real.len(text, first, ...)
   extra = extra + math.max((bad or #text) - (first or 1), 0)
   return count, bad
end

local function install(is_counted)
   local of = is_counted and { find = find, match = match_of, gmatch = gmatch, gsub = gsub, insert = insert,
      remove = remove, move = move, len = length } or real
   -- luacheck: push ignore 122
   string.find, string.match, string.gmatch, string.gsub = of.find, of.match, of.gmatch, of.gsub
   table.insert, table.remove, table.move, utf8.len = of.insert, of.remove, of.move, of.len
   -- luacheck: pop
end

growth.find, growth.match, growth.gmatch, growth.gsub = find, match_of, gmatch, gsub

local EVERY = 50 -- instructions between two calls of the hook

--- What one call costs: { steps, bytes }. What the call returns or raises doesn't matter.
function growth.cost(call, input)
   local steps = 0
   collectgarbage "stop"
   install(true)
   extra = 0
   local before = collectgarbage "count"
   debug.sethook(function() steps = steps + EVERY end, "", EVERY)
   pcall(call, input)
   debug.sethook()
   local bytes = (collectgarbage "count" - before) * 1024
   install(false)
   collectgarbage "restart"
   return { steps = steps + extra, bytes = bytes }
end

-- From the costs of n, 2n and 4n: constants cancel out. What grows by less than `least` isn't looked at.
local function exponent(one, two, four, least)
   local first, second = two - one, four - two
   return first > 0 and second > least and math.log(second / first, 2) or 0
end

local FEW = 16 -- bytes per byte of input: so little is noise, such as tables that were doubled

--- The larger exponent of steps and bytes for inputs of n, 2n and 4n: exponent, "steps" or "bytes".
-- make(n) → input of about n bytes. A call before does what is done only once, such as loading a module.
function growth.exponent(make, call, n)
   growth.cost(call, make(n))
   local one, two, four = growth.cost(call, make(n)), growth.cost(call, make(2 * n)),
      growth.cost(call, make(4 * n))
   local steps = exponent(one.steps, two.steps, four.steps, 0)
   local bytes = exponent(one.bytes, two.bytes, four.bytes, FEW * 2 * n)
   if steps >= bytes then
      return steps, "steps"
   end
   return bytes, "bytes"
end

return growth
