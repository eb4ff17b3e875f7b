--- Moments as files of traffic write them, in seconds since 1970 (UTC): "2026-11-29T10:15:00.123+01:00" of
-- HAR files, "29/Nov/2026:10:15:00 +0100" of access logs.

local moments = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10,
   Nov = 11,
   Dec = 12 }
local DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
local DAY_S, HOUR_S, MINUTE_S = 86400, 3600, 60

local function is_leap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end

local function days_of(year, month) return month == 2 and is_leap(year) and 29 or DAYS[month] end

-- Days from 1970-01-01; years begin in March, so that a leap day is a year's last.
local function days_since_1970(year, month, day)
   year = month <= 2 and year - 1 or year
   local era, of_era = year // 400, year % 400
   local of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
   return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

-- nil for a day or a time that doesn't exist; a leap second counts as the second after it.
local function seconds(year, month, day, hour, minute, second)
   if month < 1 or month > 12 or day < 1 or day > days_of(year, month) or hour > 23 or minute > 59
      or second >= 61 then
      return nil
   end
   return days_since_1970(year, month, day) * DAY_S + hour * HOUR_S + minute * MINUTE_S + second
end

-- "+0100", "+01:00", "Z" → seconds; nil for anything else
local function zone_of(words)
   if words == "Z" or words == "z" then
      return 0
   end
   local sign, hours, minutes = words:match("^([+-])(%d%d):?(%d%d)$")
   if not sign or tonumber(hours) > 23 or tonumber(minutes) > 59 then
      return nil
   end
   return (sign == "-" and -1 or 1) * (tonumber(hours) * HOUR_S + tonumber(minutes) * MINUTE_S)
end

local function less(moment, zone) return moment and zone and moment - zone end

--- ISO 8601, as in HAR files. nil if it isn't one. A time without a zone is taken as UTC.
function moments.of_iso(words)
   local year, month, day, hour, minute, second, fraction, zone =
      words:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.*)$")
   if not year or #words > 64 or fraction == "." or fraction:find "^%d" then
      return nil
   end
   local moment = seconds(tonumber(year), tonumber(month), tonumber(day), tonumber(hour), tonumber(minute),
      tonumber(second))
   return less(moment and moment + (tonumber("0" .. fraction) or 0), zone_of(zone == "" and "Z" or zone))
end

--- The time of a line of an access log, without the brackets. nil if it isn't one.
function moments.of_log(words)
   local day, month, year, hour, minute, second, zone =
      words:match("^(%d%d)/(%a%a%a)/(%d%d%d%d):(%d%d):(%d%d):(%d%d) ([+-]%d%d%d%d)$")
   if not day or not MONTHS[month] then
      return nil
   end
   return less(seconds(tonumber(year), MONTHS[month], tonumber(day), tonumber(hour), tonumber(minute),
      tonumber(second)), zone_of(zone))
end

return moments
