--- `repeats = "auto"`: runs block after block until every ratio is known precisely enough, or the time budget
-- is spent.
--
-- The stopping rule looks at the width of intervals, never at which side of 1 they lie on. Stopping as soon
-- as a difference appears would find one where there is none (Armitage, McPherson and Rowe, "Repeated
-- significance tests on accumulating data", Journal of the Royal Statistical Society A 132, 1969).

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
local FIELDS = { "width", "most", "least", "budget" }

-- "5%" or 0.05
local function share(value, argument)
   local width = units.share(value, argument)
   return width > 0 and width or failure.usage("%s: no interval gets that narrow; write for example \"5%%\"",
      argument)
end

--- given: an experiment's `auto`, or nil. → { width (share), most, least, budget (s) }. Raises usage
-- failures.
function auto_repeats.check(given)
   if given ~= nil and type(given) ~= "table" then
      failure.usage('auto: expected a table, such as { width = "5%%", budget = "2min" }, got a %s',
         type(given))
   end
   checks.refuse_unknown(given or {}, FIELDS, "auto")
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
   self.spent, self.longest = 0.0, 0.0
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

local function list_of(by_block)
   local list = {}
   for _, value in pairs(by_block) do
      list[#list + 1] = value
   end
   return list
end

-- The relative width of a cell's interval, as a share; nil for a cell without an interval.
local function cell_width(self, cell)
   local own = self.values[cell_type.key(cell.label, cell.workers)]
   local reference = model_reference.of(self.cells, cell)
   local other = reference and self.values[cell_type.key(reference.label, reference.workers)]
   if not next(own) or (other and not next(other)) then
      return nil -- it always fails: more trials would not help
   elseif other then
      local versus = stats.compare(own, other)
      return width_of(versus.low, versus.ratio, versus.high)
   end
   local list = #self.cells == 1 and list_of(own) -- the only cell: its time; a reference has no ratio
   if list then
      local low, high = stats.interval(list)
      return width_of(low, order.median(list), high)
   end
end

-- The widest interval, and its cell; 0 if there is none.
local function widest(self)
   local most, whose = 0.0, nil
   for _, cell in ipairs(self.cells) do
      local width = cell_width(self, cell)
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

local REASONS = {
   width = "every interval is at most %s wide%s",
   most = "the most blocks that were allowed, for intervals at most %s wide%s",
   failed = "no trial succeeded, so no interval is at most %s wide%s",
   budget = "another block would exceed the budget, for intervals at most %s wide%s",
}

--- Can the run stop after this many whole blocks? nil, or { by = "width"|"most"|"budget"|"failed", text,
-- width (the widest, a share; nil without intervals) }. At least rule.least blocks are run, however long
-- they take.
function auto_repeats:stop(blocks)
   local rule = self.rule
   if blocks < rule.least then
      return nil
   end
   local width, cell = widest(self)
   local by = not self.any and "failed" or width <= rule.width and "width"
      or blocks >= rule.most and "most" or self.spent + self.longest > rule.budget and "budget"
   if not by then
      return nil
   end
   local wanted = numbers.percent(rule.width, 2)
   local why = REASONS[by]:format(wanted, still_wide(self, width, cell))
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
