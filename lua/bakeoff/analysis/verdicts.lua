--- One verdict per pair of cells, computed once and read everywhere: rows, titles, first lines. Verdicts that
-- are read together are a family and corrected jointly, so that any of them is false in at most 5 of 100
-- experiments:
--
--    speed            every cell against its reference, and all pairs of cells at each worker count, each in
--                     the metric of its kind (model/reference.lua)
--    another metric   all pairs of cells at each worker count
--    both, of times   each contender's largest worker count against its smallest (titles about scaling)
--
-- All pairs, because a title chooses its leader after looking. In the family of speed most of the level is
-- spent on the comparisons with the reference, so that rows find nearly as much as if titles didn't exist.

local holm = require "bakeoff.stats.holm"
local model_reference = require "bakeoff.model.reference"
local select = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local verdict = require "bakeoff.model.verdict"

local verdicts = {}

local SHARE_OF_ROWS = 0.8 -- of the level: for comparisons with the reference

-- Adjusts the tests of "same within a margin".
local function settle(comparisons, weights)
   holm.correct(comparisons, "p_same", function(comparison, p)
      verdict.settle(comparison, p, 1 - stats.LEVEL)
   end, weights)
end

--- Corrects comparisons (results:compare) that are read together, both the tests of a difference and those of
-- "same within a margin". Changes their verdicts. weights: see holm.adjust; nil: all are alike. Returns how
-- many were tested.
function verdicts.correct(comparisons, weights)
   local tests = stats.correct_jointly(comparisons, weights)
   settle(comparisons, weights)
   return tests
end

-- The weights of a family whose first `rows` comparisons are those with the reference.
local function weights_of(list, rows)
   local weights, others = {}, #list - rows
   for index in ipairs(list) do
      weights[index] = others == 0 and 1 or index <= rows and SHARE_OF_ROWS / rows
         or (1 - SHARE_OF_ROWS) / others
   end
   return weights
end

-- Adds the pair once, whichever way round it was asked for first.
local function add(family, a, b, metric, compare)
   local of = family.of
   if (of[a] and of[a][b]) or (of[b] and of[b][a]) then
      return
   end
   of[a] = of[a] or {}
   of[a][b] = compare(a, b, metric)
   family.list[#family.list + 1] = of[a][b]
   family.pairs[#family.pairs + 1] = { a = a, b = b }
end

local function groups_of(cells)
   local of = { cells = cells }
   local counts, groups = select.worker_counts(of), {}
   for index, count in ipairs(counts) do
      groups[index] = select.at_one_count(of, count)
   end
   return #groups > 0 and groups or { (select.at_one_count(of)) }
end

-- metric_of(cell): the metric of a pair.
local function add_pairs(family, cells, metric_of, compare)
   for _, group in ipairs(groups_of(cells)) do
      for i = 1, #group do
         for j = i + 1, #group do
            local metric = metric_of(group[i])
            if model_reference.is_comparable(group[i], group[j], metric) then
               add(family, group[j], group[i], metric, compare)
            end
         end
      end
   end
end

local OF_SCALING = { total_s = true, work_s = true }

local function add_gains(family, cells, metric_of, compare)
   for _, entry in ipairs(select.by_label { cells = cells }) do
      local first, last = entry.cells[1], entry.cells[#entry.cells]
      local metric = metric_of(last)
      if first.workers ~= last.workers and OF_SCALING[metric]
         and model_reference.is_comparable(last, first, metric) then
         add(family, last, first, metric, compare)
      end
   end
end

local function finished(family, weights)
   family.tests = verdicts.correct(family.list, weights)
   return family
end

--- The family of speed: { of = cell → other cell → comparison, list, pairs = their { a, b }, tests }.
-- compare(a, b, metric): like results:compare.
function verdicts.speed(cells, compare)
   local family = { of = {}, list = {}, pairs = {} }
   for _, cell in ipairs(cells) do
      local reference = model_reference.of(cells, cell)
      if reference then
         add(family, cell, reference, model_reference.metric(cell), compare)
      end
   end
   local rows = #family.list
   add_pairs(family, cells, model_reference.metric, compare)
   add_gains(family, cells, model_reference.metric, compare)
   return finished(family, rows > 0 and weights_of(family.list, rows) or nil)
end

--- The family of another metric.
function verdicts.of_metric(cells, metric, compare)
   local family = { of = {}, list = {}, pairs = {} }
   local function metric_of() return metric end
   add_pairs(family, cells, metric_of, compare)
   add_gains(family, cells, metric_of, compare)
   return finished(family)
end

--- How cell a compares with cell b in a family; nil if the family lacks the pair.
function verdicts.between(family, a, b)
   local of = family.of
   return of[a] and of[a][b] or of[b] and of[b][a] and verdict.reversed(of[b][a]) or nil
end

--- cell → its comparison with its reference, in its metric; how many of these are tests; and the family.
function verdicts.of_table(cells, compare)
   local family, versus, tests = verdicts.speed(cells, compare), {}, 0
   for _, cell in ipairs(cells) do
      local reference = model_reference.of(cells, cell)
      if reference then
         versus[cell] = verdicts.between(family, cell, reference)
         tests = tests + (versus[cell].p and 1 or 0)
      end
   end
   return versus, tests, family
end

return verdicts
