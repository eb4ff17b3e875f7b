--- The copy of the sources with its own build folder: plants one fault, builds what the tests need, runs
-- them, restores.

local mutants = require "mutants"
local outcomes = require "outcomes"

local tree = {}

local source, copy
local seconds_of = {} -- test → how long it took without a fault

-- What tests start beside their own program; and what tests of Lua modules and of the command need.
local HELPERS = { "bakeoff_fixture", "bakeoff_worker", "bakeoff_guardian" }
local PROGRAMS = { "lua_runner", "bakeoff", "bakeoff_module", table.unpack(HELPERS) }

-- A hang ends after this many times what the tests took without a fault, and so many seconds.
local LIMIT_FACTOR, LIMIT_S = 5, 30

local function quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

-- Carries the mark by which ./reap knows what is to end. → exit code, what the command has printed
local function run(command)
   local log = copy .. "/mutant.log"
   local _, _, code = os.execute(("cd %s && { export BAKEOFF_MUTANTS=%s; %s; } >%s 2>&1 </dev/null"):format(
      quoted(copy), quoted(copy), command, quoted(log)))
   return code, mutants.content(copy, "mutant.log") or ""
end

local function must(command)
   local code, output = run(command)
   if code ~= 0 then
      io.stderr:write(output, "\n'", command, "' failed\n")
      os.exit(2, true)
   end
end

-- Ends what the tests have left running.
local function reap()
   os.execute(("%s/tests/mutants/reap %s"):format(quoted(source), quoted(copy)))
end

--- Copies the sources and configures the build. from: the sources; to: an empty folder.
function tree.make(from, to)
   source, copy = from, to
   must(("tar -C %s --exclude=./.git --exclude=./build --exclude=./out -cf - . | tar -xf -"):format(
      quoted(source)))
   must("cmake --preset dev")
end

local function targets_of(tests)
   local targets, others = {}, HELPERS
   for _, test in ipairs(tests) do
      local part = test:match("^c%.(.*)")
      targets[#targets + 1] = part and "test_" .. part or nil
      others = part and others or PROGRAMS
   end
   return table.move(others, 1, #others, #targets + 1, targets)
end

-- → nil, or the compiler's first error
local function build(tests)
   local code, output = run("cmake --build --preset dev --target " .. table.concat(targets_of(tests), " "))
   return code ~= 0 and (output:match("error: ([^\n]*)") or "the build failed") or nil
end

local function limit_of(tests)
   local limit = LIMIT_S
   for _, test in ipairs(tests) do
      limit = limit + LIMIT_FACTOR * (seconds_of[test] or 0)
   end
   return math.ceil(limit)
end

-- → exit code of ctest (124: it took too long), its output
local function ctest(tests, golden, options)
   local names = table.concat(tests, "|"):gsub("%.", "\\.")
   return run(("BAKEOFF_GOLDEN=%s timeout -k 5 %d ctest --preset dev -j 2 %s -R %s"):format(
      quoted(golden or ""), limit_of(tests), options, quoted("^(" .. names .. ")$")))
end

local function all_tests(list)
   local all, seen = {}, {}
   for _, mutant in ipairs(list) do
      for _, test in ipairs(mutants.tests(mutant)) do
         all[#all + 1] = not seen[test] and test or nil
         seen[test] = true
      end
   end
   return all
end

-- A test that fails beside another one on a busy machine may pass alone. → what still fails, or nil
local function failed_alone(output)
   for _, test in ipairs(outcomes.failed(output)) do
      local code, again = ctest({ test }, nil, "")
      if code ~= 0 then
         return outcomes.reason(again) or again
      end
   end
end

--- Builds, and runs all tests of the mutants in the list without a fault. → nil, or what fails
function tree.prepare(list)
   local tests = all_tests(list)
   for _, test in ipairs(tests) do
      seconds_of[test] = 120
   end
   local failed = build(tests)
   if failed then
      return failed
   end
   local code, output = ctest(tests, nil, "")
   reap()
   for _, test in ipairs(tests) do
      seconds_of[test] = outcomes.seconds(output, test)
   end
   return code ~= 0 and (#outcomes.failed(output) == 0 and output or failed_alone(output)) or nil
end

local function write(path, content)
   local file <close> = assert(io.open(copy .. "/" .. path, "wb"))
   assert(file:write(content))
end

-- → nil when all tests pass; else which one noticed the fault
local function noticed(tests, golden)
   local code, output = ctest(tests, golden, "--stop-on-failure")
   reap()
   if code == 124 or code == 137 then
      return (outcomes.running(output) or "a test") .. " hangs"
   end
   return code ~= 0 and (outcomes.reason(output) or "the tests end without a result") or nil
end

-- Tests that fail must fail twice: on a busy machine one may fail by itself.
-- → "killed", by which test; "survived", which tests passed; "unusable", the reason
local function verdict(mutant)
   local tests = mutants.tests(mutant)
   local failed = build(tests)
   if failed then
      return "unusable", "does not compile: " .. failed
   end
   local by = noticed(tests, mutant.golden)
   if by and not by:find("hangs$") then
      by = noticed(tests, mutant.golden)
   end
   if by then
      return "killed", by
   end
   return "survived", table.concat(tests, " ")
end

--- Plants one fault, runs its tests, restores. → "killed" | "survived" | "unusable", details
function tree.try(mutant)
   local original = mutants.content(copy, mutant.file)
   local planted, reason = mutants.planted(mutant, original)
   if not planted then
      return "unusable", reason
   end
   write(mutant.file, planted)
   local outcome, detail = verdict(mutant)
   write(mutant.file, original)
   return outcome, detail
end

return tree
