--- Numbers as tables and charts write them: three significant digits, one unit for a value and its
-- interval, never an exponent.

local numbers = {}

local TIMES = { { 600, 60, "min" }, { 1, 1, "s" }, { 1e-3, 1e-3, "ms" }, { 0, 1e-6, "µs" } }
local SIZES = {
   { 1024 ^ 3, 1024 ^ 3, "GiB" }, { 1024 ^ 2, 1024 ^ 2, "MiB" }, { 1024, 1024, "KiB" }, { 0, 1, "B" },
}
local COUNTS = { { 0, 1, "" } }
local KINDS = { time = TIMES, size = SIZES, count = COUNTS }

local MOST_DECIMALS = 15

-- A number below a hundredth: three significant digits without zeros at the end.
local function tiny(value)
   local decimals = 2 - math.floor(math.log(math.abs(value), 10))
   local digits = ("%%.%df"):format(math.min(decimals, MOST_DECIMALS)):format(value)
   return (digits:gsub("0+$", ""):gsub("%.$", ""):gsub("^%-0$", "0"))
end

--- "0.00012", "1.20", "12.4", "124", "1,240": three significant digits, more only where whole digits need
-- them.
function numbers.plain(value)
   local size = math.abs(value)
   if value == 0 then
      return "0"
   elseif size < 9.995 then
      return size < 0.00995 and tiny(value) or (size < 0.995 and "%.3f" or "%.2f"):format(value)
   elseif size < 99.95 then
      return ("%.1f"):format(value)
   end
   local digits = ("%.0f"):format(value)
   local sign, rest = digits:match("^(%-?)(%d+)$")
   return sign .. rest:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
end

--- The unit that suits a value: divisor, name. kind is "time" (s), "size" (bytes) or "count".
function numbers.unit(value, kind)
   for _, step in ipairs(KINDS[kind]) do
      if math.abs(value) >= step[1] * 0.9995 then
         return step[2], step[3]
      end
   end
   return 1, ""
end

local function with_unit(text, unit) return unit == "" and text or text .. " " .. unit end

--- "1.20 s", "53.1 MiB"; "–" for nil.
function numbers.format(value, kind)
   if not value then
      return "–"
   end
   local divisor, unit = numbers.unit(value, kind)
   return with_unit(numbers.plain(value / divisor), unit)
end

--- The value in a given unit, as numbers.unit returns one: for values that stand side by side.
function numbers.format_in(value, divisor, unit) return with_unit(numbers.plain(value / divisor), unit) end

--- "1.20 s [1.18, 1.25]" for a summary of stats; without brackets when it has no interval.
function numbers.interval(summary, kind)
   if not summary then
      return "–"
   end
   local text = numbers.format(summary.median, kind)
   if not summary.low then
      return text
   end
   local divisor = numbers.unit(summary.median, kind)
   local low, high = numbers.plain(summary.low / divisor), numbers.plain(summary.high / divisor)
   return ("%s [%s, %s]"):format(text, low, high)
end

--- "10 times", "1.4 times": how often a is b, for sentences.
function numbers.times(ratio)
   if ratio >= 9.95 then
      return numbers.plain(math.floor(ratio + 0.5)):gsub("%.%d+$", "") .. " times"
   end
   return ("%.1f"):format(ratio):gsub("%.0$", "") .. " times"
end

--- "a, b and c".
function numbers.list(words, last)
   if #words <= 1 then
      return words[1] or ""
   end
   return table.concat(words, ", ", 1, #words - 1) .. (last or " and ") .. words[#words]
end

--- "1 worker", "4 workers".
function numbers.plural(count, word)
   return ("%s %s%s"):format(numbers.plain(count):gsub("%.%d+$", ""), word, count == 1 and "" or "s")
end

return numbers
