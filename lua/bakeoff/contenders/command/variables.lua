--- The environment variables of a command, and how much memory they take.
--
-- The environment lies above a program's stack, so that its size moves everything on the stack. That alone
-- can make a program some per cent faster or slower (Mytkowicz et al., "Producing wrong data without doing
-- anything obviously wrong!", ASPLOS 2009), and it differs between shells and users. So each trial gets
-- another size.

local core = require "bakeoff.core"
local fingerprint = require "bakeoff.base.fingerprint"
local random = require "bakeoff.base.random"
local text = require "bakeoff.base.text"

local variables = {}

local MOST_BYTES = 4096 -- a page: what lies beyond repeats the same alignments
local FILLER = "BAKEOFF_SHAKE"

--- How many bytes a planned trial's environment grows by: the same for the same seed.
function variables.shake(planned, seed)
   local cell = planned.cell
   local words = ("%s %d %d"):format(cell.label, cell.workers, planned.block or 0)
   return random.new(seed ~ tonumber(fingerprint.of(words), 16)):below(MOST_BYTES) - 1
end

--- The name and value of the variable that takes this many bytes more than an empty one.
function variables.filler(bytes) return FILLER, ("x"):rep(bytes) end

--- The bench's own environment with the changes in `env` (name → text, or false to remove it).
-- → list of "NAME=value", its PATH
function variables.of(env)
   local list, path = {}, nil
   for _, pair in ipairs(core.variables()) do
      if (env or {})[pair:match("^[^=]*")] == nil then
         list[#list + 1] = pair
      end
   end
   for _, name in ipairs(text.sorted_keys(env or {})) do
      if env[name] then
         list[#list + 1] = name .. "=" .. env[name]
      end
   end
   for _, pair in ipairs(list) do
      path = path or pair:match("^PATH=(.*)")
   end
   return list, path
end

return variables
