--- Trials against the fixture, for tests: what an experiment would run, one trial at a time.

local core = require "bakeoff.core"
local contender_type = require "bakeoff.model.contender"
local contenders = require "bakeoff.contenders"
local plan = require "bakeoff.experiment.plan"
local spec = require "bakeoff.experiment.spec"
local spec_rate = require "bakeoff.experiment.spec_rate"
local statuses = require "bakeoff.net.statuses"
local trial = require "bakeoff.experiment.trial"

local support = {}

support.CONTENDERS = {}
for _, name in ipairs(contender_type.NAMES) do
   table.insert(support.CONTENDERS, contender_type.is_model(name) and name or nil)
end
support.TASK_CONTENDERS = contender_type.unasked "task"

--- Runs one trial of a contender. fields: the experiment's; options: the contender entry's.
-- → row, result, jobs
function support.run(name, fields, workers, options)
   local given = { name = "test" }
   for key, value in pairs(fields) do
      given[key] = value
   end
   local experiment = spec.check(given, {})
   experiment.fetch.session_per_request = experiment.session == "per-request"
   experiment.fetch.retries = experiment.retries
   experiment.fetch.expect = experiment.expect and statuses.bounds(experiment.expect)
   experiment.fetch.checks = experiment.check and core.checks(experiment.check.list, experiment.check.fail)
   local jobs = core.jobs { urls = experiment.urls, process = experiment.process, items = experiment.items,
      task = experiment.task, shared = experiment.shared, fetch = experiment.fetch,
      save = experiment.save, rows_max = experiment.job_rows, same_results = experiment.same_results }
   local contender = contenders.get(name, "test")
   assert(not contender.sends_items or jobs:encode(contender.copies_function))
   local entry = { contender = contender, options = options, argument = "test" }
   spec_rate.complete({ entry }, experiment, experiment.count, experiment.timeout)
   local cell = { entry = entry, contender = name, label = name,
      workers = contender_type.of(name).fixed_workers or workers or 3 }
   local result, row = trial.run(experiment, jobs, { cell = cell, ["repeat"] = 1, block = 1 })
   return row, result, jobs
end

--- Runs one trial of a command. fields: the experiment's; entry: { argv = …, … }. → row, result
function support.run_command(fields, entry, settings)
   local given = { name = "test", contenders = { { "command" } } }
   for key, value in pairs(fields) do
      given[key] = value
   end
   for key, value in pairs(entry) do
      given.contenders[1][key] = value
   end
   local experiment = spec.check(given, settings or {})
   local planned = { cell = plan.cells(experiment)[1], ["repeat"] = 2, block = 2 }
   local jobs = core.jobs { urls = {} }
   local result, row = trial.run(experiment, jobs, planned)
   return row, result, jobs
end

--- Runs one trial of every contender that supports the job's form and calls check(name, row, result, jobs).
function support.each(fields, check)
   for _, name in ipairs(fields.task and support.TASK_CONTENDERS or support.CONTENDERS) do
      check(name, support.run(name, fields))
   end
end

--- The lines of jobs.csv that a trial would write, each parsed into its fields.
function support.job_lines(result, jobs)
   local file <close> = assert(io.tmpfile())
   result:write_jobs(file, "c,l,1,1", jobs)
   file:seek("set")
   local lines = {}
   for line in file:lines() do
      local fields = {}
      for field in (line .. ","):gmatch("([^,]*),") do
         fields[#fields + 1] = field
      end
      lines[#lines + 1] = { job = tonumber(fields[5]), worker = tonumber(fields[6]), status = fields[7],
         error = fields[8], http_status = fields[9], bytes = tonumber(fields[10]),
         times = table.move(fields, 11, 18, 1, {}),
         waited = tonumber(fields[19]), cpu = tonumber(fields[20]), curl_code = fields[21],
         retries = tonumber(fields[22]), asked_retries = tonumber(fields[23]) }
   end
   return lines
end

return support
