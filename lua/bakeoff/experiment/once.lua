--- What commands need once: their `setup` before the first warm-up, and their `cleanup` after the last trial,
-- also if the run fails or is interrupted. What is the same for several entries runs once for all of them.
-- Neither is measured, and neither has a time limit. A to-be-closed value: closing it cleans up.

local command = require "bakeoff.contenders.command"
local failure = require "bakeoff.base.failure"
local trial = require "bakeoff.experiment.trial"

local once = {}
once.__index = once

--- run: the state of a run (experiment/init.lua), with `on_failure`, which is called if a cleanup fails.
function once.new(experiment, run)
   return setmetatable({ experiment = experiment, run = run, ready = {} }, once)
end

-- → status, reason
local function execute(self, entry, program)
   local experiment = self.experiment
   local status, reason = trial.run_program(experiment:jobs_of(entry), program, self.run.interrupt,
      experiment.guardian)
   local result = program:result()
   return status, status == "failed" and result.state == "ended" and command.reason_of(result) or reason
end

--- Runs the setups. Raises if one fails: then nothing is measured, and only what was set up is cleaned up.
-- stop_if_interrupted(row): raises if the row's status is "interrupted".
function once:set_up(stop_if_interrupted)
   local done = {}
   for _, entry in ipairs(self.experiment.contenders) do
      local program, key = nil, nil
      if entry.uses then
         program, key = command.once(self.experiment, entry, "setup")
      end
      if program and not done[key] then
         local status, reason = execute(self, entry, program)
         stop_if_interrupted { status = status }
         if status ~= "ok" then
            self.run.manifest.status = "interrupted" -- --resume tries again
            self.run.folder:write_manifest(self.run.manifest)
            failure.trial("setup: %s; nothing was measured", reason)
         end
         done[key] = true
      end
      self.ready[#self.ready + 1] = entry.uses and entry or nil
   end
end

function once:__close()
   local done = {}
   for _, entry in ipairs(self.ready) do
      local program, key = command.once(self.experiment, entry, "cleanup")
      if program and not done[key] then
         done[key] = true
         local status, reason = execute(self, entry, program)
         if status ~= "ok" then
            self.run.progress:clear()
            io.stderr:write(("%s: cleanup: %s\n"):format(self.experiment.name, reason))
            self.run.on_failure()
         end
      end
   end
end

return once
