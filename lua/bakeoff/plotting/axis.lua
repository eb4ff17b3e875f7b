--- Axes: units, ticks at round numbers, and the conversion of values to fractions of the axis.

local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.plotting.text"

local axis = {}

local function nice_step(span, most)
   local rough = span / most
   local power = 10.0 ^ math.floor(math.log(rough, 10))
   for _, factor in ipairs { 1, 2, 2.5, 5, 10 } do
      if factor * power >= rough * 0.9999 then
         return factor * power
      end
   end
end

local function tick_text(value)
   local digits = ("%.6g"):format(value)
   return digits:find "e" and numbers.ratio(value) or value >= 1e4 and numbers.whole(value) or digits
end

-- The unit of an axis. Memory is in MiB unless that makes for very large or very small numbers, so that the
-- charts of one run can be compared.
local LEAST_MIB, MOST_MIB = 0.1 * 1024.0 ^ 2, 10 * 1024.0 ^ 3

local function unit_of(largest, kind)
   if kind == "size" and largest >= LEAST_MIB and largest < MOST_MIB then
      return 1024.0 ^ 2, "MiB"
   elseif kind == "count" then
      return 1.0, ""
   end
   return numbers.unit(largest, kind)
end

--- A linear axis from zero to `largest` (base units): { divisor, unit, min, max, ticks, texts, at(value) }.
-- kind: "time", "size" or "count"; `round_up`: the axis ends at a tick. max and ticks are in the axis' unit;
-- `at` takes base units.
function axis.linear(largest, kind, most_ticks, round_up)
   largest = largest > 0 and largest or 1 -- where every value is zero, the axis still needs an end
   local divisor, unit = unit_of(largest, kind)
   local top = largest / divisor
   local step = nice_step(top, most_ticks)
   local max = round_up and math.ceil(top / step - 1e-9) * step or top
   local ticks, texts = {}, {}
   for index = 0, math.floor(max / step + 1e-9) do
      ticks[index + 1] = index * step
      texts[index + 1] = tick_text(index * step)
   end
   return {
      divisor = divisor, unit = unit, min = 0.0, max = max, ticks = ticks, texts = texts, log = 0,
      kind = kind, at = function(value) return value / divisor / max end,
   }
end

local function log_ticks(min, max, factors)
   local ticks = {}
   for power = math.floor(math.log(min, 10) - 1e-9), math.ceil(math.log(max, 10)) do
      for _, factor in ipairs(factors) do
         local value = factor * 10.0 ^ power
         if value >= min * 0.9999 and value <= max * 1.0001 then
            ticks[#ticks + 1] = value
         end
      end
   end
   return ticks
end

local function contains(list, wanted)
   for _, value in ipairs(list) do
      if math.abs(value - wanted) < 1e-9 * wanted then
         return true
      end
   end
   return false
end

-- `minor` are ticks without text.
local function log_axis(min, max, major, minor, divisor, unit)
   local ticks, texts = {}, {}
   for index, value in ipairs(major) do
      ticks[index], texts[index] = value, tick_text(value)
   end
   for _, value in ipairs(minor) do
      if not contains(major, value) then
         ticks[#ticks + 1], texts[#texts + 1] = value, ""
      end
   end
   local span = math.log(max / min)
   return {
      divisor = divisor, unit = unit, min = min, max = max, ticks = ticks, texts = texts, log = 1,
      at = function(value) return math.log(math.max(value / divisor, min) / min) / span end,
   }
end

local WIDE = 1e5 -- from here on, an axis has a tick per unit or power of ten, each with its own unit
local SHORTEST = { { 1, 1, "s" }, { 1e-3, 1e-3, "ms" }, { 1e-6, 1e-6, "µs" }, { 1e-9, 1e-9, "ns" },
   { 0, 1e-12, "ps" } }

-- "10 ms", "1,000 s": seconds are not divided by 60, so that ticks stay powers of ten.
local function time_text(value)
   for _, unit in ipairs(SHORTEST) do
      if value >= unit[1] * 0.9999 then
         return ("%s %s"):format(numbers.whole(value / unit[2]), unit[3])
      end
   end
end

local function size_text(value) return (numbers.format(value, "size"):gsub("%.0+ ", " ")) end

-- An axis over many units, in base units.
local function wide_axis(min, max, kind)
   local ticks, texts = {}, {}
   local base = kind == "size" and (max / min > 1e8 and 1024.0 or 32.0) or max / min > 1e8 and 1000.0 or 10.0
   for power = math.ceil(math.log(min, base) - 1e-9), math.floor(math.log(max, base) + 1e-9) do
      ticks[#ticks + 1] = base ^ power
      texts[#texts + 1] = (kind == "size" and size_text or time_text)(base ^ power)
   end
   local ruler = log_axis(min, max, ticks, {}, 1.0, "")
   ruler.texts, ruler.kind, ruler.is_wide = texts, kind, true
   return ruler
end

--- A logarithmic axis from smallest to largest (base units, above zero); fields as above. is_wide: it spans
-- so many units that each tick has its own.
function axis.logarithmic(smallest, largest, kind)
   if kind ~= "count" and largest / smallest > WIDE then
      return wide_axis(smallest, largest, kind)
   end
   local divisor, unit = unit_of(largest, kind)
   local min, max = smallest / divisor, largest / divisor
   local span = max / min
   local major = log_ticks(min, max, span > 800 and { 1 } or span > 60 and { 1, 3 } or { 1, 2, 5 })
   return log_axis(min, max, major, log_ticks(min, max, { 1, 2, 3, 4, 5, 6, 7, 8, 9 }), divisor, unit)
end

--- A logarithmic axis whose ticks are the given values (worker counts).
function axis.logarithmic_at(values, smallest, largest)
   return log_axis(smallest, largest, values, {}, 1.0, "")
end

--- A linear axis between two values (base units), with ticks at round numbers. kind: default "count".
function axis.between(first, last, most_ticks, kind)
   local divisor, unit = unit_of(last, kind or "count")
   local low, high = first / divisor, last / divisor
   local step = nice_step(high - low, most_ticks)
   local ticks, texts = {}, {}
   for index = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) do
      ticks[#ticks + 1], texts[#texts + 1] = index * step, tick_text(index * step)
   end
   return { divisor = divisor, unit = unit, min = low, max = high, ticks = ticks, texts = texts, log = 0,
      at = function(value) return (value / divisor - low) / (high - low) end }
end

local WIDE_SPAN = 20

--- Are values spread so widely that an axis from the least to the most should be logarithmic? Zero and values
-- below have no logarithm.
function axis.is_wide(least, most) return least > 0 and most / least > WIDE_SPAN end

local MOST_OWN_TICKS = 16 -- of more values, few would have their text: round numbers tell more

--- Are the values of an axis its ticks? x: as below.
function axis.has_own_ticks(x) return #x.values <= MOST_OWN_TICKS end

--- An axis from first to last (base units) whose ticks are the given values, unless there are too many of
-- them. x: { values, texts = of the values, is_log, kind }
function axis.at_values(x, first, last)
   if not axis.has_own_ticks(x) then
      return x.is_log and axis.logarithmic(first, last, x.kind) or axis.between(first, last, 8, x.kind)
   end
   local ruler = axis.logarithmic_at(x.values, first, last)
   ruler.texts = x.texts
   if not x.is_log then
      ruler.log, ruler.at = 0, function(value) return (value - first) / (last - first) end
   end
   return ruler
end

--- A linear axis from zero whose ticks are the given values.
function axis.linear_at(values, largest)
   local ticks, texts = { 0.0 }, { "0" }
   for index, value in ipairs(values) do
      ticks[index + 1], texts[index + 1] = value, tick_text(value)
   end
   return { divisor = 1.0, unit = "", min = 0.0, max = largest, ticks = ticks, texts = texts, log = 0,
      at = function(value) return value / largest end }
end

--- The divisor of the unit in which axis.show writes a value (base units), and the unit.
function axis.unit(ruler, value)
   if (ruler.kind or "count") == "count" then
      return ruler.divisor, ruler.unit
   end
   return numbers.unit(value, ruler.kind)
end

--- A value (base units) with its unit: its own one, as in tables, and not the axis' unit, so that a figure is
-- written in the same way everywhere.
function axis.show(ruler, value) return numbers.format_in(value, axis.unit(ruler, value)) end

--- "total time (ms, log)": an axis title, with its unit.
function axis.title(words, ruler)
   local parts = { ruler.unit ~= "" and ruler.unit or nil }
   parts[#parts + 1] = ruler.log == 1 and "log" or nil
   return #parts > 0 and ("%s (%s)"):format(words, table.concat(parts, ", ")) or words
end

local APART = 0.5 -- between the texts of ticks, in font sizes

--- The texts of the ticks, "" for those that would touch the previous one. pixels: length of the axis.
function axis.thin(ruler, pixels, size)
   local order, texts, last = {}, {}, -math.huge
   for index in ipairs(ruler.ticks) do
      order[index] = index
   end
   table.sort(order, function(a, b) return ruler.ticks[a] < ruler.ticks[b] end)
   for _, index in ipairs(order) do
      local words = ruler.texts[index]
      local middle, half = ruler.at(ruler.ticks[index] * ruler.divisor) * pixels, text.width(words, size) / 2
      texts[index] = middle - half >= last + size * APART and words or ""
      last = texts[index] ~= "" and middle + half or last
   end
   return texts
end

--- The largest plot width at which every label still ends inside `room`, but at least half the room. labels:
-- list of { at = fraction of the axis, width = pixels from there }.
function axis.fit(room, labels)
   local width = room
   for _, label in ipairs(labels) do
      if label.at > 0.02 then
         width = math.min(width, (room - label.width) / label.at)
      end
   end
   return math.max(width, room * 0.4)
end

return axis
