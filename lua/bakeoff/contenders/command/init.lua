--- Another program, measured from start to end: see src/programs/guardian. Its command line tells it what to
-- do (placeholders.lua); the server's counts tell how much of it was done.

local core = require "bakeoff.core"
local placeholders = require "bakeoff.contenders.command.placeholders"
local random_values = require "bakeoff.contenders.random_values"
local text = require "bakeoff.base.text"
local variables = require "bakeoff.contenders.command.variables"
local work_files = require "bakeoff.contenders.command.work_files"

local command = { name = "command", records_no_jobs = true }

local LONGEST_LINE = 200 -- of stderr, in a reason

local ALL_CODES = {}
for code = 0, 255 do
   ALL_CODES[code + 1] = code
end

-- --- in the bench, before the trial ---------------------------------------------------------------

local function values_of(experiment, files, planned, drawn)
   local cell = planned.cell
   local uses = cell.entry.uses
   local values = {
      urls = uses.urls and files:list("urls", experiment.urls), url = uses.url and experiment.urls[1],
      items = uses.items and files:list("items", experiment.items), out = uses.out and files:out(),
      count = experiment.count, workers = cell.workers, seed = experiment.seed,
      ["repeat"] = planned["repeat"] or 0,
   }
   for name, value in pairs(drawn or {}) do
      values[name] = value
   end
   return values
end

-- shake: bytes to add, or nil
local function environment_of(env, values, shake)
   if not (env or shake) then
      return nil
   end
   local expanded = {}
   if shake then
      local name, value = variables.filler(shake)
      expanded[name] = value
   end
   for name, value in pairs(env or {}) do
      expanded[name] = value and placeholders.expand(value, values)
   end
   return (variables.of(expanded))
end

-- Where the streams go. Standard output may belong to an export.
local function streams_of(experiment, options)
   if not options.show_output then
      return options.pipe_output and "piped" or "kept"
   end
   for _, export in ipairs((experiment.settings or {}).exports or {}) do
      if export.path == "-" then
         return "errors"
      end
   end
   return "shown"
end

local function expand(word, values) return word and placeholders.expand(word, values) end

-- own: what only the measured program has (stdin, stdout, streams, ok_codes, counts), or what replaces it.
local function program_of(argv, options, values, own, shake)
   return argv and assert(core.program {
      argv = placeholders.expand_all(argv, values), environment = environment_of(options.env, values, shake),
      cwd = expand(options.cwd, values), streams = own.streams,
      stdin = expand(own.stdin, values), stdout = expand(own.stdout, values),
      counts = own.counts, ok_codes = own.ok_codes == "all" and ALL_CODES or own.ok_codes,
   })
end

-- The file that the measured program reads; "-" is the bench's own input, which every trial gets from its
-- beginning.
local function input_of(options, files)
   return options.stdin == "-" and files:input() or options.stdin
end

-- Programs that run before the measured program, in this order; and all that run beside it.
local BEFORE, BESIDE = { "empty", "prepare" }, { "empty", "prepare", "conclude" }

--- → the context for the trial and for `after`
function command.before(experiment, planned)
   local options = planned.cell.entry.options
   local files = experiment.files
   if not files then -- a trial outside a run
      files = work_files.new(os.tmpname() .. "~")
   end
   local drawn = random_values.draw(experiment.random, planned.cell.entry.uses, planned.block or 0,
      experiment.seed)
   local values = values_of(experiment, files, planned, drawn)
   local shake = experiment.shake and variables.shake(planned, experiment.seed) or nil
   local context = {
      shake = shake, random = drawn, files = files, is_alone = files ~= experiment.files,
      has_out = values.out and true, before = {}, guardian = experiment.guardian,
   }
   local streams = streams_of(experiment, options)
   context.program = program_of(options.argv, options, values, { stdin = input_of(options, files),
      stdout = options.stdout, ok_codes = options.ok_codes, streams = streams,
      counts = experiment.counters }, shake)
   local other = { streams = streams ~= "piped" and streams or "kept" }
   for _, name in ipairs(BESIDE) do
      context[name] = program_of(options[name], options, values, other, shake)
   end
   for _, name in ipairs(BEFORE) do
      table.insert(context.before, context[name])
   end
   return context
end

--- The program of a field that belongs to no trial: "setup" or "cleanup". → program or nil, the key of what
-- it does: programs with the same key do the same
function command.once(experiment, entry, name)
   local options, files, uses = entry.options, experiment.files, entry.uses
   if not options[name] then
      return nil
   end
   local values = { urls = uses.urls and files:list("urls", experiment.urls),
      url = uses.url and experiment.urls[1], items = uses.items and files:list("items", experiment.items),
      count = experiment.count, seed = experiment.seed }
   local cwd = options.cwd and placeholders.expand(options.cwd, values) or ""
   local streams = streams_of(experiment, options)
   local own = { streams = streams ~= "piped" and streams or "kept" }
   local program = program_of(options[name], options, values, own)
   return program, table.concat(placeholders.expand_all(options[name], values), "\0") .. "\0\0" .. cwd
end

-- --- in the bench, after the trial ----------------------------------------------------------------

-- In one line: how a program failed, and the end of what it said.
local function reason_of(result)
   local line = text.last_line(text.printable(result.stderr_tail))
   return result.description .. (line and ": " .. text.cut(line, LONGEST_LINE) or "")
end

-- How much of the work was done: with a server, the number of requests that it answered without error.
local function jobs_of(experiment, row)
   local done = row.status == "ok" and experiment.count or 0
   if experiment.urls and row.server then
      done = math.min(experiment.count, row.server.requests - row.server.errors)
   end
   return { submitted = experiment.count, done = done, failed = experiment.count - done, lost = 0 }
end

-- The first earlier program that was started and failed. → its name, result; or nothing
local function failed_before(context)
   for _, name in ipairs(BEFORE) do
      local result = context[name] and context[name]:result()
      if result and not result.ok then
         return name, result
      end
   end
end

local function add_failure(row, context, result)
   if row.status == "ok" then
      return
   end
   row.stderr_tail = result.stderr_bytes > 0 and text.printable(result.stderr_tail) or nil
   local name, before = failed_before(context)
   if row.status ~= "failed" then
      return
   elseif name then
      row.reason = name .. ": " .. (before.state == "ended" and reason_of(before) or row.reason)
   elseif result.state == "ended" then
      row.reason = reason_of(result)
   end
end

-- Runs the program that follows each run, however that ended; not if it never began. A signal that ended the
-- trial must not end this one, too.
local function conclude(context, row, interrupt, run)
   local result = context.conclude and context.program:result()
   if not result or result.state == "new" or result.state == "failed" then
      return
   end
   while row.status == "interrupted" and interrupt and interrupt:take() do
   end
   local how, reason = run(context.conclude)
   if how == "interrupted" then
      row.status, row.reason = "interrupted", "interrupted"
   elseif how ~= "ok" and row.status == "ok" then
      result = context.conclude:result()
      row.status = "failed"
      row.reason = "conclude: " .. (result.state == "ended" and reason_of(result) or reason)
   end
end

-- As for other contenders: a trial with some failed jobs is valid; one in which all jobs failed is not.
local function judge_jobs(row)
   if row.status ~= "ok" or row.jobs.failed == 0 then
      return
   end
   row.status = row.jobs.done > 0 and "ok" or "failed"
   row.reason = ("%d of %d jobs failed: the server saw %d requests and answered %d with an error"):format(
      row.jobs.failed, row.jobs.submitted, row.server.requests, row.server.errors)
end

-- Fields about single jobs, which a program's trial can't have.
local JOB_FIELDS = { "in_flight_peak", "ipc_bytes", "latency_s", "queue_s", "service_s", "latency_spectrum",
   "recorder_bytes" }

--- Adds the fields that only this contender has to the trial's row, and removes those it can't know.
-- run(program) → status, reason: runs another program unmeasured. interrupt: the bench's, or nil.
function command.after(experiment, context, row, interrupt, run)
   local result = context.program:result()
   local empty = context.empty and context.empty:result()
   local server = experiment.urls and row.server or {}
   row.exit, row.startup_s = result.exit, empty and empty.wall_s
   row.shake_bytes, row.random = context.shake, context.random
   row.jobs, row.bytes, row.connections = jobs_of(experiment, row), server.bytes, server.connections
   for _, name in ipairs(JOB_FIELDS) do
      row[name] = nil
   end
   row.memory.footprint_baseline_bytes = nil -- no process to measure before the program starts
   row.memory.probe_paused_cpu_s = nil -- the program never waits for the sampler
   add_failure(row, context, result)
   judge_jobs(row)
   conclude(context, row, interrupt, run)
   if context.is_alone then
      context.files:remove()
   elseif context.has_out then
      context.files:clear_out()
   end
end

--- Why a program failed, in one line.
command.reason_of = reason_of

return command
