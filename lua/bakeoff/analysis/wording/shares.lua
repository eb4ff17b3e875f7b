--- The share of a core that each worker had: title of the chart `workers`.

local cell_type = require "bakeoff.model.cell"
local contender_type = require "bakeoff.model.contender"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local shares = {}

local function each(row)
   local noun = contender_type.of(row.cell.contender).worker_noun
   return noun and ("each of %d %s"):format(row.count, noun)
      or ("each worker of %s"):format(cell_type.name_of(row.cell))
end

local UNEVEN = 0.035 -- of a core
local SMALL = 0.0995 -- a share below it has two digits

--- A share of a core: "25 %", "1.2 %".
function shares.percent(share) return numbers.percent(share, share < SMALL and 2 or nil) end

--- Do workers differ so much that the share of none stands for all? row: from analysis/shares.lua
function shares.are_uneven(row) return row.share[1] - row.share[#row.share] >= UNEVEN end

-- The median worker's share, as the bar shows it; or the least and the most.
local function percent(row)
   if shares.are_uneven(row) then
      return numbers.percent_range(row.share[#row.share], row.share[1])
   end
   return shares.percent(row.median)
end

-- For a verdict that shows no difference, the words about it; nil for others. margin: that of `same`.
local function tie(code, margin)
   return code == "no_difference" and ": " .. phrases.NO_DIFFERENCE or code == "same" and ": "
      .. phrases.same(margin) or code == "look_alike" and "" or nil
end

--- Do two rows show the same whole percents?
function shares.look_alike(a, b) return percent(a) == percent(b) end

--- The same contender with and without a shared interpreter lock. code: the verdict, "look_alike"
-- if the shares look alike though they differ.
function shares.of_lock(code, locked, free, margin)
   if tie(code, margin) and shares.look_alike(locked, free) then
      return ("With and without one interpreter lock %s gets %s of a core%s"):format(each(free),
         percent(free), tie(code, margin))
   elseif code == "too_few_repeats" then
      return phrases.capital(("%s: %s of a core for %s with one interpreter lock, %s without"):format(
         phrases.TOO_FEW, percent(locked), each(locked), percent(free)))
   end
   return ("With one interpreter lock %s gets %s of a core, without it %s%s"):format(each(locked),
      percent(locked), percent(free), tie(code, margin) or "")
end

--- A single contender with several workers.
function shares.of_one(row)
   return phrases.capital(("%s gets %s of a core"):format(each(row), percent(row)))
end

--- Several: the one whose workers had the largest shares and the one with the smallest. count: workers of
-- each.
function shares.of_extremes(code, most, least, count, margin)
   if tie(code, margin) then
      local low, high = shares.percent(least.median), shares.percent(most.median)
      local both = (low == high or shares.look_alike(least, most)) and percent(most)
         or ("%s to %s"):format(low:gsub(" %%$", ""), high)
      return ("In every case, each of %s gets %s of a core%s"):format(
         numbers.plural(count, "worker"), both, tie(code, margin))
   end
   local sentence = ("%s gets %s of a core, %s %s"):format(each(most), percent(most), each(least),
      percent(least))
   return phrases.capital(code == "too_few_repeats" and ("%s: %s"):format(phrases.TOO_FEW, sentence)
      or sentence)
end

local TOLD = 0.015 -- of a core: below, a share beside a bar says nothing

--- Beside a bar of all workers' cores: "4 processes, mean 46 %"; "" for very small shares.
function shares.mean_of(count, noun, share)
   return share >= TOLD and ("%d %s, mean %s"):format(count, noun, numbers.percent(share)) or ""
end

--- The same of workers that were measured: "4 threads, 26–91 % each".
function shares.measured(count, noun, least, most)
   local low, high = numbers.percent(least), numbers.percent(most)
   return most >= TOLD and ("%d %s, %s each"):format(count, noun,
      low == high and high or ("%.0f–%s"):format(least * 100, high)) or ""
end

--- How evenly workers divided the work, to follow a title. row: with busiest = its busiest worker's work as
-- a multiple of the median's.
function shares.evenness(row)
   if row.busiest < phrases.A_FACTOR then
      return "; all workers did about the same"
   end
   return ("; the busiest worker did %s the median's work"):format(numbers.times(row.busiest))
end

--- The same beside a bar, or nil where it is not worth telling.
function shares.busiest(row)
   return row.busiest and row.busiest >= phrases.A_FACTOR
      and ("busiest did %s × the median"):format(numbers.factor(row.busiest)) or nil
end

--- No contender had several workers.
function shares.of_none() return "No contender ran with several workers" end

return shares
