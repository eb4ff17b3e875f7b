--- Who holds what of a tree's memory over time: a stacked area per contender, for one trial each. The slices
-- are processes and add up to the footprint (memory_processes.csv). Contenders of one process are left out.

local cell_type = require "bakeoff.model.cell"
local clock = require "bakeoff.runs.clock"
local few = require "bakeoff.plotting.few"
local holders = require "bakeoff.analysis.holders"
local holdings = require "bakeoff.runs.holdings"
local labels = require "bakeoff.analysis.wording.labels"
local metrics = require "bakeoff.model.metrics"
local panels = require "bakeoff.plotting.panels"
local select = require "bakeoff.model.select"
local stacks = require "bakeoff.plotting.stacks"
local typical = require "bakeoff.analysis.typical"
local wording = require "bakeoff.analysis.wording.holders"

local memory_processes = { name = "memory_processes" }

local MOST_BANDS = 9 -- with names; the last of more is the others
local MOST_SLICES = 64 -- of a panel: beyond, a band is one slice
local MOST_PANELS = 8 -- those with the largest peaks: a page of more is too long to be read
local DARKEST, PALEST, STRIPE = 0.22, 0.7, 0.07 -- shades of bands; neighbours in a band differ by a stripe

local peak_of = metrics.reader "footprint_peak_bytes"

-- --- which trials ----------------------------------------------------------------------------------

-- { cell, trial, found (analysis/holders.lua), held (runs/holdings.lua), noted }, for cells with several
-- processes; and the cells and the worker count of the chart.
local function entries_of(results, options)
   local cells, workers = select.at_one_count(results, options and options.workers)
   local shown, wanted, entries = (few.cells(results, cells, options)), {}, {}
   local list = typical.trials(results, shown, peak_of)
   for _, entry in ipairs(list) do
      wanted[cell_type.key_of_trial(entry.trial)] = true
   end
   local held = holdings.of(results, wanted)
   for _, entry in ipairs(list) do
      entry.held = held[cell_type.key_of_trial(entry.trial)]
      entry.found = entry.held and holders.of(entry.held, MOST_BANDS)
      entry.noted = peak_of(entry.trial)
      entries[#entries + 1] = entry.found and entry or nil
   end
   return entries, cells, workers
end

--- One sentence: who holds most.
function memory_processes.title(results, options)
   local entries = entries_of(results, options)
   return #entries > 0 and wording.title(entries) or nil
end

-- --- panels ----------------------------------------------------------------------------------------

local function shade_of(number, count)
   return count < 2 and DARKEST or DARKEST + (PALEST - DARKEST) * (number - 1) / (count - 1)
end

-- A slice per process of each band, or one per band if they are too many. Also sets where the bands begin and
-- end (numbers of slices).
local function slices_of(bands)
   local count, slices = 0, {}
   for _, band in ipairs(bands) do
      count = count + #band.members
   end
   for number, band in ipairs(bands) do
      local parts = count <= MOST_SLICES and not band.is_others and band.members or { false }
      band.first = #slices + 1
      for n, member in ipairs(parts) do
         slices[#slices + 1] = { band = number, member = member, is_grey = band.is_others,
            name = member and band.name or "all " .. band.name,
            shade = shade_of(number, #bands) + (n % 2 == 0 and STRIPE or 0) }
      end
      band.last = #slices
   end
   return slices
end

local function values_at(sample, slices, bands)
   local values = {}
   for index, slice in ipairs(slices) do
      values[index] = slice.member and (sample.held[slice.member] or 0)
         or holders.bytes(bands[slice.band], sample)
   end
   return values
end

-- Samples in the contender's own time.
local function samples_of(entry, own, slices)
   local list = {}
   for _, sample in ipairs(entry.held.samples) do
      if sample.time >= 0 then
         list[#list + 1] = { time = own.at(sample.time), after_gap = sample.after_gap,
            values = values_at(sample, slices, entry.found.bands) }
      end
   end
   return list
end

-- Bands with what they are called: where there is room with what each process holds, otherwise without.
local function named(bands, is_program)
   local list = {}
   for index, band in ipairs(bands) do
      local name, each = wording.name(band, is_program), wording.amount_of_each(band)
      local texts = { each and name .. "  " .. each }
      texts[#texts + 1] = name .. "  " .. wording.amount(band)
      list[index] = { first = band.first, last = band.last, band = band, short = #texts, texts = texts }
   end
   return list
end

local function bands_of(list)
   local bands = {}
   for index, one in ipairs(list or {}) do
      bands[index] = one.band
   end
   return bands
end

local function panel_of(entry)
   local own, is_program = clock.of(entry.trial), cell_type.is_program(entry.cell)
   local slices = slices_of(entry.found.bands)
   local panel = { cell = entry.cell, phases = own.phases, ends = own.total, slices = slices,
      samples = samples_of(entry, own, slices), bands = named(entry.found.bands, is_program) }
   function panel.remarks(last)
      local remarks = wording.remarks(entry.found, entry.noted)
      for _, words in ipairs(wording.unnamed(bands_of(panel.unnamed), is_program)) do
         remarks[#remarks + 1] = words
      end
      remarks[#remarks + 1] = panels.ending(panel, last)
      return remarks
   end
   return #panel.samples > 0 and panel or nil
end

-- The entries with the largest peaks, in their order.
local function largest_of(entries)
   local by_size, kept, shown = table.move(entries, 1, #entries, 1, {}), {}, {}
   table.sort(by_size, function(a, b)
      local x, y = a.found.peak.sum, b.found.peak.sum
      return x > y or (x == y and a.cell.label < b.cell.label)
   end)
   for place = 1, math.min(#by_size, MOST_PANELS) do
      kept[by_size[place]] = true
   end
   for _, entry in ipairs(entries) do
      shown[#shown + 1] = kept[entry] and entry or nil
   end
   return shown
end

--- Data and variables of the chart, or nil, reason, "aside".
function memory_processes.build(results, options)
   local entries, cells, workers = entries_of(results, options)
   local list = {}
   for _, entry in ipairs(largest_of(entries)) do
      list[#list + 1] = panel_of(entry)
   end
   if #list == 0 then
      return nil, "no trial of several processes has on record what each of them held", "aside"
   end
   local subtitle = panels.subtitle(results, cells, workers, options)
   for _, note in ipairs { wording.HEIGHTS,
      #entries > MOST_PANELS and wording.largest(#list, #entries) or false,
      #cells > #entries and wording.left_out(#cells - #entries) or false,
      stacks.have_gaps(list) and labels.BLANK or false,
      stacks.have_own_scales(list) and wording.OWN_SCALES or false } do
      subtitle[#subtitle + 1] = note
   end
   return stacks.build(results, list, { name = memory_processes.name, title = wording.title(entries),
      subtitle = subtitle, kind = "size" }, options)
end

return memory_processes
