--- HTTP statuses as scripts write them: 200, "2xx", "200-204", or a list of these.

local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local statuses = {}

local LEAST, MOST = 100, 599
local MOST_ENTRIES = 16 -- bko_fetch_options.expect

local function is_status(value) return value and value >= LEAST and value <= MOST end

-- → the first and the last status; nil if it is neither a status nor a range
local function bounds(value)
   local status = type(value) == "number" and math.tointeger(value)
   if is_status(status) then
      return status, status
   elseif type(value) ~= "string" then
      return nil
   end
   local hundred = value:match("^([1-5])[xX][xX]$")
   if hundred then
      return tonumber(hundred .. "00"), tonumber(hundred .. "99")
   end
   local first, last = value:match("^(%d%d%d)%s*%-%s*(%d%d%d)$")
   first, last = tonumber(first), tonumber(last)
   if is_status(first) and is_status(last) and first <= last then
      return first, last
   end
end

-- 200, "2xx", "200-204": one way to write each.
local function written(range)
   if range.first == range.last then
      return range.first
   elseif range.first % 100 == 0 and range.last == range.first + 99 then
      return ("%dxx"):format(range.first // 100)
   end
   return ("%d-%d"):format(range.first, range.last)
end

-- Sorted, without what another one holds.
local function joined(list)
   table.sort(list, function(a, b)
      return a.first < b.first or a.first == b.first and a.last > b.last
   end)
   local kept = {}
   for _, range in ipairs(list) do
      local before = kept[#kept]
      if not before or range.first > before.last then
         kept[#kept + 1] = range
      else
         before.last = math.max(before.last, range.last)
      end
   end
   return kept
end

--- value: a status, a range, or a list of these → the same in one way of writing: sorted, each once.
function statuses.check(value, argument)
   local list = {}
   for index, one in ipairs(type(value) == "table" and value or { value }) do
      local first, last = bounds(one)
      list[index] = first and { first = first, last = last }
         or failure.usage("%s[%d]: '%s' is not an HTTP status; write a whole number from %d to %d, or a "
            .. 'range such as "2xx" or "200-204"', argument, index, text.shown(one), LEAST, MOST)
   end
   list = joined(list)
   if #list == 0 or #list > MOST_ENTRIES then
      failure.usage('%s: expected 1 to %d HTTP statuses, such as { 200, 404 } or "2xx"', argument,
         MOST_ENTRIES)
   end
   for index, range in ipairs(list) do
      list[index] = written(range)
   end
   return list
end

--- What statuses.check returned, in the form that the C side takes: first, last, first, last, …
function statuses.bounds(list)
   local flat = {}
   for _, one in ipairs(list) do
      flat[#flat + 1], flat[#flat + 2] = bounds(one)
   end
   return flat
end

--- "200, 404, 5xx"
function statuses.words(list) return table.concat(list, ", ") end

return statuses
