--- `bake.experiment { … }:run()`: applies the settings of the command line to an experiment. The session
-- reports its results when the script ends.

local locale = require "bakeoff.base.locale"
local measured = require "bakeoff.experiment"
local options = require "bakeoff.script.options"
local session = require "bakeoff.script.session"

local experiment = setmetatable({}, { __index = measured })
experiment.__index = experiment

--- given: the script's table. Raises (usage) naming the field.
function experiment.new(given)
   return setmetatable(measured.new(given, options.run_settings()), experiment)
end

local function measure(self)
   return self:measure(function() session.mark(130) end, function() session.mark(1) end)
end

--- Runs the trials that are missing and returns the results (see results.lua). Ctrl-C keeps the rows and
-- raises the interruption.
function experiment:run()
   local run_experiment = session.runner()
   if run_experiment then
      return run_experiment(self, measure)
   end
   local folder = measure(self)
   -- Loaded only after the trials, so that the modules for reports and charts don't count as their memory.
   local found = require("bakeoff.api.results").load(folder.path)
   found.exports, found.lock = self.settings.exports, folder.lock
   return session.add(found)
end

return locale.plain_all(experiment)
