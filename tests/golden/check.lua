--- The command tests/golden/check; see its help below.

local golden = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/golden/golden.lua")

local HELP = [[
Usage: tests/golden/check [--accept] [--only NAME]

Shows where the terminal texts, reports, exports and charts of the invented runs (tests/golden/runs) differ
from the expected ones (tests/golden/expected).

   --accept     make what is seen now the expected (read the diff with git afterwards)
   --only NAME  one case alone: %s

Exit codes: 0 no difference (or accepted), 1 differences, 2 usage error
]]

local function names()
   local list = {}
   for index, case in ipairs(golden.CASES) do
      list[index] = case.name
   end
   return table.concat(list, ", ")
end

local function usage(message)
   io.stderr:write(message, "\n\n", HELP:format(names()))
   os.exit(2, true)
end

local function cases_of(only)
   if not only then
      return golden.CASES
   end
   for _, case in ipairs(golden.CASES) do
      if case.name == only then
         return { case }
      end
   end
   usage(("--only: '%s' is none of the cases"):format(only))
end

local function options_of(words)
   local options, index = {}, 1
   while words[index] do
      if words[index] == "--accept" then
         options.accept = true
      elseif words[index] == "--only" then
         index = index + 1
         options.only = words[index] or usage("--only: the name of a case is missing")
      elseif words[index] == "--help" or words[index] == "-h" then
         io.stdout:write(HELP:format(names()))
         os.exit(0, true)
      else
         usage(("'%s' is no option"):format(words[index]))
      end
      index = index + 1
   end
   return options
end

-- → how many files differ
local function check(case, accept)
   local actual = golden.actual(case)
   local differences = golden.differences(case, actual)
   for _, difference in ipairs(differences) do
      print(difference)
   end
   if #differences > 0 and accept then
      golden.accept(case, actual)
   end
   print(("%s: %s"):format(case.name, #differences == 0 and "as expected"
      or accept and ("accepted %d files"):format(#differences)
      or ("%d files differ. %s"):format(#differences, golden.advice(case))))
   return #differences
end

local options, count = options_of(arg), 0
for _, case in ipairs(cases_of(options.only)) do
   count = count + check(case, options.accept)
end
os.exit(count > 0 and not options.accept and 1 or 0, true)
