--- The results of one experiment: rows, cells, summaries, report and gates.
--
--    local results = require("bakeoff").load "out/tickets"
--    results:rows()                 -- every trial, as in trials.jsonl
--    results:summary()              -- medians, intervals, verdicts; also written as summary.json
--    results:report()               -- table, report.md, charts
--    results:gate { "errors == 0" } -- raises naming the gates that failed
--    results:claim("threads are fastest", "total(threads) < total(processes)") -- held, not shown or refuted

local answer_checks = require "bakeoff.model.checks"
local both_loops = require "bakeoff.analysis.both_loops"
local cell_type = require "bakeoff.model.cell"
local check_list = require "bakeoff.report.checks"
local confined = require "bakeoff.base.confined"
local errors = require "bakeoff.model.errors"
local failed_jobs = require "bakeoff.model.failures"
local failure_list = require "bakeoff.report.failures"
local fairness = require "bakeoff.analysis.fairness"
local files = require "bakeoff.base.files"
local finding = require "bakeoff.analysis.finding"
local hidden_dependence = require "bakeoff.analysis.hidden_dependence"
local json = require "bakeoff.base.json"
local locale = require "bakeoff.base.locale"
local model_reference = require "bakeoff.model.reference"
local noise_report = require "bakeoff.report.noise"
local parameters = require "bakeoff.model.parameters"
local rows = require "bakeoff.runs.rows"
local run_folder = require "bakeoff.experiment.run_folder"
local scaling = require "bakeoff.analysis.scaling"
local script_options = require "bakeoff.script.options"
local select_cells = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local steadiness = require "bakeoff.analysis.steadiness"
local style = require "bakeoff.plotting.style"
local summaries = require "bakeoff.model.summary"
local trust = require "bakeoff.analysis.trust"
local trust_words = require "bakeoff.analysis.wording.trust"
local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"

local results = {}

local methods = {}
local meta = { __index = methods, __name = "bakeoff.results" }

--- What a notebook shows of the results (notebook/shown.lua).
function meta.__show(self) return require("bakeoff.api.views").all(self) end

local function cell_of(self, contender, label, workers, planned)
   local key = cell_type.key(label, workers)
   local cell = self.by_key[key]
   if not cell then
      cell = cell_type.new(contender, label, workers, planned)
      self.by_key[key] = cell
      self.cells[#self.cells + 1] = cell
   end
   return cell
end

-- The cells, in the plan's order. A planned cell without a trial is left out.
local function fill_cells(self)
   for _, planned in ipairs(self.manifest.cells or {}) do
      cell_of(self, planned.contender, planned.label or planned.contender, planned.workers, planned)
   end
   for _, trial in ipairs(self.trials) do
      table.insert(cell_of(self, trial.contender, trial.label, trial.workers).trials, trial)
   end
   local ran = {}
   self.planned = self.cells -- looks are dealt out by the plan, so that a cell that never ran changes none
   for _, cell in ipairs(self.cells) do
      if #cell.trials > 0 then
         ran[#ran + 1] = cell
      end
   end
   self.cells = ran
end

--- Results of what was read: { dir, manifest, trials, warnings }.
function results.of(run)
   local self = setmetatable({ dir = run.dir, warnings = run.warnings, cells = {}, by_key = {}, cached = {} },
      meta)
   self.manifest, self.trials = run.manifest, run.trials
   self.status = self.manifest.status
   self.seed = math.tointeger(self.manifest.seed) or 1
   self.read = setmetatable({}, { __mode = "k" }) -- cells that are compared: what was read of their trials
   self.families = {} -- of verdicts, by metric; "speed": those of the table
   self.margin = type(self.manifest.margin) == "number" and self.manifest.margin or verdict.MARGIN
   fill_cells(self)
   parameters.name_cells(self.planned)
   self.looks = style.looks(self.planned, self.manifest.form)
   return self
end

--- Reads the results of a run folder. Raises (usage) if it is not a run folder.
function results.load(dir)
   dir = dir:gsub("(.)/+$", "%1")
   local run = { dir = dir, manifest = rows.manifest(dir), warnings = {} }
   run.trials = rows.trials(dir, run.warnings)
   rows.check_details(dir, run.warnings)
   return results.of(run)
end

--- Returns every trial, as decoded from trials.jsonl.
function methods:rows() return self.trials end

--- Returns the cell with this label (or contender) and worker count, or nil. Without a count: the first
-- such cell.
function methods:cell(label, workers)
   for _, field in ipairs { "label", "contender" } do
      for _, cell in ipairs(self.cells) do
         if cell[field] == label and (workers == nil or cell.workers == workers) then
            return cell
         end
      end
   end
end

--- Returns the cell that others with this worker count are compared with (see model/reference.lua), or nil.
function methods:reference(workers)
   local cached, key = self.cached, "reference at " .. tostring(workers)
   if cached[key] == nil then
      cached[key] = model_reference.at(self.cells, workers) or false
   end
   return cached[key] or nil
end

--- Returns the summary of one cell (see summary.lua), computed once.
function methods:summary_of(cell)
   local cached = self.cached
   cached[cell] = cached[cell] or summaries.cell(cell)
   return cached[cell]
end

-- Compares these results with a baseline: another run's results, its folder, or a file of another program.
local function compare_with(self, baseline, options)
   local script = require "bakeoff.compare.script"
   if type(baseline) == "string" then
      local run = script.foreign(baseline, self, options)
      baseline = run and results.of(run) or results.load(baseline)
   end
   return script.compare(baseline, self, options)
end

--- Does one of two things, depending on the first argument: compare(cell, cell, metric) says how the first
-- cell compares with the second, paired by block (stats.compare); compare(baseline, options) compares an
-- earlier run, given as its results or its folder, with these results: it prints tables and returns the
-- comparison (see compare/script.lua).
function methods:compare(a, b, metric)
   if type(a) == "string" or getmetatable(a) == meta then
      return compare_with(self, a, b)
   end
   return summaries.compare(a, b, metric, self.margin, self.read)
end

-- The verdicts of the table and of the titles about speed, corrected jointly and computed once.
local function table_verdicts(self)
   if not self.versus then
      local function compare(...) return self:compare(...) end
      self.versus, self.tests, self.families.speed = verdicts.of_table(self.cells, compare)
   end
   return self.versus, self.tests
end

local function family_of(self, cell, metric)
   table_verdicts(self)
   if metric == model_reference.metric(cell) then
      return self.families.speed
   end
   self.families[metric] = self.families[metric] or verdicts.of_metric(self.cells, metric,
      function(...) return self:compare(...) end)
   return self.families[metric]
end

--- Returns how cell a compares with cell b, as rows and titles say it: corrected jointly with the verdicts
-- that are read together with it (analysis/verdicts.lua). For a pair that isn't read there: like compare.
function methods:verdict(a, b, metric)
   return verdicts.between(family_of(self, a, metric), a, b) or self:compare(a, b, metric)
end

--- Returns a cell's verdict against its reference; nil for the reference itself.
function methods:versus_reference(cell) return table_verdicts(self)[cell] end

--- Returns how many verdicts of the table are tests, and how many tests there are in their family: those of
-- the table and those of titles. All are corrected jointly to an error rate of 5 %.
function methods:verdict_count()
   local _, tests = table_verdicts(self)
   return tests, self.families.speed.tests
end

--- Returns the errors of a cell if other cells have another share of them, else nil (see model/errors.lua).
function methods:errors_apart(cell) return errors.apart(self.cells, cell) end

--- Returns whether the verdicts are the same without the trials that others disturbed (analysis/trust.lua): {
--  noisy, verdicts, changed, text }; nil if no trial was disturbed.
function methods:trust()
   if self.trusted == nil then
      local found = trust.of(self.cells, function(...) return self:compare(...) end)
      self.trusted = found or false
      if found then
         found.text = trust_words.sentence(found)
      end
   end
   return self.trusted or nil
end

--- Returns how strongly trials could depend on the ones before them without showing it, and which differences
-- in the table that would put in doubt (analysis/hidden_dependence.lua): { trials, correlation, factor,
-- differences, doubtful, text }; nil if no cell has trials enough for an interval.
function methods:hidden_dependence()
   if self.hidden == nil then
      self.hidden = hidden_dependence.of(self) or false
   end
   return self.hidden or nil
end

--- Returns the sentences of the fairness audit, and the warnings from reading the files.
function methods:audit() return fairness.of(self) end

--- Returns why jobs failed (see model/failures.lua), the most frequent kind first.
function methods:failures()
   self.why_failed = self.why_failed or failed_jobs.of(self.cells)
   return self.why_failed
end

--- Returns how often answers passed the experiment's checks (see model/checks.lua), in its order.
function methods:checks()
   self.checked = self.checked or answer_checks.of(self.cells)
   return self.checked
end

--- Returns "same", "different" or "not shown" if the experiment compares what its jobs return; otherwise nil
-- (see analysis/fairness/results.lua).
function methods:same_results() return (fairness.same_results(self)) end

--- Returns sentences about slow first trials and drift (see steadiness.lua).
function methods:steadiness()
   self.unsteady = self.unsteady or steadiness.warnings(self.cells)
   return self.unsteady
end

--- Returns what more workers bring, for each contender with at least three worker counts (see scaling.lua).
function methods:scaling()
   self.scaled = self.scaled or scaling.analyse(self)
   return self.scaled
end

--- Returns sentences about the contenders that could not run on this machine.
function methods:not_run()
   local found = {}
   for i, one in ipairs(self.manifest.not_run or {}) do
      found[i] = ("%s: %s%s"):format(one.label, one.reason,
         one.package and ("; install the package %s"):format(one.package) or "")
   end
   return found
end

--- Returns a chart's finding in one sentence; by default that of the whole run: the speed chart's, or that of
-- closed and open loops if all contenders ran both ways. Returns nil, reason if these rows have nothing for
-- the chart. Raises (usage) for an unknown name.
function methods:finding(chart)
   if chart ~= nil and chart ~= "speed" then
      return require("bakeoff.charts").title(chart, self)
   end
   local both = chart == nil and both_loops.sentence(self, (select_cells.at_one_count(self)))
   local cells, _, metric = select_cells.ranked(self)
   return both or finding.compare(self, cells, metric)
end

--- Returns a figure's median over a cell's successful trials; nil if no trial has it. The figure is a name,
-- as in gates, or a function that reads it from a row. Raises (usage) for an unknown figure.
function methods.median(_, cell, figure)
   local read = type(figure) == "function" and figure
      or require("bakeoff.model.metrics").check(figure, "median").read
   return stats.median(cell_type.values(cell, read))
end

--- Returns the share of a core that each worker of a cell had while all worked (see analysis/shares.lua): {
-- share = list, largest first, cores = all together }; nil if no successful trial recorded it.
function methods:worker_shares(cell)
   local found = require("bakeoff.analysis.shares").of(self, cell)
   return found and { share = found.share, cores = found.cores } or nil
end

--- Returns the table of results, or a part of it, to be shown in a notebook (see views.lua for options).
function methods:table(options) return require("bakeoff.api.views").table(self, options) end

--- Returns a chart to be shown in a notebook. options: { workers = }. Raises (usage) without such a chart.
function methods:chart(name, options) return require("bakeoff.api.views").chart(self, name, options) end

--- Returns a figure of one cell with its interval: { median, low, high, text }; tostring gives the text.
function methods:value(contender, workers, figure)
   return require("bakeoff.api.views").value(self, contender, workers, figure)
end

--- Returns how contender a compares with b in a figure: { ratio, low, high, verdict, text }; tostring gives
-- the text.
function methods:ratio(a, b, workers, figure)
   return require("bakeoff.api.views").ratio(self, a, b, workers, figure)
end

local SUMMARY_KEYS = { "schema", "experiment", "finding", "reference", "interval", "auto",
   "verdicts", "trust", "hidden_dependence", "fairness", "failures", "checks", "same_results", "noise",
   "steadiness", "not_run", "cells", "scaling", "claims" }

local function cell_entries(self)
   local entries = json.array {}
   for index, cell in ipairs(self.cells) do
      local entry = self:summary_of(cell)
      entry.command = parameters.argv(cell, self.manifest)
      entry.parameters = parameters.by_name(parameters.scanned(cell, self.manifest))
      entry.vs_reference = summaries.written(self:versus_reference(cell))
      local far = steadiness.outliers(cell)
      entry.outliers = far and { tukey = json.array(far.tukey), mad = json.array(far.mad) }
      entries[index] = entry
   end
   return entries
end

--- Returns the summary as a table, with the content of summary.json.
function methods:summary_table()
   local reference = self.cells[1] and self:reference(self.cells[1].workers)
   local tests, family = self:verdict_count()
   return json.ordered(SUMMARY_KEYS, {
      schema = 1, experiment = self.manifest.experiment, finding = self:finding(),
      reference = reference and { label = reference.label, workers = reference.workers },
      interval = { level = stats.LEVEL, method = "order statistics, interpolated (Hettmansperger and"
         .. " Sheather); of scaling laws: of the fits to single blocks", resamples = scaling.RESAMPLES,
         seed = self.seed, fewest = stats.FEWEST },
      auto = self.manifest.auto, -- automatic repeats: what was asked for, what stopped them
      verdicts = { tests = tests, family = family, margin = self.margin, together = "Holm",
         level = stats.LEVEL,
         test = "t of the trimmed mean of log ratios, and the interval of their median" },
      trust = trust.written(self:trust()),
      hidden_dependence = hidden_dependence.written(self:hidden_dependence()),
      fairness = json.array(self:audit()), failures = failure_list.written(self:failures()),
      checks = check_list.written(self:checks()),
      steadiness = json.array(self:steadiness()),
      same_results = self:same_results(), noise = noise_report.summary(self.trials),
      not_run = json.array(self.manifest.not_run or {}),
      cells = cell_entries(self), scaling = self:scaling(),
      claims = self.claims and require("bakeoff.gate.claim").written(self.claims),
   })
end

--- Returns the same and writes it to summary.json. Returns nil, message if it can't be written.
function methods:summary()
   local summary = self:summary_table()
   local text = json.encode(summary, { pretty = true })
   local ok, message = files.write(self.dir .. "/summary.json", text, "own")
   return ok and summary, message
end

--- Writes summary.json, report.md, report.html, the charts and the exports that the command line asks for,
-- and prints a summary (see report/init.lua for options). Inside an untrusted run, all of that is left to the
-- command outside. Returns true, or false and a line if something
-- was not drawn; the rows are kept in any case.
function methods:report(options)
   if confined.leaves_reports() then
      self.reported, self.drawn = true, true
      return true
   end
   run_folder.check_place(self.dir, self.lock)
   local ok, message = require("bakeoff.report").make(self, options or {}, script_options.run_settings())
   self.reported, self.drawn = true, ok -- bakeoff/script/session.lua reads them when the script ends
   if self.exports then
      require("bakeoff.cli.exports").add(self.exports, self)
   end
   return ok, message
end

--- Raises (trial) naming every gate that failed; gate/init.lua describes what a gate may say. Gates that hold
-- for the medians but are not shown are named on standard error, and returned after true; with the option
-- fail_undecided they raise (undecided).
function methods:gate(gates, options)
   local holds, not_shown = require("bakeoff.gate").check(self, gates, options)
   if not_shown then
      io.stderr:write("bakeoff: ", not_shown, "\n")
   end
   return holds, not_shown
end

--- Makes a claim about these results: `says` is a sentence, `conditions` one condition in the language of
-- gates or a list of them (gate/claim.lua). Shows and returns its outcome. Raises (usage) for unknown figures
-- and contenders, never for what the run shows.
function methods:claim(says, conditions) return require("bakeoff.api.claim").about(self, says, conditions) end

locale.plain_all(methods)

return locale.plain_all(results)
