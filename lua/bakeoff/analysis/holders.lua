--- Who holds a tree's memory, in a few bands: of a trial's holdings (runs/holdings.lua), the processes that
-- hold most, each by itself or together with all of its kind (the workers of a pool), and the others.

local holdings = require "bakeoff.runs.holdings"

local holders = {}

-- Processes of one kind differ only by a number at the end: "worker 3", "ksoftirqd/1".
local function kind_of(name) return (name:gsub("[ /:-]%d+$", "")) end

local function by_number(processes)
   local list = {}
   for _, process in pairs(processes) do
      list[#list + 1] = process
   end
   table.sort(list, function(a, b) return a.number < b.number end)
   return list
end

-- Of a band at a sample: bytes, how many processes, the least and the most of one of them.
local function amount(band, sample)
   local sum, count, least, most = 0, 0, math.huge, 0
   for _, number in ipairs(band.members) do
      local bytes = sample.held[number]
      local here = bytes and (number == holdings.OTHERS and sample.others or 1) or 0
      if here > 0 then
         sum, count = sum + bytes, count + here
         least, most = math.min(least, bytes / here), math.max(most, bytes / here)
      end
   end
   return sum, count, least, most
end

local ALIKE = 2 -- the largest peak of processes that are told together, as a multiple of the least

-- Do some processes of one kind hold much more than others? Then they are told one by one.
local function differ(processes)
   local least, most = math.huge, 0
   for _, process in ipairs(processes) do
      least, most = math.min(least, process.peak), math.max(most, process.peak)
   end
   return most > ALIKE * least
end

local function by_kind(list)
   local kinds, of_kind = {}, {}
   for _, process in ipairs(list) do
      local kind = process.number == holdings.OTHERS and holdings.OTHERS or kind_of(process.name)
      if not of_kind[kind] then
         of_kind[kind] = { kind = kind }
         kinds[#kinds + 1] = of_kind[kind]
      end
      table.insert(of_kind[kind], process)
   end
   return kinds
end

local function band_of(name, processes, is_others)
   local band = { name = name, members = {}, most = 0, is_others = is_others }
   for index, process in ipairs(processes) do
      band.members[index] = process.number
      band.is_root = band.is_root or process.number == holdings.ROOT
   end
   return band
end

-- The tree's first process, if it is among several of this kind, and the others.
local function without_root(kind)
   local root, rest = nil, {}
   for _, process in ipairs(kind) do
      if process.number == holdings.ROOT then
         root = process
      else
         rest[#rest + 1] = process
      end
   end
   return #rest > 0 and root or nil, rest
end

-- Processes of one kind that hold about as much are one band, as are those of a kind with too many of them;
-- the tree's first process is apart from others of its kind, if it holds more or less than they do.
local function divided(list, most)
   local bands = {}
   for _, kind in ipairs(by_kind(list)) do
      local root, rest = without_root(kind)
      if #kind > 1 and #list <= most and differ(kind) and (not root or differ(rest)) then
         for _, process in ipairs(kind) do
            bands[#bands + 1] = band_of(process.name, { process })
         end
      elseif root and differ(kind) and most > 0 then
         bands[#bands + 1] = band_of(root.name, { root })
         bands[#bands].is_apart = true
         bands[#bands + 1] = band_of(#rest == 1 and rest[1].name or kind.kind, rest)
      else
         local is_others = kind.kind == holdings.OTHERS
         bands[#bands + 1] = band_of(#kind == 1 and kind[1].name or kind.kind, kind, is_others)
      end
   end
   return bands
end

-- Largest first; what is summed up comes last. A first process apart from others of its kind comes before
-- them, so that these lie on it everywhere.
local function before(a, b)
   if a.is_others ~= b.is_others then
      return b.is_others
   elseif a.is_apart or b.is_apart then
      return a.is_apart and not b.is_apart
   end
   return a.most > b.most or (a.most == b.most and a.members[1] < b.members[1])
end

-- Puts all bands beyond the first ones into the last.
local function limited(bands, most)
   while #bands > most do
      local last = table.remove(bands)
      local kept = bands[#bands]
      table.move(last.members, 1, #last.members, #kept.members + 1, kept.members)
      kept.is_others = true
   end
   return bands
end

local function largest_of(samples)
   local largest = samples[1]
   for _, sample in ipairs(samples) do
      largest = sample.sum > largest.sum and sample or largest
   end
   return largest
end

local function note_most(bands, samples)
   for _, band in ipairs(bands) do
      for _, sample in ipairs(samples) do
         band.most = math.max(band.most, (amount(band, sample)))
      end
   end
end

-- Sets what bands hold, at most and at the peak, and sorts them.
local function with_amounts(bands, samples, peak)
   note_most(bands, samples)
   table.sort(bands, before)
   for _, band in ipairs(bands) do
      band.bytes, band.count, band.least, band.largest = amount(band, peak)
   end
   return bands
end

--- Divides a trial's holdings into at most `most` bands: { peak = the sample with the largest sum, bands,
-- kinds = a band per kind of process }, largest first; nil if fewer than two processes ever held anything. A
-- band:
--    name, is_others    others: the processes that are in no other band
--    is_root            the tree's first process is in it
--    members            numbers of processes
--    most               bytes, at any sample
--    bytes, count       at the peak: how much it holds, and how many processes it has
--    least, largest     at the peak: what one process in it holds
function holders.of(found, most)
   local list = by_number(found.processes)
   if #found.samples == 0 or #list < 2 then
      return nil
   end
   local bands, peak = divided(list, most), largest_of(found.samples)
   note_most(bands, found.samples)
   table.sort(bands, before)
   return { peak = peak, bands = with_amounts(limited(bands, most), found.samples, peak),
      kinds = with_amounts(divided(list, 0), found.samples, peak) }
end

--- What a band holds at a sample, in bytes.
function holders.bytes(band, sample) return (amount(band, sample)) end

return holders
