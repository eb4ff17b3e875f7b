--- What each worker contributes and costs: titles of the charts efficiency and memory_workers. Nothing is
-- claimed that the intervals don't show.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local workers = {}

local function names(entries) return numbers.list(phrases.names(entries)) end

-- "A (1 MiB)", "1 MiB (A) to 3 MiB (C)".
local function range_text(entries, text)
   table.sort(entries, function(a, b) return a.value < b.value end)
   local first, last = entries[1], entries[#entries]
   if #entries == 1 then
      return ("%s (%s)"):format(text(first.value), first.name)
   end
   return ("%s (%s) to %s (%s)"):format(text(first.value), first.name, text(last.value), last.name)
end

-- Sorts entries { name, value, low, high } by whether their interval lies below, above or across a bound,
-- and those without an interval.
local function sorted(entries, bound)
   local below, above, unsure, few = {}, {}, {}, {}
   for _, entry in ipairs(entries) do
      local list = not entry.low and few or entry.high < bound and below or entry.low > bound and above
         or unsure
      list[#list + 1] = entry
   end
   return below, above, unsure, few
end

local function percent(value) return numbers.percent(value, 2) end

--- entries: { { name, value, low, high (efficiency), workers = the largest count, base = the smallest } }.
function workers.efficiency(entries)
   local count, base = numbers.plural(entries[1].workers, "worker"), entries[1].base
   local below, above, unsure, few = sorted(entries, 1)
   if #few == #entries then
      return phrases.capital(("%s on the efficiency of %s"):format(phrases.TOO_FEW, count))
   end
   local parts = {}
   if #below > 0 then
      parts[1] = ("each of %s does %s of what %s"):format(count, range_text(below, percent),
         base == 1 and "one alone does" or ("each of %d does"):format(base))
   end
   if #above > 0 then
      parts[#parts + 1] = "more than its share: " .. names(above)
   end
   if #unsure > 0 then
      parts[#parts + 1] = ("no loss shown for %s%s"):format(names(unsure),
         #below == 0 and " with " .. count or "")
   end
   return phrases.capital(table.concat(parts, "; "))
end

local function size(value) return numbers.format(value, "size") end

-- "110 KiB to 1.13 MiB" of a slope known as a range only, else "145 KiB"; of its amount.
local function amount(slope)
   if slope.is_range and slope.low > 0 then
      return numbers.range(slope.low, slope.high, "size")
   end
   return size(math.abs(slope.value))
end

--- What a contender's line says at its end. slope: an entry of workers.memory.
function workers.slope(slope)
   if slope.low and slope.low <= 0 and slope.high >= 0 then
      return slope.is_range and slope.high > 0 and ("up to +%s per worker"):format(size(slope.high))
         or "no growth shown"
   end
   return ("%s%s per worker"):format(slope.value < 0 and "−" or "+", amount(slope))
end

-- "675 KiB with processes, 36.2 KiB with the event loop": the most and the least.
local function most_and_least(entries)
   table.sort(entries, function(a, b) return a.value > b.value end)
   local most, least = entries[1], entries[#entries]
   local words = ("%s with %s"):format(amount(most), most.who or most.name)
   return #entries == 1 and words or ("%s, %s with %s"):format(words, amount(least), least.who or least.name)
end

--- entries: { { name, who = the name inside a sentence, value, low, high, is_range = only the range is known
-- } }: bytes that each additional worker adds to the peak footprint.
function workers.memory(entries)
   local below, above, unsure, few = sorted(entries, 0)
   if #few == #entries then
      return "Too few trials for a verdict on memory per worker"
   end
   local parts = {}
   if #above > 0 then
      parts[1] = "each further worker adds " .. most_and_least(above)
   end
   if #below > 0 then
      parts[#parts + 1] = "less with more workers: " .. names(below)
   end
   if #unsure > 0 then
      parts[#parts + 1] = "no growth shown for " .. names(unsure)
   end
   return phrases.capital(table.concat(parts, "; "))
end

return workers
