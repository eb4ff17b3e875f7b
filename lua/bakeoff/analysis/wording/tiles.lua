--- The tiles at the head of a report: one figure each, whose it is, and how far the others are.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local ranking = require "bakeoff.analysis.wording.ranking"

local tiles = { CPU = "CPU time", TRUST = "Trust" }

local NAMES = { total_s = "Time", latency_p99_s = "p99 latency", footprint_peak_bytes = "Peak memory" }

--- What a tile calls a metric.
function tiles.name(metric) return NAMES[metric] end

local function named_figure(entry, kind)
   return ("%s: %s"):format(cell_type.name_of(entry.cell), numbers.format(entry.median, kind))
end

-- "threads to sequential"
local function ends(entries)
   return ("%s to %s"):format(cell_type.name_of(entries[1].cell), cell_type.name_of(entries[#entries].cell))
end

--- Figures without an order: { value = "360 ms to 1.08 s", notes = { "event loop to threads" } }; nil without
-- any. entries: { { cell, median } … }, least first; kind: see numbers.format.
function tiles.spread(entries, kind)
   local first, last = entries[1], entries[#entries]
   return first and { value = numbers.range(first.median, last.median, kind),
      notes = { #entries == 1 and cell_type.name_of(first.cell) or ends(entries) } }
end

--- Ranked figures: { value = "241 ms", notes = { "coroutines", "sequential: 4.08 s" } }: the leader's, and
-- the last of those behind. Where no verdict names a leader, the spread, and why. found: from
-- finding.ranking.
function tiles.ranked(found, kind)
   local front = ranking.front(found)
   if not front then
      local tile = tiles.spread(found.entries, kind)
      if tile and #found.entries > 1 then
         tile.notes[2] = ranking.why_none(found)
      end
      return tile
   end
   local last = found.slower[#found.slower]
   return { value = ranking.front_range(found, kind), notes = { front, last and named_figure(last, kind) } }
end

return tiles
