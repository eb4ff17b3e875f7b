--- Who holds the memory of a process tree: title of `memory_processes`, and the names of its bands. It
-- describes one trial per contender and claims no difference.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local holders = {
   HEIGHTS = "height: share of the footprint that each process holds", -- for subtitles
   OWN_SCALES = "each panel has its own scale",
}

local NEAR = 0.97 -- a reading that comes this near the peak is the peak

local function size(bytes) return numbers.format(bytes, "size") end

--- "8 workers", "parent", "python3", "12 × python3", "3 others". band: of analysis/holders.lua; is_program:
-- the tree is a program's, not a pool's.
function holders.name(band, is_program)
   if band.is_others then
      return band.count == 1 and "1 other" or band.count == 0 and "others" or ("%d others"):format(band.count)
   elseif band.count < 2 then
      return band.is_root and not is_program and "parent" or band.name
   end
   return band.name == "worker" and numbers.plural(band.count, "worker")
      or ("%d × %s"):format(band.count, band.name)
end

-- "1.95 MiB each", "0.5 to 3 MiB each"
local function each(band) return numbers.range(band.least, band.largest, "size") .. " each" end

--- What a band holds at the peak, beside its name; if it held nothing then, the most it ever held.
function holders.amount(band) return size(band.count > 0 and band.bytes or band.most) end

--- The same with what each process of it holds, where there is room for it.
function holders.amount_of_each(band)
   return band.count > 1 and not band.is_others and ("%s: %s"):format(size(band.bytes), each(band)) or nil
end

--- In the subtitle: of so many contenders with several processes, those with the largest peaks are shown.
function holders.largest(shown, all) return ("the %d of %d with the largest peaks"):format(shown, all) end

--- In the subtitle: contenders that the chart has nothing on.
function holders.left_out(count)
   return ("not shown: %s never seen with several processes"):format(numbers.plural(count, "contender"))
end

--- The largest sum that was read, and the peak that is known otherwise (nil: unknown), in bytes.
function holders.peak(read, noted)
   return (not noted or read >= noted * NEAR) and "peak " .. size(read)
      or ("largest reading %s, peak %s"):format(size(read), size(noted))
end

--- Remarks on one trial: its peak, and how many processes there were then. noted: as above.
function holders.remarks(found, noted)
   local count = 0
   for _, band in ipairs(found.bands) do
      count = count + band.count
   end
   return { holders.peak(found.peak.sum, noted),
      count == 1 and "1 process then" or ("%d processes then"):format(count) }
end

--- For processes that the chart has no room to name: "not at the peak: gcc 21.0 MiB" …
function holders.unnamed(bands, is_program)
   local then_, others = {}, {}
   for _, band in ipairs(bands) do
      table.insert(band.count > 0 and then_ or others,
         holders.name(band, is_program) .. " " .. holders.amount(band))
   end
   local list = {}
   list[1] = #then_ > 0 and table.concat(then_, ", ") or nil
   list[#list + 1] = #others > 0 and "at other times: " .. table.concat(others, ", ") or nil
   return list
end

local HALF, ALL = 0.5, 0.995

-- The band that holds most at the peak, of those that are no sum of different processes; and the next.
local function leaders(bands)
   local list = {}
   for _, band in ipairs(bands) do
      list[#list + 1] = not band.is_others and band.count > 0 and band or nil
   end
   table.sort(list, function(a, b) return a.bytes > b.bytes end)
   return list[1], list[2]
end

-- "61.0 MiB", "the largest reading, 61.0 MiB (the peak was 80 MiB)".
local function of_what(entry)
   local read = entry.found.peak.sum
   if not entry.noted or read >= entry.noted * NEAR then
      return "the peak of " .. size(read)
   end
   return ("the largest reading of %s (the peak was %s)"):format(size(read), size(entry.noted))
end

local function largest_of(list)
   local largest = list[1]
   for _, one in ipairs(list) do
      largest = one.found.peak.sum > largest.found.peak.sum and one or largest
   end
   return largest
end

local function verb(band) return band.count > 1 and "hold" or "holds" end

-- "the parent", "8 workers": inside a sentence.
local function subject(band, is_program)
   local name = holders.name(band, is_program)
   return name == "parent" and "the " .. name or name
end

-- "; the parent 4.95 MiB"
local function rest_of(band, is_program)
   return band and ("; %s %s"):format(subject(band, is_program), holders.amount(band)) or ""
end

--- One sentence about the largest of the trees. list: { { cell, found (analysis/holders.lua), noted = the
-- trial's peak in bytes, or nil } … }.
function holders.title(list)
   local entry = largest_of(list)
   local is_program, sum = cell_type.is_program(entry.cell), entry.found.peak.sum
   local band, other = leaders(entry.found.bands)
   if not band or band.bytes < HALF * sum then -- one of the chart's bands, or else all of its kind
      band, other = leaders(entry.found.kinds)
   end
   local share = band and sum > 0 and band.bytes / sum or 0
   local name = phrases.capital(cell_type.name_of(entry.cell), { entry.cell })
   if share < HALF then
      local most = band and sum > 0 and numbers.percent(band.largest / sum) or "half"
      return ("%s: no process holds more than %s of %s"):format(name, most, of_what(entry))
   end
   return ("%s: %s %s %s of %s%s%s"):format(name, subject(band, is_program), verb(band),
      share > ALL and "all" or numbers.percent(share), of_what(entry),
      band.count > 1 and ", " .. each(band) or "",
      rest_of(other, is_program))
end

return holders
