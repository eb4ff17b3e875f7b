--- Cores: how many cores each contender kept busy from start to end. Whole process trees are counted,
-- including those of other programs. The chart shows which contenders compute in parallel and which only
-- take turns. For a program's workers only the sum is known; the share of each worker is shown where it was
-- measured.
--
-- Drawn only when asked for (--only cores, or `also` of results:report): most runs are about waiting.

local bars = require "bakeoff.plotting.bars"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local cell_type = require "bakeoff.model.cell"
local contender_type = require "bakeoff.model.contender"
local few = require "bakeoff.plotting.few"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"
local share_words = require "bakeoff.analysis.wording.shares"
local shares = require "bakeoff.analysis.shares"
local wording = require "bakeoff.analysis.wording.cores"

local cores = { name = "cores" }

local METRIC = "cores_used"
local ONE = 1.1 -- cores: the sampler's and the runtime's own threads can add this much to one core

-- --- finding --------------------------------------------------------------------------------------

local function empty_group() return { cells = {}, least = math.huge, most = 0 } end

-- Cells that surely used more than one core, cells that surely didn't, cells whose interval leaves it open;
-- how many have an interval, and how many have a figure at all.
local function sorted(results, cells)
   local groups = { parallel = empty_group(), one = empty_group(), unsure = empty_group() }
   local with_interval, known = 0, 0
   for _, cell in ipairs(cells) do
      local summary = cores_in_use.from_start_to_end(results, cell)
      if summary then
         local low, high = summary.low, summary.high
         local group = groups[low and low > ONE and "parallel" or high and high <= ONE and "one" or "unsure"]
         group.cells[#group.cells + 1] = cell
         group.least = math.min(group.least, summary.median)
         group.most = math.max(group.most, summary.median)
         with_interval, known = with_interval + (low and 1 or 0), known + 1
      end
   end
   return groups, with_interval, known
end

--- One sentence: which contenders compute on more than one core. It claims only what the intervals show.
function cores.title(results, options)
   local groups, with_interval = sorted(results, (select.at_one_count(results, options and options.workers)))
   return wording.sentence(groups, with_interval)
end

-- --- rows -----------------------------------------------------------------------------------------

-- For a program with several workers: the share of each if they divide the work evenly.
local function note_of_program(results, cell)
   local noun = contender_type.of(cell_type.model_of(cell)).worker_noun
   local summary = cores_in_use.from_start_to_end(results, cell)
   if cell.untold or cell.workers < 2 or not noun then
      return ""
   end
   return share_words.mean_of(cell.workers, noun, summary.median / cell.workers)
end

local function note(results)
   return function(row)
      local cell = row.cell
      if cell_type.is_program(cell) then
         return note_of_program(results, cell)
      end
      local told = shares.of(results, cell)
      if not told or #told.share < 2 then
         return ""
      end
      return share_words.measured(#told.share, contender_type.of(cell.contender).worker_noun or "workers",
         told.share[#told.share], told.share[1])
   end
end

-- Most cores on top; those without a figure stay last.
local function rows_of(results, cells)
   local rows = bars.rows(results, cells, METRIC)
   table.sort(rows, function(a, b)
      local x, y = a.summary and a.summary.median or -1, b.summary and b.summary.median or -1
      return x > y or (x == y and a.order < b.order)
   end)
   return rows
end

--- Data and variables of the chart, or nil, reason, "aside".
function cores.build(results, options)
   local cells, workers = select.at_one_count(results, options.workers)
   local groups, with_interval, known = sorted(results, cells)
   if known == 0 then
      return nil, "no trial recorded the cores in use", "aside"
   end
   local shown, chosen = few.cells(results, cells, options)
   return bars.build(results, {
      name = cores.name, metric = METRIC, kind = "count", rows = rows_of(results, shown),
      axis = wording.START_TO_END, title = wording.sentence(groups, with_interval),
      note = note(results),
      subtitle = {
         page_words.job(results), page_words.workers(cells, workers), page_words.repeats(results, cells),
         chosen,
      },
   }, options)
end

return cores
