--- Are the cells of a block alike? Each block is compared on its own: a server that fails some requests at
-- random fails the same ones for all cells of a block, and others in the next block.

local cell_type = require "bakeoff.model.cell"
local text = require "bakeoff.base.text"
local words = require "bakeoff.analysis.fairness.words"

local blocks = {}

local name_of, sentence = cell_type.described, words.sentence
local range, range_text = words.range, words.range_text

-- block → list of { cell =, value = }
local function by_block(cells, read)
   local by = {}
   for _, cell in ipairs(cells) do
      for index, trial in ipairs(cell.trials) do
         local value = trial.status == "ok" and read(trial)
         if value then
            local block = trial.block or trial["repeat"] or index
            by[block] = by[block] or {}
            table.insert(by[block], { cell = cell, value = value })
         end
      end
   end
   return by
end

-- The value that most cells share; in a tie, the first cell's.
local function usual(entries)
   local votes, best = {}, nil
   for _, entry in ipairs(entries) do
      votes[entry.value] = (votes[entry.value] or 0) + 1
      if not best or votes[entry.value] > votes[best] then
         best = entry.value
      end
   end
   return best
end

-- The set of cells that differ from the majority in some block; the smallest and largest usual value.
local function odd_cells(cells, read)
   local odd, low, high = {}, nil, nil
   for _, entries in pairs(by_block(cells, read)) do
      local common = usual(entries)
      low, high = math.min(low or common, common), math.max(high or common, common)
      for _, entry in ipairs(entries) do
         odd[entry.cell] = odd[entry.cell] or entry.value ~= common
      end
   end
   return odd, low, high
end

--- A sentence that begins with `start` and names the cells whose read(trial), in `unit`, differs from that of
-- the others; nil if there are none.
function blocks.unequal(cells, read, start, unit)
   local odd, common_low, common_high = odd_cells(cells, read)
   local parts = {}
   for _, cell in ipairs(cells) do
      if odd[cell] then
         local low, high = range(cell, read)
         table.insert(parts, ("%s, %s"):format(name_of(cell), range_text(low, high)))
      end
   end
   local rest = common_low and (" (%s %s in the others)"):format(range_text(common_low, common_high), unit)
   return sentence(parts, start .. (rest or ""))
end

--- The same for a figure that is a text, "none" if there is nothing.
function blocks.unlike(cells, read, start)
   local odd, parts, others = {}, {}, {}
   for _, entries in pairs(by_block(cells, read)) do
      local common = usual(entries)
      for _, entry in ipairs(entries) do
         local differs = entry.value ~= common
         odd[entry.cell] = odd[entry.cell] or differs and entry.value
         others[differs and common or false] = true
      end
   end
   others[false] = nil
   for _, cell in ipairs(cells) do
      parts[#parts + 1] = odd[cell] and ("%s, %s"):format(name_of(cell), odd[cell]) or nil
   end
   return sentence(parts, ("%s (%s in the others)"):format(start,
      table.concat(text.sorted_keys(others), " or ")))
end

return blocks
