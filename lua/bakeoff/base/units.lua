--- Converts durations, sizes and rates as people write them to numbers in base units.
-- "120ms" → 0.12 (seconds), "16KB" → 16000 (bytes), "40MiB" → 41943040; a bare number is already in
-- the base unit. Text that is not a quantity raises a usage failure that names the argument.

local failure = require "bakeoff.base.failure"

local units = {}

local DURATIONS = { ns = 1e-9, us = 1e-6, ["µs"] = 1e-6, ms = 1e-3, s = 1, min = 60, m = 60, h = 3600 }
local SIZES = {
   B = 1, k = 1000, K = 1000, KB = 1000, kB = 1000, MB = 1000 ^ 2, M = 1000 ^ 2, GB = 1000 ^ 3, G = 1000 ^ 3,
   KiB = 1024, MiB = 1024 ^ 2, GiB = 1024 ^ 3,
}
local RATES = { ["/s"] = 1, ["/min"] = 1 / 60, ["/h"] = 1 / 3600 }

-- The argument before a message: "timeout: ", or "" for one that is named elsewhere.
local function named(argument) return argument == "" and "" or argument .. ": " end

local function parse(value, argument, table_of_units, examples)
   if type(value) == "number" and value >= 0 and value < math.huge then
      return value
   end
   if type(value) == "string" then
      local number, unit = value:match("^%s*([%d.]+)%s*(%S*)%s*$")
      local factor = unit == "" and 1 or table_of_units[unit]
      if tonumber(number) and factor then
         return tonumber(number) * factor
      end
   end
   failure.usage("%s'%s' is not a quantity; write %s", named(argument), tostring(value), examples)
end

local LONGEST_S = 366 * 24 * 3600 -- far less than what clocks and timers can hold

--- Seconds of a duration such as "120ms", "1.5s", "5min" or 0.12; at most a year. An argument of "" is not
-- named in the message.
function units.seconds(value, argument)
   argument = argument or "duration"
   local seconds = parse(value, argument, DURATIONS, 'for example "120ms", "1.5s" or "5min"')
   if seconds > LONGEST_S then
      failure.usage("%s'%s' is too long; write at most a year, 8784h", named(argument), tostring(value))
   end
   return seconds
end

--- Whole bytes of a size such as "16KB" (1000) or "40MiB" (1024²).
function units.bytes(value, argument)
   return math.floor(parse(value, argument or "size", SIZES, 'for example "16KB", "40MiB" or 2048') + 0.5)
end

--- Events per second of a rate such as "200/s" or 200.
function units.per_second(value, argument)
   return parse(value, argument or "rate", RATES, 'for example "200/s" or 200')
end

--- A share from 0 to 1: 0.03 of 0.03, "0.03" or "3%".
function units.share(value, argument)
   local percent = type(value) == "string" and value:match("^%s*([%d.]+)%s*%%%s*$")
   local number = percent and tonumber(percent) and tonumber(percent) / 100 or not percent and tonumber(value)
   if not number or number < 0 or number > 1 then
      failure.usage('%s\'%s\' is not a share; write for example 0.03 or "3%%"', named(argument),
         tostring(value))
   end
   return number
end

return units
