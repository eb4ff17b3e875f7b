--- The tiles at the head of a report: time, p99, memory, CPU and trust at the charts' worker count, so that a
-- reader sees who won, by how much, and whether to believe it.
--
--    tile = { name, value, notes = { words, … }, tone = "better", "middling", "worse" or nil,
--             is_wide = has it more to say?, has_sentences = are its notes sentences?,
--             leads_to = { names of charts or ids of sections, the best first } }

local both_loops = require "bakeoff.analysis.both_loops"
local failed_jobs = require "bakeoff.model.failures"
local failure_words = require "bakeoff.analysis.wording.failures"
local finding = require "bakeoff.analysis.finding"
local loops_words = require "bakeoff.analysis.wording.loops"
local select = require "bakeoff.model.select"
local summary_words = require "bakeoff.analysis.wording.summary"
local text = require "bakeoff.base.text"
local trust_facts = require "bakeoff.report.trust_facts"
local words = require "bakeoff.analysis.wording.tiles"

local tiles = {}

local KINDS = { total_s = "time", latency_p99_s = "time", footprint_peak_bytes = "size" }

local LEADS_TO = { total_s = { "speed", "results" }, latency_p99_s = { "latency", "results" },
   footprint_peak_bytes = { "footprint", "memory", "results" }, cpu = { "cpu", "results" },
   trust = { "failures", "fairness" } }

local NARROW = 80 -- characters of notes that a tile like the others has room for

local function ranked(results, cells, metric)
   local tile = words.ranked(finding.ranking(results, cells, metric), KINDS[metric])
   if tile then
      tile.name, tile.leads_to = words.name(metric), LEADS_TO[metric]
   end
   return tile
end

-- Closed loops alone would hide what open ones saw: their p99 is the tile's first note.
local function with_open_loops(tile, results, cells)
   local both = tile and both_loops.of(results, cells)
   if both then
      table.insert(tile.notes, 1, loops_words.of_open(both))
   end
   return tile
end

-- No verdicts are made on CPU time, so it has no order. Lower bounds are left out.
local function cpu(results, cells)
   local entries = {}
   for _, cell in ipairs(cells) do
      local s = results:summary_of(cell).cpu_s
      entries[#entries + 1] = s and not s.at_least and { cell = cell, median = s.median } or nil
   end
   table.sort(entries, function(a, b)
      return a.median < b.median or a.median == b.median and a.cell.name < b.cell.name
   end)
   local tile = words.spread(entries, "time")
   if tile then
      tile.name, tile.leads_to = words.CPU, LEADS_TO.cpu
   end
   return tile
end

local function trust(results)
   local found = summary_words.trust_parts(trust_facts.of(results))
   local failed, all = failed_jobs.counts(results.cells)
   local notes = { failed > 0 and text.capital(failure_words.failed(failed, all)) or nil }
   notes[#notes + 1] = found.why and text.capital(found.why) or nil
   table.move(found.said, 1, #found.said, #notes + 1, notes)
   notes[#notes + 1] = found.warnings
   return { name = words.TRUST, value = found.level, notes = notes, leads_to = LEADS_TO.trust,
      tone = failed > 0 and found.tone == "better" and "middling" or found.tone,
      is_wide = #table.concat(notes) > NARROW, has_sentences = true }
end

--- The list of tiles; a metric that was not measured has none.
function tiles.of(results)
   local cells, list = select.at_one_count(results), {}
   local of_time, _, first = select.ranked(results)
   list[1] = ranked(results, of_time, first)
   list[#list + 1] = ranked(results, cells, "footprint_peak_bytes")
   if first ~= "latency_p99_s" then
      list[#list + 1] = with_open_loops(ranked(results, cells, "latency_p99_s"), results, cells)
   end
   list[#list + 1] = cpu(results, cells)
   list[#list + 1] = trust(results)
   return list
end

return tiles
