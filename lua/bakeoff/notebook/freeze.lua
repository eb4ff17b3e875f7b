--- Frozen runs: inside a notebook, an experiment loads its run folder if the folder's key is that of the
-- experiment asked for, and measures otherwise.
--
-- A set of runs is replaced only as a whole, when the last trial has ended: until then it is measured beside
-- it, in work/, where an interrupted measurement continues at the next weaving. The set that was replaced
-- stays in work/replaced/ until the next one.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local key = require "bakeoff.experiment.key"
local numbers = require "bakeoff.base.numbers"
local records = require "bakeoff.experiment.records"
local resume = require "bakeoff.experiment.resume"
local rows = require "bakeoff.runs.rows"
local session = require "bakeoff.script.session"

local freeze = {}

-- The manifest of a run folder; nil if there is none that can be read.
local function manifest_of(folder)
   local text = files.read(folder .. "/manifest.json")
   local manifest = text and rows.decode(text)
   return manifest and type(manifest.key) == "table" and manifest or nil
end

-- Does this key describe one run with certainty? What can't be compared may have changed.
local function is_certain(one) return type(one.digest) == "string" and one.unknown == nil end

-- Groups of a key that say where a run was measured, and not what.
local PLACES = { machine = true, versions = true, installed = true }

-- Repeats, and the rule of automatic ones, are in no key: --resume may change them.
local function repeats_differ(manifest, experiment)
   local rule, frozen = records.auto(experiment), type(manifest.auto) == "table" and manifest.auto or {}
   if not rule and manifest.repeats ~= experiment.repeats then
      return ("it has %d repeats, and the frozen run %d"):format(experiment.repeats, manifest.repeats or 0)
   end
   for name, value in pairs(rule or {}) do
      if ("%.9g"):format(tonumber(frozen[name]) or -1) ~= ("%.9g"):format(value) then
         return ("auto.%s differs from its frozen run"):format(name:gsub("_s$", ""))
      end
   end
end

--- Why the run in a folder is not the one asked for; nil if it is. now: its key; options: anywhere = true:
-- machine, versions and installed programs don't count. → sentence; or nil, the manifest, list of what
-- differs of these
function freeze.difference(folder, experiment, now, options)
   local manifest = manifest_of(folder)
   if not manifest then
      return "there is no frozen run of it"
   elseif manifest.status ~= "complete" then
      return "its frozen run is not complete"
   elseif repeats_differ(manifest, experiment) then
      return repeats_differ(manifest, experiment)
   elseif not is_certain(now) then
      local one = now.unknown[1]
      return ("its key can't cover %s, which is %s; let the function make it itself"):format(one.what,
         one.kind)
   end
   local elsewhere = {}
   for _, difference in ipairs(key.differences(manifest.key, now)) do
      if not ((options or {}).anywhere and PLACES[difference.group]) then
         return ("%s differs from its frozen run (%s)"):format(difference.name, difference.group)
      end
      elsewhere[#elsewhere + 1] = difference.name
   end
   return nil, manifest, elsewhere
end

-- --- measuring ------------------------------------------------------------------------------------

-- Can an interrupted measurement of this experiment be continued? --resume decides.
local function is_begun(folder, experiment, now)
   local manifest = manifest_of(folder)
   return manifest and manifest.status ~= "complete" and pcall(resume.check, experiment, now, manifest)
end

local function moved(from, to)
   local ok, message = os.rename(from, to)
   if not ok then
      failure.trial("%s can't be moved to %s (%s)", from, to, message)
   end
end

local function replace(from, place, name)
   local to, old = place.runs .. "/" .. name, place.work .. "/replaced/" .. name
   core.mkdirs(place.runs)
   if core.file_kind(to) then
      core.remove_tree(old)
      core.mkdirs(place.work .. "/replaced")
      moved(to, old)
   end
   moved(from, to)
   return to
end

-- A process that was killed between its last trial and `replace` has left a whole run.
local function is_whole(state, folder, experiment, now)
   return not state.fresh and not freeze.difference(folder, experiment, now)
end

local function measure_now(state, experiment, now, measure)
   local work = state.place.work .. "/" .. experiment.name
   if is_whole(state, work, experiment, now) then
      return replace(work, state.place, experiment.name)
   end
   experiment.out, experiment.resume = state.place.work, is_begun(work, experiment, now)
   experiment.continued_by = "the next weaving"
   if not experiment.resume then
      core.remove_tree(work)
   end
   local folder = measure(experiment)
   if folder.lock then
      folder.lock:close()
   end
   os.remove(work .. "/.lock")
   return replace(work, state.place, experiment.name)
end

-- --- what runs experiments ------------------------------------------------------------------------

--- A run that is not frozen can't be measured, since the weaving must not measure. Raised by the runner;
-- fields: name (of the experiment), reason.
freeze.NOT_FROZEN = { __tostring = function(self)
   return ("the experiment '%s' would have to be measured: %s"):format(self.name, self.reason)
end }

--- → the error object for an experiment's name and the reason why it isn't frozen
function freeze.not_frozen(name, reason)
   return setmetatable({ name = name, reason = reason }, freeze.NOT_FROZEN)
end

local function refuse_twice(state, name)
   if state.names[name] then
      failure.usage("the experiment '%s' has run already in this notebook; give each its own name", name)
   end
   state.names[name] = true
end

-- Failed trials stay in a frozen run, since their experiment may be about failures.
local function say_failed(state, name, found)
   local failed = 0
   for _, trial in ipairs(found.trials) do
      failed = failed + (trial.status ~= "ok" and 1 or 0)
   end
   if failed > 0 then
      state.say(("%s: %d of %s failed; --fresh measures again"):format(name, failed,
         numbers.plural(#found.trials, "trial")))
   end
end

-- → the entry of the run in state.runs
local function run_of(state, experiment, measure)
   local now, folder = key.of(experiment), state.frozen_at .. "/" .. experiment.name
   -- Who must not measure here takes what was measured elsewhere.
   local reason, manifest, elsewhere = freeze.difference(folder, experiment, now,
      { anywhere = state.anywhere or state.frozen_only })
   local is_loaded = manifest and not state.fresh
   local run = { name = experiment.name, key = is_loaded and manifest.key.digest or now.digest,
      frozen = not reason and not state.fresh, differs = reason, elsewhere = elsewhere, folder = folder }
   if run.frozen then
      return run
   elseif state.frozen_only then
      error(freeze.not_frozen(experiment.name, reason or ""), 0)
   end
   state.say(("%s: measuring, because %s"):format(experiment.name, state.fresh and "of --fresh" or reason))
   run.folder = measure_now(state, experiment, now, measure)
   return run
end

--- A function for session.run_by. state: { weaving (weaving.lua); anywhere = true; say = function(line); and
-- by the first experiment, when the command line is known: place (place.lua) = where to measure, frozen_at =
-- folder of the frozen runs, fresh = true (measures again), frozen_only = true (raises NOT_FROZEN instead of
-- measuring) }; it gets `runs`: list of { name, folder, key = digest, frozen, started, differs = why the
-- frozen run is not the one asked for, or nil, elsewhere = what differs of machine and versions }.
function freeze.runner(state)
   state.names, state.runs = {}, {}
   return function(experiment, measure)
      refuse_twice(state, experiment.name)
      local run = state.weaving:without(run_of, state, experiment, measure)
      local found = require("bakeoff.api.results").load(run.folder)
      say_failed(state, experiment.name, found)
      run.started = found.manifest.started
      state.runs[#state.runs + 1] = run
      return session.add(found)
   end
end

return freeze
