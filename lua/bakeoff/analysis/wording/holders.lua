--- Who holds the memory of a process tree: title of `memory_processes`, and the names of its bands. It
-- describes one trial per contender and claims no difference.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local holders = {}

local NEAR = 0.97 -- a reading that comes this near the peak is the peak

local function size(bytes) return numbers.format(bytes, "size") end

--- "8 workers", "python3", "12 × python3", "3 others". band: of analysis/holders.lua.
function holders.name(band)
   if band.is_others then
      return band.count == 1 and "1 other" or ("%d others"):format(band.count)
   elseif band.count < 2 then
      return band.name
   end
   return band.name == "worker" and numbers.plural(band.count, "worker")
      or ("%d × %s"):format(band.count, band.name)
end

--- What a band holds at the peak, beside its name; if it held nothing then, the most it ever held.
function holders.amount(band)
   return band.count > 0 and size(band.bytes) or "earlier or later " .. size(band.most)
end

-- "1.95 MiB each", "0.5 to 3 MiB each"
local function each(band) return numbers.range(band.least, band.largest, "size") .. " each" end

--- The largest sum that was read, and the peak that is known otherwise (nil: unknown), in bytes.
function holders.peak(read, noted)
   return (not noted or read >= noted * NEAR) and "peak " .. size(read)
      or ("largest reading %s, peak %s"):format(size(read), size(noted))
end

--- Remarks on one trial: how many processes, and what each of a pool's holds.
function holders.remarks(found)
   local count, list = 0, {}
   for _, band in ipairs(found.bands) do
      count = count + band.count
   end
   list[1] = count == 1 and "1 process at the peak" or ("%d processes at the peak"):format(count)
   local first = found.bands[1]
   list[2] = first.count > 1 and not first.is_others and ("%s: %s"):format(holders.name(first), each(first))
      or nil
   return list
end

-- "of processes' peak of 16.7 MiB"; a reading that is not the peak is called what it is.
local function of_what(entry)
   local read = entry.found.peak.sum
   local is_peak = not entry.noted or read >= entry.noted * NEAR
   return ("of the %s of %s (%s)"):format(is_peak and "peak" or "largest reading",
      cell_type.subject(entry.cell), size(read))
end

local HALF = 0.5

-- The band that holds most at the peak, of those that are no sum of different processes.
local function leader(found)
   local best
   for _, band in ipairs(found.bands) do
      best = not band.is_others and (not best or band.bytes > best.bytes) and band or best
   end
   return best
end

--- One sentence about the largest of the trees. list: { { cell, found (analysis/holders.lua), noted = the
-- trial's peak in bytes, or nil } … }.
function holders.title(list)
   local entry = list[1]
   for _, one in ipairs(list) do
      entry = one.found.peak.sum > entry.found.peak.sum and one or entry
   end
   local band, sum = leader(entry.found), entry.found.peak.sum
   local share = band and sum > 0 and band.bytes / sum or 0
   if share < HALF then
      local most = band and sum > 0 and numbers.percent(band.largest / sum) or "half"
      return ("No process holds more than %s %s"):format(most, of_what(entry))
   elseif band.count > 1 then
      return phrases.capital(("%s hold %s %s: %s"):format(holders.name(band), numbers.percent(share),
         of_what(entry), each(band)))
   end
   return ("%s holds %s %s"):format(band.name, numbers.percent(share), of_what(entry))
end

return holders
