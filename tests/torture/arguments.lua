--- The command line of tests/torture/run.

local control = require "control"

local arguments = {}

local NUMBERS = { sample = true, seed = true, jobs = true, minutes = true }
local TEXTS = { only = true, scenario = true }
local FLAGS = { all = true, lasting = true, keep = true, verbose = true, leaks = true }

local function refuse(...)
   io.stderr:write("tests/torture/run: ", (...):format(select(2, ...)), "; see --help\n")
   os.exit(2)
end

local function value_of(name, word)
   local value = NUMBERS[name] and math.tointeger(tonumber(word)) or TEXTS[name] and word
   if not value then
      refuse("--%s needs a value", name)
   end
   return value
end

--- → { sample, minutes, seed, jobs, only, scenario, all, lasting, leaks, keep, verbose }; own, library: how
-- many calls of a site fail
function arguments.read(words)
   local given, at = { seed = 1, jobs = 2, own = 2, library = 3 }, 1
   while words[at] do
      local name = words[at]:match "^%-%-(%a+)$"
      if FLAGS[name] then
         given[name] = true
      elseif NUMBERS[name] or TEXTS[name] then
         at = at + 1
         given[name] = value_of(name, words[at])
      else
         refuse("unknown option '%s'", words[at])
      end
      at = at + 1
   end
   local kinds = " " .. table.concat(control.KINDS, " ") .. " "
   if given.only and not kinds:find(" " .. given.only .. " ", 1, true) then
      refuse("--only: '%s' is none of%s", given.only, kinds)
   end
   return given
end

return arguments
