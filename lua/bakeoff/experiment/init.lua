--- An experiment: one job, every contender. Plans the trials, runs them one by one, and keeps their rows in a
-- run folder. What scripts call is bakeoff/api/experiment.lua.

local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local manifest = require "bakeoff.experiment.manifest"
local once = require "bakeoff.experiment.once"
local plan = require "bakeoff.experiment.plan"
local progress = require "bakeoff.experiment.progress"
local redact = require "bakeoff.experiment.redact"
local resume = require "bakeoff.experiment.resume"
local rows = require "bakeoff.runs.rows"
local run_folder = require "bakeoff.experiment.run_folder"
local saved_files = require "bakeoff.experiment.saved_files"
local servers = require "bakeoff.experiment.servers"
local spec = require "bakeoff.experiment.spec"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local statuses = require "bakeoff.net.statuses"
local text = require "bakeoff.base.text"
local trial = require "bakeoff.experiment.trial"
local work_files = require "bakeoff.contenders.command.work_files"

local LONGEST_REASON = 300 -- bytes of a warm-up's reason; trials keep the whole

local experiment = {}
experiment.__index = experiment

--- Checks everything that can be checked before measuring; raises usage failures that name the field.
-- given: the script's table; settings: what the command line says (script/options.lua: run_settings).
function experiment.new(given, settings)
   local self = setmetatable(spec.check(given, settings), experiment)
   self.settings = settings
   self.contenders, self.not_run = spec_contenders.present(self.contenders)
   self.cells = plan.cells(self)
   plan.check(self.cells, self.repeats)
   self.jobs_by_session = {}
   self:encode()
   return self
end

--- Encodes what workers receive (the function, items, `shared`), with the values it captures now. Raises if
-- something can't be sent.
function experiment:encode()
   for _, entry in ipairs(self.contenders) do
      local contender, ok, message = entry.contender, true, nil
      local copies = contender.copies_function or contender.copies_process and self.process
      if copies or contender.sends_items then
         ok, message = self:jobs_of(entry):encode(copies)
      end
      if not ok then
         failure.usage("%s; %s gives each worker a copy of %s: let it make what it needs itself, " ..
            "or leave %s out", message, entry.label, message:match("^%w+"), entry.label)
      end
   end
end

-- Contenders that record no jobs share an empty list.
local function without_jobs(self)
   self.jobs_by_session.none = self.jobs_by_session.none or core.jobs { urls = {} }
   return self.jobs_by_session.none
end

--- The jobs of a contender, shared by all contenders with the same session.
function experiment:jobs_of(entry)
   if entry.contender.records_no_jobs then
      return without_jobs(self)
   end
   local kind = entry.session or self.session
   local jobs = self.jobs_by_session[kind]
   if not jobs then
      local fetch = {}
      for key, value in pairs(self.fetch) do
         fetch[key] = value
      end
      fetch.session_per_request, fetch.retries = kind == "per-request", self.retries
      fetch.expect = self.expect and statuses.bounds(self.expect)
      fetch.checks = self.check and core.checks(self.check.list, self.check.fail)
      jobs = core.jobs { urls = self.urls, process = self.process, items = self.items, task = self.task,
         shared = self.shared, fetch = fetch, save = self.save, rows_max = self.job_rows,
         same_results = self.same_results }
      self.jobs_by_session[kind] = jobs
   end
   return jobs
end

-- now: the manifest of this run
local function open_folder(self, now)
   if self.resume then
      local folder, done, before, count = run_folder.resume(self.out, self.name, self.repeat_failed)
      if folder then
         resume.check(self, now.key, before)
         folder:keep()
         return folder, done, count, before.started
      end
   end
   return run_folder.create(self.out, self.name), {}, 0
end

local function missing(self, done)
   local trials = {}
   for _, planned in ipairs(plan.trials(self.cells, self.repeats, self.seed)) do
      if not done[cell_type.trial_key(planned.cell.label, planned.cell.workers, planned["repeat"])] then
         trials[#trials + 1] = planned
      end
   end
   return trials
end

-- A signal left pending would end the command when the guard is closed.
local function take_signals(interrupt)
   local any = false
   while interrupt:take() do
      any = true
   end
   return any
end

local function stop_if_interrupted(run, row)
   if take_signals(run.interrupt) or (row and row.status == "interrupted") then
      run.progress:clear()
      run.manifest.status = "interrupted"
      run.folder:write_manifest(run.manifest)
      run.on_interrupt()
      failure.interrupted("interrupted: %d of %s%d trials are kept in %s; %s runs the rest", run.kept,
         run.watch and "at most " or "", run.total, run.folder.path, run.continued_by)
   end
end

-- gone: of servers:gone, or nil
local function stop_without_server(self, run, gone)
   if gone then
      run.progress:clear()
      if self.keep_going then
         io.stderr:write(("%s: %s; the run goes on without it\n"):format(self.name, gone.said))
         return
      end
      run.manifest.status = "interrupted"
      run.folder:write_manifest(run.manifest)
      failure.trial("%s; %d of %d trials are kept in %s, and --resume --failed runs the rest and repeats " ..
         "those that failed", gone.said, run.kept, run.total, run.folder.path)
   end
end

-- → result, row, and what servers:gone says. A trial that was ended may have been writing.
local function run_trial(self, jobs, planned, run)
   local result, row = trial.run(self, jobs, planned, run.interrupt)
   if row.status ~= "ok" then
      saved_files.tidy(self.save)
   end
   local gone = row.status ~= "interrupted"
      and run.servers:gone(result, row, jobs, planned.cell.entry.contender.records_no_jobs) or nil
   if gone and row.status == "ok" then
      row.status, row.reason = "failed", gone.during
   end
   return result, row, gone
end

local function warm_up(self, run)
   local trials = plan.warmups(self.cells, self.warmup)
   for i, planned in ipairs(trials) do
      run.progress:start(trials, i, 0, self.name .. ": warm-up")
      local result, row, gone = run_trial(self, self:jobs_of(planned.cell.entry), planned, run)
      result:free()
      stop_if_interrupted(run, row)
      run.progress:stop(planned)
      stop_without_server(self, run, gone)
      if row.status ~= "ok" then
         run.progress:clear()
         redact.row(row, run.secrets)
         io.stderr:write(("%s: warm-up of %s: %s: %s\n"):format(self.name, cell_type.name_of(planned.cell),
            row.status, (text.brief(row.reason or "", LONGEST_REASON))))
      end
   end
end

local function measure(self, run, trials)
   for i, planned in ipairs(trials) do
      stop_if_interrupted(run)
      if run.watch and run.watch:is_enough(planned.block) then
         return
      end
      run.progress:start(trials, i, run.before, self.auto and self.name .. ": at most" or self.name)
      local jobs, start = self:jobs_of(planned.cell.entry), core.now()
      local result <close>, row, gone = run_trial(self, jobs, planned, run)
      if row.status ~= "interrupted" then
         redact.row(row, run.secrets)
         run.folder:append(result, row, jobs)
         run.kept = run.kept + 1
         if run.watch then
            run.watch:add(row, core.now() - start)
         end
      end
      stop_if_interrupted(run, row)
      run.progress:stop(planned)
      stop_without_server(self, run, gone)
   end
end

-- Standard input is read before Ctrl-C is held back: a user may be typing.
local function read_input(self)
   for _, entry in ipairs(self.contenders) do
      if entry.uses and entry.options.stdin == "-" then
         self.files:input()
      end
   end
end

local function shows_output(self)
   for _, entry in ipairs(self.contenders) do
      if entry.uses and entry.options.show_output then
         return true
      end
   end
   return false
end

local function has_good(trials)
   for _, row in ipairs(trials) do
      if row.status == "ok" and (row.jobs or {}).failed == 0 then
         return true
      end
   end
   return false
end

local function run_trials(self, run, trials)
   local ready <close> = once.new(self, run)
   ready:set_up(function(row) stop_if_interrupted(run, row) end)
   warm_up(self, run)
   measure(self, run, trials)
end

--- Runs the missing trials and returns the run folder ({ path, lock }: see run_folder.lua). Rows are on disk
-- as trials end; Ctrl-C keeps them, calls on_interrupt() and raises the interruption. on_failure() is called
-- if a cleanup fails.
function experiment:measure(on_interrupt, on_failure)
   self:encode()
   local now = manifest.new(self)
   local folder, done, count, started = open_folder(self, now)
   local trials = missing(self, done)
   local files <close> = work_files.new(folder:file("files~"))
   self.files = files
   if #trials > 0 then
      read_input(self)
   end
   local interrupt <close> = assert(core.interrupt_open())
   local run = { folder = folder, interrupt = interrupt, manifest = now, before = count,
      kept = count, total = count + #trials, progress = progress.new(shows_output(self)),
      secrets = redact.hidden(self).values, on_interrupt = on_interrupt, on_failure = on_failure,
      continued_by = self.continued_by or "--resume" }
   run.servers = servers.new(self, count > 0 and has_good(rows.trials(folder.path, {})))
   run.manifest.started = started or run.manifest.started
   run.watch = self.auto and
      require("bakeoff.experiment.auto_repeats").watch(self, rows.trials(folder.path, {}), run.manifest)
   folder:write_manifest(run.manifest)
   local guardian <close> = assert(core.guardian())
   self.guardian = guardian
   saved_files.tidy(self.save) -- of a run that was killed
   if #trials > 0 and not (run.watch and run.watch:is_enough(trials[1].block)) then
      run_trials(self, run, trials)
   end
   if run.watch then
      run.watch:finish()
   end
   run.progress:clear()
   manifest.complete(run.manifest, self.settings)
   folder:write_manifest(run.manifest)
   return folder
end

return experiment
