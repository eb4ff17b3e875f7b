--- bake.settings: what the command line says about this run, for scripts that must know it themselves.

local options = require "bakeoff.script.options"

local settings = {}

local FIELDS = { "out", "repeats", "warmup", "workers", "contenders", "seed", "timeout", "rate", "resume" }

--- A copy: { out (always), and what was given }. Parses the command line when it wasn't yet.
function settings.read()
   local found, known = {}, options.run_settings()
   for _, field in ipairs(FIELDS) do
      found[field] = known[field]
   end
   found.out = found.out or "out"
   return found
end

return settings
