--- Finds tests in a file that never run. lua-unit finds classes and tests by their global names, so the
-- second of two definitions silently hides the first.

local tests = {}

local function add(found, message, ...) found[#found + 1] = message:format(...) end

-- Definitions in a test file, in order: { name, line }.
local function definitions(source, pattern)
   local names, number = {}, 0
   for line in (source .. "\n"):gmatch("([^\n]*)\n") do
      number = number + 1
      local name = line:gsub(":", ".", 1):match(pattern)
      names[#names + 1] = name and { name = name, line = number } or nil
   end
   return names
end

local function report_twice(found, list)
   local first = {}
   for _, one in ipairs(list) do
      if first[one.name] then
         add(found, "line %d: %s is defined a second time (first: line %d)", one.line, one.name,
            first[one.name])
      end
      first[one.name] = first[one.name] or one.line
   end
   return first
end

local SETUP = { setUp = true, tearDown = true }

-- Cases for several kinds of pools are passed in a table: support.cases("Dead", dead).
local function hands_over(source, name) return source:find('\nsupport%.cases%("%w+", ' .. name .. "[,)]") end

local function report_functions(found, functions, classes, source)
   local has_tests = {}
   for _, one in ipairs(functions) do
      local class, name = one.name:match("^(%w+)%.([%w_]+)$")
      has_tests[class] = has_tests[class] or name:find("^test_") ~= nil
      if not classes[class] and not hands_over(source, class) then
         add(found, "line %d: %s is in no global class of this file, so it never runs", one.line, one.name)
      elseif not name:find("^test_") and not SETUP[name] then
         add(found, "line %d: %s never runs: its name does not begin with test_", one.line, one.name)
      end
   end
   return has_tests
end

-- lua-unit runs only what is defined when it is called, and its result must be the exit code.
local function report_end(found, source)
   local before, rest = source:match("^(.*)lu%.LuaUnit%.run%(%)(.*)$")
   if not before then
      add(found, "lua-unit is not called")
   elseif rest:find("\nTest%w") or rest:find("\nfunction Test") then
      add(found, "tests come after the call of lua-unit, so they never run")
   elseif not (before .. "lu.LuaUnit.run()" .. rest):find("\nos%.exit%([^\n]*, true%)\n*$") then
      add(found, "the last line is not os.exit(lu.LuaUnit.run(), true)")
   end
end

--- Describes the tests of a file that don't run; an empty list when all do. source: the file's text.
function tests.faults(source)
   local found = {}
   local classes = report_twice(found, definitions(source, "^(Test%w*) ="))
   local functions = definitions(source, "^function (%w+%.[%w_]+)")
   report_twice(found, functions)
   local of_tests = {}
   for _, one in ipairs(functions) do
      of_tests[#of_tests + 1] = (one.name:find("^Test") or one.name:find("%.test_")) and one or nil
   end
   local has_tests = report_functions(found, of_tests, classes, source)
   for class, line in pairs(classes) do
      local is_filled = has_tests[class] or source:find("\n%s*" .. class .. "%[")
      if not is_filled then
         add(found, "line %d: %s has no test", line, class)
      end
   end
   report_end(found, source)
   return found
end

return tests
