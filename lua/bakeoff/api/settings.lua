--- bake.settings: what the command line sets for this run, for scripts that need to know it themselves.

local options = require "bakeoff.script.options"

local settings = {}

local FIELDS = { "out", "repeats", "warmup", "workers", "contenders", "seed", "timeout", "rate", "resume" }

--- Returns a copy: `out` always, other fields only if given. Parses the command line if that hasn't
-- happened yet.
function settings.read()
   local found, known = {}, options.run_settings()
   for _, field in ipairs(FIELDS) do
      found[field] = known[field]
   end
   found.out = found.out or "out"
   return found
end

return settings
