--- Target: how often equal programs get a verdict of a difference, and how often a slowdown is detected, in
-- real experiments: two programs of a few milliseconds as `command` contenders, in seeded blocks, judged as
-- in reports.

local binomial = require "binomial"
local environment = require "bakeoff.probe.environment"
local experiment = require "bakeoff.api.experiment"
local noise = require "bakeoff.probe.noise"
local plan = require "bakeoff.experiment.plan"
local rivals = require "rivals"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local trial = require "bakeoff.experiment.trial"
local verdicts = require "bakeoff.analysis.verdicts"

local bench = {}

local WORK_MS, BLOCKS, POWER_BLOCKS = 6, 10, 20
local POWER_SHARE = 4 -- so many times fewer experiments of a slowdown than of A/A

local function contender(label, rounds)
   return { "command", label = label, argv = rivals.work(rounds) }
end

local function pair(rounds, slowdown)
   return experiment.new { name = "aa_real", workers = { 1 },
      contenders = { contender("A", rounds), contender("B", rounds * (1 + slowdown)) } }
end

local function compare(a, b, metric) return summaries.compare(a, b, metric) end

-- Runs one experiment without writing files. Returns the comparison of B with A.
local function run_one(two, blocks, seed)
   local by_label, cells = {}, {}
   for index, cell in ipairs(two.cells) do
      cells[index] = { contender = cell.contender, label = cell.label, workers = cell.workers, trials = {} }
      by_label[cell.label] = cells[index]
   end
   for _, planned in ipairs(plan.trials(two.cells, blocks, seed)) do
      local result, row = trial.run(two, two:jobs_of(planned.cell.entry), planned)
      result:free()
      if row.status ~= "ok" then
         error(("%s: %s"):format(row.label, row.reason or row.status), 0)
      end
      table.insert(by_label[row.label].trials, row)
   end
   return verdicts.of_table(cells, compare)[cells[2]], cells[1].trials
end

-- Times of A over all experiments: how long a trial takes and how much that varies.
local function collect(times, trials)
   for _, row in ipairs(trials) do
      times[#times + 1] = row.total_s
   end
end

-- Runs `count` experiments. Returns: verdict → count; ratios B / A; times of A; CPU use of other processes.
local function run_many(two, count, blocks, seed, keep)
   local seen = { counts = {}, ratios = {}, times = {}, load = environment.read {}.load[1] }
   local machine = noise.read()
   for index = 1, count do
      local comparison, trials = run_one(two, blocks, seed + index)
      seen.counts[comparison.verdict] = (seen.counts[comparison.verdict] or 0) + 1
      seen.ratios[index] = comparison.ratio
      collect(seen.times, trials)
      keep(index, { verdict = comparison.verdict, ratio = comparison.ratio, low = comparison.low,
         high = comparison.high, p = comparison.p })
   end
   seen.others = noise.between(machine, noise.read()).others_share or 0
   return seen
end

local function conditions(seen)
   local times = stats.summary(seen.times)
   local is_quiet = seen.others <= noise.RULE.others_share
   return ("%.2f ms a trial, MAD %.1f %%; others used %.1f %% of the processors%s, load before %.2f"):format(
      times.median * 1e3, times.mad / times.median * 100, seen.others * 100,
      is_quiet and "" or " (NOT QUIET)", seen.load)
end

local function line_of(what, found, count, seen, limits)
   local low, high = binomial.interval(found, count)
   return { what = what, unit = " %", value = found / count * 100, low = low * 100, high = high * 100,
      blocks = count, at_most = limits.at_most, at_least = limits.at_least,
      detail = ("%d of %d experiments; B / A %.4f; %s"):format(found, count, stats.median(seen.ratios),
         conditions(seen)) }
end

local function same(rounds, count, seed, keep)
   local seen = run_many(pair(rounds, 0), count, BLOCKS, seed, function(...) keep("A/A", ...) end)
   local different = (seen.counts.faster or 0) + (seen.counts.slower or 0)
   return line_of(("A/A, really run, %d blocks: called different"):format(BLOCKS), different, count, seen,
      { at_most = 7 })
end

local function slower(rounds, slowdown, count, seed, keep, at_least)
   local side = ("%g %% slower"):format(slowdown * 100)
   local seen = run_many(pair(rounds, slowdown), count, POWER_BLOCKS, seed, function(...) keep(side, ...) end)
   return line_of(("%g %% more work, really run, %d blocks: found"):format(slowdown * 100, POWER_BLOCKS),
      seen.counts.slower or 0, count, seen, { at_least = at_least })
end

--- Lines of the shares, each with its binomial interval.
function bench.aa_real(settings, keep)
   local is_short = settings.requests < 1000
   local count = is_short and 2 or settings.experiments
   local power = is_short and 1 or math.max(count // POWER_SHARE, 1)
   local rounds = rivals.rounds_per_ms() * WORK_MS
   return { same(rounds, count, 0, keep), slower(rounds, 0.05, power, 100000, keep, 90),
      slower(rounds, 0.02, power, 200000, keep), slower(rounds, 0.01, power, 300000, keep) }
end

return bench
