--- Which trials run, and in which order: each block holds one trial of every cell, in a seeded random order
-- of its own. A drift over time then affects all cells alike.

local contender_type = require "bakeoff.model.contender"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local random = require "bakeoff.base.random"
local schema = require "bakeoff.runs.schema"

local plan = {}

-- A command that isn't told how many workers to use does the same at every count.
local function is_untold(entry) return entry.uses and not entry.uses.workers and not entry.workers end

local function counts_of(entry, experiment)
   local fixed = is_untold(entry) and 1 or contender_type.of(entry.name).fixed_workers
   return fixed and { fixed } or entry.workers or experiment.workers
end

--- The distinct cells of an experiment, in the order of the script: { entry =, contender =, label =,
-- workers =, rate = of an open loop, untold = true for a command that isn't told its worker count,
-- fixed = true where the script gives the contender a count of its own, whatever the others have,
-- reference = true: the script names it as the one that others are compared with }.
function plan.cells(experiment)
   local cells = {}
   for _, entry in ipairs(experiment.contenders) do
      for _, workers in ipairs(counts_of(entry, experiment)) do
         cells[#cells + 1] = { entry = entry, contender = entry.name, label = entry.label, workers = workers,
            untold = is_untold(entry) and true or nil, rate = entry.schedule and entry.schedule.rate,
            fixed = entry.workers and #entry.workers == 1 or nil,
            reference = experiment.reference and experiment.reference == entry.label or nil }
      end
   end
   return cells
end

--- Refuses (usage) more trials than can be read back.
function plan.check(cells, repeats)
   local count, most = #cells * repeats, schema.LIMITS.trials
   if count > most then
      failure.usage("repeats: %s of %s are %s trials; at most %s are read back: repeat less often",
         numbers.plural(repeats, "repeat"), numbers.plural(#cells, "cell"), numbers.whole(count),
         numbers.whole(most))
   end
end

--- Trials that run first and don't count: each contender once per warm-up round, with its most workers.
function plan.warmups(cells, rounds)
   local last, order = {}, {}
   for _, cell in ipairs(cells) do
      if not last[cell.label] then
         order[#order + 1] = cell.label
      end
      if not last[cell.label] or cell.workers > last[cell.label].workers then
         last[cell.label] = cell
      end
   end
   local trials = {}
   for round = 1, rounds do
      for _, label in ipairs(order) do
         trials[#trials + 1] = { cell = last[label], block = -round }
      end
   end
   return trials
end

--- All trials in running order: { cell =, ["repeat"] =, block = }.
function plan.trials(cells, repeats, seed)
   local generator = random.new(seed)
   local trials = {}
   for block = 1, repeats do
      local order = generator:shuffle(table.move(cells, 1, #cells, 1, {}))
      for _, cell in ipairs(order) do
         trials[#trials + 1] = { cell = cell, ["repeat"] = block, block = block }
      end
   end
   return trials
end

return plan
