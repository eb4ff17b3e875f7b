--- Numbers as tables and charts write them: three significant digits, one unit for a value and its
-- interval, never an exponent.

local numbers = {}

-- { smallest value, divisor, unit }, largest first.
local TIMES = {
   { 48 * 3600, 86400, "d" }, { 2 * 3600, 3600, "h" }, { 600, 60, "min" }, { 1, 1, "s" },
   { 1e-3, 1e-3, "ms" }, { 1e-6, 1e-6, "µs" }, { 1e-9, 1e-9, "ns" }, { 0, 1e-12, "ps" },
}
local SIZES = {
   { 1024 ^ 5, 1024 ^ 5, "PiB" }, { 1024 ^ 4, 1024 ^ 4, "TiB" },
   { 1024 ^ 3, 1024 ^ 3, "GiB" }, { 1024 ^ 2, 1024 ^ 2, "MiB" }, { 1024, 1024, "KiB" }, { 0, 1, "B" },
}
local COUNTS = { { 0, 1, "" } }
local KINDS = { time = TIMES, size = SIZES, count = COUNTS }

--- "33,410": rounded to a whole number, with thousands separators; "∞" if there is no such number.
function numbers.whole(value)
   if value ~= value or math.abs(value) == math.huge then
      return value == -math.huge and "-∞" or value == math.huge and "∞" or "–"
   end
   local sign, rest = ("%.0f"):format(value):match("^(%-?)(%d+)$")
   return sign .. rest:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
end

local SMALLEST = 1e-90 -- string.format writes at most 99 digits

--- At most `digits` significant digits, without trailing zeros: "5", "2.3", "0.00012", "240".
function numbers.significant(value, digits)
   if math.abs(value) < SMALLEST then
      return "0"
   end
   local text = ("%%.%dg"):format(digits):format(value)
   local power = tonumber(text:match("e([+-]%d+)$"))
   if not power then
      return text
   end
   local decimal = ("%%.%df"):format(math.max(digits - 1 - power, 0)):format(value)
   return power < 0 and (decimal:gsub("0+$", "")) or decimal
end

--- "1.20", "12.4", "124", "1,240": three significant digits (two for very small numbers), more only for whole
-- numbers that have more.
function numbers.plain(value)
   local size = math.abs(value)
   if value == 0 then
      return "0"
   elseif size < 0.00995 then
      return numbers.significant(value, 2)
   elseif size < 9.995 then
      return (size < 0.995 and "%.3f" or "%.2f"):format(value)
   elseif size < 99.95 then
      return ("%.1f"):format(value)
   end
   return numbers.whole(value)
end

--- "12 %" of 0.12: whole percents, or `digits` significant ones ("0.42 %", "5 %").
function numbers.percent(share, digits)
   local percent = share * 100
   return (digits and numbers.significant(percent, digits) or ("%.0f"):format(percent)) .. " %"
end

--- "18 to 31 %".
function numbers.percent_range(least, most)
   return ("%.0f to %s"):format(least * 100, numbers.percent(most))
end

--- Is it the name of a unit of time or size? name: may be nil.
function numbers.is_unit(name)
   for _, list in ipairs { TIMES, SIZES } do
      for _, step in ipairs(list) do
         if step[3] == name then
            return true
         end
      end
   end
   return false
end

local BASE_UNITS = { time = "s", size = "B", count = "" }

local fixed -- { divisor, unit } for all times; nil: the unit that suits

--- Writes all times in one unit: "s", "ms", "us"; nil: each in the unit that suits it. → true; or nil for a
-- unit that doesn't exist
function numbers.fix_time(name)
   name = name == "us" and "µs" or name
   for _, step in ipairs(TIMES) do
      if step[3] == name then
         fixed = { step[2], step[3] }
         return true
      end
   end
   fixed = nil
   return name == nil or nil
end

--- The unit that suits a value: divisor, name. kind is "time" (s), "size" (bytes) or "count".
function numbers.unit(value, kind)
   if kind == "time" and fixed then
      return fixed[1], fixed[2]
   elseif value == 0 then
      return 1, BASE_UNITS[kind]
   end
   for _, step in ipairs(KINDS[kind]) do
      if math.abs(value) >= step[1] * 0.9995 then
         return step[2], step[3]
      end
   end
   return 1, ""
end

-- Fractions of a byte are not written. write: default numbers.plain.
local function with_unit(value, unit, write)
   local text = unit == "B" and numbers.whole(value) or (write or numbers.plain)(value)
   return unit == "" and text or text .. " " .. unit
end

--- "1.20 s", "53.1 MiB"; "–" for nil.
function numbers.format(value, kind)
   if not value then
      return "–"
   end
   local divisor, unit = numbers.unit(value, kind)
   return with_unit(value / divisor, unit)
end

--- "2.38 to 2.43 ms", "900 µs to 12.0 ms"; one value if both look the same.
function numbers.range(least, most, kind)
   local low, high = numbers.format(least, kind), numbers.format(most, kind)
   local unit = high:match(" %a+$") or high:match(" µs$") or ""
   return low == high and high
      or ("%s to %s"):format(low:sub(-#unit) == unit and low:sub(1, -#unit - 1) or low, high)
end

--- The value in a given unit (from numbers.unit), for values shown side by side.
function numbers.format_in(value, divisor, unit) return with_unit(value / divisor, unit) end

local MOST_DIGITS = 5 -- of the ends of a narrow interval

-- A function that writes numbers of this size with as many decimals as give so many significant digits.
local function writer(size, digits)
   local power = math.floor(math.log(math.max(size, SMALLEST), 10))
   local form = ("%%.%df"):format(math.max(digits - 1 - power, 0))
   return function(value) return form:format(value) end
end

--- "[1.18, 1.25]": the ends of an interval, with more than three digits if these would hide its width:
-- "[1.001, 1.003]"; nil if five digits don't show it either: then there is no interval to print. The second
-- result writes a value inside it as precisely.
function numbers.span(low, high)
   local size = math.max(math.abs(low), math.abs(high))
   local write, digits = numbers.plain, 4
   while write(low) == write(high) and digits <= MOST_DIGITS do
      write, digits = writer(size, digits), digits + 1
   end
   if write(low) == write(high) then
      return nil, numbers.plain
   end
   return ("[%s, %s]"):format(write(low), write(high)), write
end

--- "1.20 s", "[1.18, 1.25]" of a summary from stats, in the unit of its median and as precise as each other;
-- the second is nil if there is no interval to print.
function numbers.estimate(summary, kind)
   if not summary.low then
      return numbers.format(summary.median, kind), nil
   end
   local divisor, unit = numbers.unit(summary.median, kind)
   local span, write = numbers.span(summary.low / divisor, summary.high / divisor)
   return with_unit(summary.median / divisor, unit, span and write), span
end

--- "1.20 s [1.18, 1.25]" for a summary; without brackets if it has none to print, "–" for nil.
function numbers.interval(summary, kind)
   if not summary then
      return "–"
   end
   local text, bracket = numbers.estimate(summary, kind)
   return bracket and text .. " " .. bracket or text
end

local WORDS = { { 1e18, "quintillion" }, { 1e15, "quadrillion" }, { 1e12, "trillion" }, { 1e9, "billion" },
   { 1e6, "million" } }
local LONG, IMMENSE = 1e4, 1e21 -- factors that are rounded to three digits; that no word suits

--- "65.8", "1.15", "2", "12,300", "36 trillion": a factor as written in sentences, rounded as beside its row.
function numbers.factor(ratio)
   if ratio < 99.95 then
      return numbers.significant(ratio, 3)
   elseif ratio >= IMMENSE then
      return ratio == math.huge and "∞" or "over 1,000 quintillion"
   end
   for _, word in ipairs(WORDS) do
      if ratio >= word[1] * 0.995 then
         return ("%s %s"):format(numbers.significant(ratio / word[1], 3), word[2])
      end
   end
   local is_short = ratio < LONG or ratio ~= ratio
   return numbers.whole(is_short and ratio or tonumber(("%.3g"):format(ratio)))
end

--- "0.52", "12,300", "36 trillion", "1/36 trillion": a ratio as tables write it.
function numbers.ratio(value)
   if value >= WORDS[#WORDS][1] then
      return numbers.factor(value)
   elseif value > 0 and value <= 1 / WORDS[#WORDS][1] then
      return "1/" .. numbers.factor(1 / value)
   end
   return numbers.plain(value)
end

local function decimals_of(text) return #(text:match "%.(%d+)$" or "") end

-- Of an interval around 1, three digits would give its ends different decimals: "[0.995, 1.00]".
local function around_one(low, high, write)
   local differs = decimals_of(write(low)) ~= decimals_of(write(high))
   return differs and low >= 0.1 and high < 9.995
end

--- "0.52×", "[0.50, 0.54]": a ratio of any size and its interval, as precise as each other; the second is nil
-- if there is no interval to print. versus: ratio, low, high (nil: none).
function numbers.ratio_estimate(versus)
   local low, high = versus.low, versus.high
   if low and low > 1 / WORDS[#WORDS][1] and high < WORDS[#WORDS][1] then
      local span, write = numbers.span(low, high)
      if span and around_one(low, high, write) then
         return ("%.3f×"):format(versus.ratio), ("[%.3f, %.3f]"):format(low, high)
      end
      return (span and write or numbers.ratio)(versus.ratio) .. "×", span
   end
   local first, last = low and numbers.ratio(low), low and numbers.ratio(high)
   return numbers.ratio(versus.ratio) .. "×", first ~= last and ("[%s, %s]"):format(first, last) or nil
end

--- "10 times", "1.45 times".
function numbers.times(ratio) return numbers.factor(ratio) .. " times" end

--- "a, b and c".
function numbers.list(words, last)
   if #words <= 1 then
      return words[1] or ""
   end
   return table.concat(words, ", ", 1, #words - 1) .. (last or " and ") .. words[#words]
end

--- "1 worker", "4 workers".
function numbers.plural(count, word)
   return ("%s %s%s"):format(numbers.whole(count), word, count == 1 and "" or "s")
end

return numbers
