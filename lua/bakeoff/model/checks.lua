--- How often answers passed the checks that an experiment has (`check`): counts over all trials.
--
--    name              what the check says: "status is 200"
--    passed, failed    answers
--    share             of the answers that passed
--    cells             { { cell =, passed =, failed = } … }, in the plan's order

local checks = {}

local function count_of(value) return type(value) == "number" and value or 0 end

local function entry_at(found, index, name)
   found[index] = found[index] or { name = name, passed = 0, failed = 0, cells = {} }
   return found[index]
end

local function add(entry, cell, counts)
   local last = entry.cells[#entry.cells]
   if not last or last.cell ~= cell then
      last = { cell = cell, passed = 0, failed = 0 }
      entry.cells[#entry.cells + 1] = last
   end
   for _, field in ipairs { "passed", "failed" } do
      entry[field] = entry[field] + count_of(counts[field])
      last[field] = last[field] + count_of(counts[field])
   end
end

--- The checks of cells, in the experiment's order; empty if it has none.
function checks.of(cells)
   local found = {}
   for _, cell in ipairs(cells) do
      for _, trial in ipairs(cell.trials) do
         for index, counts in ipairs(type(trial.checks) == "table" and trial.checks or {}) do
            add(entry_at(found, index, counts.name), cell, counts)
         end
      end
   end
   for _, entry in ipairs(found) do
      local all = entry.passed + entry.failed
      entry.share = all > 0 and entry.passed / all or 0
   end
   return found
end

--- Failed checks of a trial: all of all answers; nil if it has none to pass.
function checks.failed(trial)
   if type(trial.checks) ~= "table" then
      return nil
   end
   local sum = 0
   for _, counts in ipairs(trial.checks) do
      sum = sum + count_of(counts.failed)
   end
   return sum
end

return checks
