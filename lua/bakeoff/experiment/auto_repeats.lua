--- `repeats = "auto"`: runs block after block until every ratio is known precisely enough, or the time budget
-- is spent.
--
-- The stopping rule looks at the width of intervals, never at which side of 1 they lie on. Stopping as soon
-- as a difference appears would find one where there is none (Armitage, McPherson and Rowe, "Repeated
-- significance tests on accumulating data", Journal of the Royal Statistical Society A 132, 1969).
--
-- Looking at widths has a price, too: a run would stop as soon as its values happen to lie close together,
-- and its 95 % intervals would contain the truth in 91 to 93 of 100 runs. Therefore, once every interval is
-- narrow enough, half as many blocks again are run without looking (as in Simons, "On the cost of not knowing
-- the variance when making a fixed-width confidence interval for the mean", Annals of Mathematical Statistics
-- 39, 1968). Only a run whose intervals are far narrower at the very first look stops there.

local cell_type = require "bakeoff.model.cell"
local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local model_reference = require "bakeoff.model.reference"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"
local stats = require "bakeoff.stats"
local units = require "bakeoff.base.units"
local metrics = require "bakeoff.model.metrics"

local auto_repeats = {}
auto_repeats.__index = auto_repeats

local DEFAULTS = { width = "5%", most = 50, least = stats.FEWEST, budget = "2min" }
local FIELDS = { "width", "most", "least", "budget", "time" }
-- With `time`, nothing but the time decides.
local TIMED = { most = 10000, least = 1 }
local MORE = 0.5 -- blocks that are run without looking, as a share of those before
local FAR_NARROWER = 1 / 3 -- at the first look, as a share of the width that was asked for

-- "5%" or 0.05
local function share(value, argument)
   local width = units.share(value, argument)
   return width > 0 and width or failure.usage("%s: no interval gets that narrow; write for example \"5%%\"",
      argument)
end

local function check_timed(given)
   for _, name in ipairs { "width", "budget" } do
      if given[name] ~= nil then
         failure.usage("auto.%s: has no effect with auto.time; leave one of them out", name)
      end
   end
   local least = checks.whole(given.least or TIMED.least, 1, "auto.least")
   return { time = checks.duration(given.time, 0.001, "auto.time"), least = least,
      most = checks.whole(given.most or math.max(TIMED.most, least), least, "auto.most") }
end

--- given: an experiment's `auto`, or nil. → { width (share), most, least, budget (s) }, or { time (s), most,
-- least }. Raises usage
-- failures.
function auto_repeats.check(given)
   if given ~= nil and type(given) ~= "table" then
      failure.usage('auto: expected a table, such as { width = "5%%", budget = "2min" }, got a %s',
         type(given))
   end
   checks.refuse_unknown(given or {}, FIELDS, "auto")
   if (given or {}).time ~= nil then
      return check_timed(given)
   end
   local full = setmetatable({}, { __index = DEFAULTS })
   for name, value in pairs(given or {}) do
      full[name] = value
   end
   local least = checks.whole(full.least, stats.FEWEST, "auto.least")
   return { width = share(full.width, "auto.width"), least = least,
      most = checks.whole(full.most, least, "auto.most"),
      budget = checks.duration(full.budget, 0.001, "auto.budget") }
end

--- Watches a run. rule: from check; cells: from plan.cells.
function auto_repeats.new(rule, cells)
   local self = { rule = rule, cells = cells, values = {}, in_block = {}, metrics = {} }
   self.spent, self.longest, self.looked = 0.0, 0.0, rule.least - 1
   for _, cell in ipairs(cells) do
      local key = cell_type.key(cell.label, cell.workers)
      self.values[key], self.metrics[key] = {}, metrics.reader(model_reference.metric(cell))
   end
   return setmetatable(self, auto_repeats)
end

--- Records a finished trial: its row, and its whole duration in seconds (nil: the row's own time).
function auto_repeats:add(row, seconds)
   local key = cell_type.key(row.label, row.workers)
   local values = self.values[key]
   local block = math.tointeger(row.block)
   seconds = seconds or row.total_s or 0.0
   self.spent = self.spent + seconds
   self.in_block[block] = (self.in_block[block] or 0.0) + seconds
   self.longest = math.max(self.longest, self.in_block[block])
   if values and row.status == "ok" then
      values[block], self.any = self.metrics[key](row), true
   end
end

local function width_of(low, middle, high) return low and (high - low) / middle or math.huge end

-- The values in the order of their blocks, up to the block `last`.
local function list_of(by_block, last)
   local list = {}
   for block = 1, last do
      list[#list + 1] = by_block[block]
   end
   return list
end

-- block → value of a cell, up to the block `last`.
local function values_until(self, cell, last)
   local values = {}
   for block, value in pairs(self.values[cell_type.key(cell.label, cell.workers)]) do
      values[block] = block <= last and value or nil
   end
   return values
end

-- The relative width of a cell's interval after `last` blocks, as a share; nil for a cell without an
-- interval.
local function cell_width(self, cell, last)
   local own = values_until(self, cell, last)
   local reference = model_reference.of(self.cells, cell)
   local other = reference and values_until(self, reference, last)
   if not next(own) or (other and not next(other)) then
      return nil -- it always fails: more trials would not help
   elseif other then
      local versus = stats.compare(own, other)
      return width_of(versus.low, versus.ratio, versus.high)
   end
   local list = #self.cells == 1 and list_of(own, last) -- the only cell: its time; a reference has no ratio
   if list then
      local low, high = stats.interval(list)
      return width_of(low, order.median(list), high)
   end
end

-- The widest interval after `last` blocks, and its cell; 0 if there is none.
local function widest(self, last)
   local most, whose = 0.0, nil
   for _, cell in ipairs(self.cells) do
      local width = cell_width(self, cell, last)
      if width and width > most then
         most, whose = width, cell
      end
   end
   return most, whose
end

local function still_wide(self, width, cell)
   if width <= self.rule.width or not cell then
      return ""
   elseif width == math.huge then
      return ("; too few trials of %s succeeded for an interval"):format(cell_type.short(cell))
   end
   return ("; that of %s is still %.2g %% wide"):format(cell_type.short(cell), width * 100)
end

-- Looks at every block until the intervals are narrow enough, which decides how many blocks are run. Depends
-- on the rows only, so that a continued run stops where it would have.
local function look(self, blocks)
   local rule = self.rule
   while rule.width and not self.stop_at and self.looked < blocks do
      self.looked = self.looked + 1
      local width, last = widest(self, self.looked), self.looked
      if width <= rule.width then
         local is_far_narrower = last == rule.least and width <= rule.width * FAR_NARROWER
         self.narrow_at = last
         self.stop_at = math.min(is_far_narrower and last or last + math.ceil(last * MORE), rule.most)
      end
   end
end

local REASONS = {
   width = "every interval is at most %s wide%s",
   most = "the most blocks that were allowed, for intervals at most %s wide%s",
   failed = "no trial succeeded, so no interval is at most %s wide%s",
   budget = "another block would exceed the budget, for intervals at most %s wide%s",
}
local LOOKED = "after %s, every interval was at most %s wide; %d more were run without looking, so that"
   .. " the intervals hold what they say"

local TIMED_REASONS = {
   time = "another block would have taken longer than the %s that were asked for",
   most = "the most blocks that were allowed within %s",
   failed = "no trial succeeded within %s",
}

local function reason(self, by, blocks, width, cell)
   if self.rule.time then
      return TIMED_REASONS[by]:format(numbers.format(self.rule.time, "time"))
   end
   local wanted = numbers.percent(self.rule.width, 2)
   if by == "width" and blocks > self.narrow_at then
      return LOOKED:format(numbers.plural(self.narrow_at, "block"), wanted, blocks - self.narrow_at)
   end
   return REASONS[by]:format(wanted, still_wide(self, width, cell))
end

--- Can the run stop after this many whole blocks? nil, or { by = "width"|"most"|"budget"|"time"|"failed",
-- text, width (the widest, a share; nil without intervals) }. At least rule.least blocks are run, however
-- long they take.
function auto_repeats:stop(blocks)
   local rule = self.rule
   if blocks < rule.least then
      return nil
   end
   look(self, blocks)
   local by = not self.any and "failed" or self.stop_at and blocks >= self.stop_at and "width"
      or blocks >= rule.most and "most"
      or self.spent + self.longest > (rule.time or rule.budget) and (rule.time and "time" or "budget")
   if not by then
      return nil
   end
   local width, cell = math.huge, nil
   if rule.width then
      width, cell = widest(self, blocks)
   end
   local why = reason(self, by, blocks, width, cell)
   return { by = by, width = width < math.huge and width or nil,
      text = ("stopped after %s: %s"):format(numbers.plural(blocks, "block"), why) }
end

--- Watches an experiment's run. kept: rows of the earlier run that this one continues; manifest: of this run.
-- The manifest's `repeats` is the number of blocks; its `auto` is the rule (records.auto), and why the run
-- stopped.
function auto_repeats.watch(experiment, kept, manifest)
   local rule = experiment.auto
   local self = auto_repeats.new(rule, experiment.cells)
   manifest.repeats, self.manifest = rule.least, manifest
   for _, row in ipairs(kept) do
      self:add(row)
      manifest.repeats = math.max(manifest.repeats, math.tointeger(row.block))
   end
   return self
end

local function note(self, stopped)
   local said = self.manifest.auto
   said.stopped, said.stopped_by, said.widest = stopped.text, stopped.by, stopped.width
   said.spent_s = self.spent
end

--- Before a trial of this block: are the earlier blocks enough? A block that has begun is always finished.
function auto_repeats:is_enough(block)
   local stopped = not self.in_block[block] and self:stop(block - 1) or nil
   if stopped then
      note(self, stopped)
   else
      self.manifest.repeats = math.max(self.manifest.repeats, block)
   end
   return stopped ~= nil
end

--- Records the end of a run of all allowed blocks, unless is_enough has already stopped it.
function auto_repeats:finish()
   if not self.manifest.auto.stopped then
      note(self, self:stop(self.rule.most))
   end
end

return auto_repeats
