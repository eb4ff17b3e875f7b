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
--
-- The number of pairs grows with the square of the number of cells. If there are too many to compute, a pair
-- is compared when it is asked for, and corrected for the number of all pairs (Bonferroni). This finds a
-- little less than Holm's method, and is valid for any choice of pairs.

local holm = require "bakeoff.stats.holm"
local model_reference = require "bakeoff.model.reference"
local select = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local verdict = require "bakeoff.model.verdict"

local verdicts = {}

local SHARE_OF_ROWS = 0.8 -- of the level: for comparisons with the reference
local MOST_PAIRS = 1000 -- computed in advance

-- Adjusts the tests of "same within a margin".
local function settle(comparisons, weights, others)
   holm.correct(comparisons, "p_same", function(comparison, p)
      verdict.settle(comparison, p, 1 - stats.LEVEL)
   end, weights, others)
end

--- Corrects comparisons (results:compare) that are read together, both the tests of a difference and those of
-- "same within a margin". Changes their verdicts and sets `family`, how many are tested together.
-- weights, others: see holm.adjust. Returns how many were tested.
function verdicts.correct(comparisons, weights, others)
   local tests = stats.correct_jointly(comparisons, weights, others)
   settle(comparisons, weights, others)
   for _, comparison in ipairs(comparisons) do
      comparison.family = tests
   end
   return tests
end

-- The weights of a family whose first `rows` comparisons are those with the reference, and of which `late`
-- pairs are not in the list; the weight of any other pair; and the sum of all weights.
local function weights_of(list, rows, late)
   local weights, others = {}, #list - rows + late
   local is_mixed = rows > 0 and others > 0
   local of_pair = is_mixed and (1 - SHARE_OF_ROWS) / others or 1
   for index in ipairs(list) do
      weights[index] = is_mixed and index <= rows and SHARE_OF_ROWS / rows or of_pair
   end
   return weights, of_pair, is_mixed and 1 or #list + late
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

-- How many pairs add_pairs would add, or a few more.
local function count_pairs(cells)
   local count = 0
   for _, group in ipairs(groups_of(cells)) do
      count = count + #group * (#group - 1) // 2
   end
   return count
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

-- Adds all pairs besides the family's first `rows` comparisons, or leaves them for later, and corrects all.
local function complete(family, cells, rows, metric_of, compare)
   local late = count_pairs(cells) - rows
   if late <= MOST_PAIRS then
      late = 0
      add_pairs(family, cells, metric_of, compare)
   end
   add_gains(family, cells, metric_of, compare)
   local weights, of_pair, all = weights_of(family.list, rows, late)
   family.tests = verdicts.correct(family.list, weights, late * of_pair)
   if late > 0 then
      family.tests = family.tests > 0 and family.tests + late or 0
      for _, comparison in ipairs(family.list) do
         comparison.family = family.tests
      end
      family.late = { factor = all / of_pair, tests = family.tests, metric_of = metric_of, compare = compare }
   end
   return family
end

--- The family of speed: { of = cell → other cell → comparison, list, pairs = their { a, b }, tests, late =
-- how pairs that are not in it are compared, or nil }. compare(a, b, metric): like results:compare.
function verdicts.speed(cells, compare)
   local family, reference_of = { of = {}, list = {}, pairs = {} }, model_reference.finder(cells)
   for _, cell in ipairs(cells) do
      local reference = reference_of(cell)
      if reference then
         add(family, cell, reference, model_reference.metric(cell), compare)
      end
   end
   return complete(family, cells, #family.list, model_reference.metric, compare)
end

--- The family of another metric.
function verdicts.of_metric(cells, metric, compare)
   local function metric_of() return metric end
   return complete({ of = {}, list = {}, pairs = {} }, cells, 0, metric_of, compare)
end

-- Is it a pair that add_pairs would add?
local function is_pair(a, b, metric)
   return a ~= b and (a.workers == b.workers or select.is_fixed(a) or select.is_fixed(b))
      and model_reference.is_comparable(a, b, metric)
end

-- A pair of a family with too many pairs.
local function compare_late(late, a, b)
   local metric = late.metric_of(a)
   if not is_pair(a, b, metric) then
      return nil
   end
   local comparison = late.compare(a, b, metric)
   comparison.family = late.tests
   stats.correct_by(comparison, late.factor)
   verdict.settle(comparison, math.min((comparison.p_same or 1) * late.factor, 1.0), 1 - stats.LEVEL)
   return comparison
end

--- How cell a compares with cell b in a family; nil if the family lacks the pair.
function verdicts.between(family, a, b)
   local of = family.of
   if of[b] and of[b][a] then
      return verdict.reversed(of[b][a])
   elseif not (of[a] and of[a][b]) and family.late then
      of[a] = of[a] or {}
      of[a][b] = compare_late(family.late, a, b)
   end
   return of[a] and of[a][b] or nil
end

--- cell → its comparison with its reference, in its metric; how many of these are tests; and the family.
function verdicts.of_table(cells, compare)
   local family, versus, tests = verdicts.speed(cells, compare), {}, 0
   local reference_of = model_reference.finder(cells)
   for _, cell in ipairs(cells) do
      local reference = reference_of(cell)
      if reference then
         versus[cell] = verdicts.between(family, cell, reference)
         tests = tests + (versus[cell].p and 1 or 0)
      end
   end
   return versus, tests, family
end

return verdicts
