--- The command tests/mutants/run; see its help below. Called with the folder of the sources, the empty folder
-- for the copy, and the words of the command line.

local source, copy = table.remove(arg, 1), table.remove(arg, 1)
package.path = source .. "/tests/mutants/?.lua;" .. package.path
local mutants = require "mutants"
local tree = require "tree"

local HELP = [[
Usage: tests/mutants/run [--only TEXT] [--list] [--keep]

Plants small faults in a copy of the sources, one at a time, runs the tests that should notice, and says which
fault was noticed (killed) by which test.

   --only TEXT  only faults whose name or file contains TEXT
   --list       what would be planted, where, and which tests should notice; nothing is run
   --keep       keep the copy, for a look at it afterwards

Exit codes: 0 at least 95 % were killed, 1 fewer, or a fault could not be planted, 2 usage error, or the tests
fail without a fault
]]

local ENOUGH = 0.95

local function usage(message)
   io.stderr:write(message, "\n\n", HELP)
   os.exit(2, true)
end

local function options_of(words)
   local options, index = {}, 1
   while words[index] do
      local word = words[index]
      if word == "--only" then
         index = index + 1
         options.only = words[index] or usage("--only: the text is missing")
      elseif word == "--list" then
         options.list = true
      elseif word == "--help" or word == "-h" then
         io.stdout:write(HELP)
         os.exit(0, true)
      elseif word ~= "--keep" then
         usage(("'%s' is no option"):format(word))
      end
      index = index + 1
   end
   return options
end

local function chosen(only)
   local list = {}
   for _, mutant in ipairs(mutants.all()) do
      local is_meant = not only or mutant.name:lower():find(only:lower(), 1, true)
         or mutant.file:find(only, 1, true)
      list[#list + 1] = is_meant and mutant or nil
   end
   return #list > 0 and list or usage(("--only: no mutant's name or file contains '%s'"):format(only))
end

local function print_list(list)
   for _, mutant in ipairs(list) do
      print(("%s\n   %s; %s%s"):format(mutant.name, mutant.file, table.concat(mutants.tests(mutant), " "),
         mutant.golden and " (" .. mutant.golden .. ")" or ""))
   end
end

local function seconds_text(begin) return ("%d s"):format(os.time() - begin) end

-- Without a fault every test must pass, or a failure would say nothing.
local function check_unchanged(list)
   local begin = os.time()
   local failed = tree.prepare(list)
   if failed then
      io.stderr:write("without a fault: ", failed, "\n")
      os.exit(2, true)
   end
   print(("%d mutants; without a fault all tests pass (%s)\n"):format(#list, seconds_text(begin)))
end

local LINE = "%-9s %s\n          %s: %s (%s)"

local function try(mutant)
   local begin = os.time()
   local outcome, detail = tree.try(mutant)
   if outcome == "survived" and mutant.survives then
      detail = detail .. "; " .. mutant.survives
   end
   print(LINE:format(outcome, mutant.name, mutant.file, detail, seconds_text(begin)))
   return outcome
end

local function named(list, of, outcome)
   for _, mutant in ipairs(list) do
      if of[mutant] == outcome then
         print(("%s: %s"):format(outcome, mutant.name))
      end
   end
end

-- → exit code
local function conclusion(list, of, count)
   print()
   named(list, of, "unusable")
   named(list, of, "survived")
   local share = count.killed / #list
   print(("%d of %d mutants killed (%.1f %%), %d survived, %d could not be planted"):format(
      count.killed, #list, share * 100, count.survived, count.unusable))
   return (share < ENOUGH or count.unusable > 0) and 1 or 0
end

local options = options_of(arg)
local list = chosen(options.only)
if options.list then
   print_list(list)
   os.exit(0, true)
end
io.stdout:setvbuf("line")
tree.make(source, copy)
check_unchanged(list)
local of, count = {}, { killed = 0, survived = 0, unusable = 0 }
for _, mutant in ipairs(list) do
   of[mutant] = try(mutant)
   count[of[mutant]] = count[of[mutant]] + 1
end
os.exit(conclusion(list, of, count), true)
