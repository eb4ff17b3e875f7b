--- Did the jobs return the same under every contender? Only experiments with `same_results` have digests of
-- what their jobs returned. Each block is compared on its own, because a server may answer differently in the
-- next one.

local cell_type = require "bakeoff.model.cell"
local words = require "bakeoff.analysis.fairness.words"

local same = {}

-- A digest of fewer jobs than were submitted can't be compared with one of all jobs.
local function is_complete(trial)
   return type(trial.jobs) == "table" and trial.results.jobs == trial.jobs.submitted
end

-- block → list of { cell =, digest =, complete = }; and how many jobs returned anything but nil
local function digests(cells)
   local by_block, known = {}, 0
   for _, cell in ipairs(cells) do
      for _, trial in ipairs(cell_type.good(cell)) do
         local found, block = trial.results, trial.block or trial["repeat"]
         if type(found) == "table" and found.digest then
            by_block[block] = by_block[block] or {}
            table.insert(by_block[block],
               { cell = cell, digest = found.digest, complete = is_complete(trial) })
            known = known + (found.known or 0)
         end
      end
   end
   return by_block, known
end

-- The entry with whose digest most of the block's entries agree; in a tie, the first one. Complete entries
-- come before all others.
local function usual(entries)
   local votes, best = {}, nil
   for _, entry in ipairs(entries) do
      votes[entry.digest] = (votes[entry.digest] or 0) + 1
   end
   local function weight(entry) return (entry.complete and #entries or 0) + votes[entry.digest] end
   for _, entry in ipairs(entries) do
      if not best or weight(entry) > weight(best) then
         best = entry
      end
   end
   return best
end

local function count(counts, cell) counts[cell] = (counts[cell] or 0) + 1 end

-- → { reference = a cell that the others were compared with, cells = how many were compared, differing and
-- incomplete = cell → blocks }
local function compared(by_block)
   local found = { differing = {}, incomplete = {}, blocks = {}, cells = 0 }
   for _, entries in pairs(by_block) do
      local common = usual(entries)
      found.reference = found.reference or common.cell
      found.cells = math.max(found.cells, #entries)
      for _, entry in ipairs(entries) do
         count(found.blocks, entry.cell)
         if not (entry.complete and common.complete) then
            count(found.incomplete, entry.cell)
         elseif entry.digest ~= common.digest then
            count(found.differing, entry.cell)
         end
      end
   end
   return found
end

-- Cells whose trials all failed have nothing to compare.
local function add_failed(cells, found)
   for _, cell in ipairs(cells) do
      if #cell.trials > 0 and #cell_type.good(cell) == 0 then
         found.incomplete[cell], found.blocks[cell] = #cell.trials, #cell.trials
      end
   end
end

local function named(cells, found, which)
   local parts = {}
   for _, cell in ipairs(cells) do
      if found[which][cell] then
         parts[#parts + 1] = ("%s, in %d of %d trials"):format(cell_type.described(cell), found[which][cell],
            found.blocks[cell])
      end
   end
   return parts
end

local function undecided(known, found)
   if known == 0 then
      return "same_results: no job returned a value that can be compared (nil and functions can't)"
   elseif found.cells < 2 then
      return "same_results: only one contender ran, so there was nothing to compare with"
   end
end

--- → "same", "different" or "not shown"; a list of sentences, empty for "same". Returns nil, {} if the
-- experiment didn't ask for it.
function same.of(cells, manifest)
   if manifest.same_results ~= true then
      return nil, {}
   end
   local by_block, known = digests(cells)
   local found = compared(by_block)
   local why = undecided(known, found)
   if why then
      return "not shown", { why }
   end
   add_failed(cells, found)
   local different = words.sentence(named(cells, found, "differing"),
      "The results of jobs differ from those of " .. cell_type.described(found.reference))
   local incomplete = words.sentence(named(cells, found, "incomplete"),
      "What jobs returned could not be compared, because some jobs failed")
   local sentences = {}
   sentences[1] = different
   sentences[#sentences + 1] = incomplete
   return different and "different" or incomplete and "not shown" or "same", sentences
end

return same
