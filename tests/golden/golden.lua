--- Runs the real command on copies of the invented run folders (runs/), collects what readers get to see, and
-- compares it with what is expected (expected/). Used by tests/e2e/test_golden.lua and by ./check.

local here = os.getenv("BAKEOFF_SOURCE") .. "/tests/golden"
package.path = here .. "/?.lua;" .. package.path
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_command.lua")

local cases = require "cases"
local texts = require "texts"

local golden = {}

golden.CASES = cases.LIST

local EXPECTED = here .. "/expected/"

-- The same words, numbers and times on every machine.
local ENVIRONMENT = { NO_COLOR = "1", TZ = "UTC", LC_ALL = "C.UTF-8" }

local function slurp(path)
   local file <close> = io.open(path, "rb")
   return file and file:read("a")
end

local function execute(line, ...)
   local quoted = {}
   for index, word in ipairs { ... } do
      quoted[index] = support.quoted(word)
   end
   return os.execute(line:format(table.unpack(quoted)))
end

local function lines_of(command, ...)
   local quoted, lines = {}, {}
   for index, word in ipairs { ... } do
      quoted[index] = support.quoted(word)
   end
   local pipe <close> = assert(io.popen(command:format(table.unpack(quoted))))
   for line in pipe:lines() do
      lines[#lines + 1] = line
   end
   return lines
end

--- What depends on the machine and not on the rows, the one place where it is made the same.
local function normalised(text, folder)
   return (text:gsub(folder:gsub("%p", "%%%0"), "FOLDER"))
end

-- The folders are beside each other, as experiments leave them.
local function copy_runs(case, folder)
   assert(execute("cp -r %s/. %s/. %s", here .. "/runs", here .. "/scripts", folder))
   for parent, runs in pairs(case.folder_of or {}) do
      assert(execute("mkdir %s", folder .. "/" .. parent))
      for _, run in ipairs(runs) do
         assert(execute("mv %s %s", folder .. "/" .. run, folder .. "/" .. parent))
      end
   end
end

-- columns: of the terminal; nil: unknown, as where there is none.
local function run(words, folder, columns)
   local environment = { COLUMNS = columns or "" }
   for name, value in pairs(ENVIRONMENT) do
      environment[name] = value
   end
   return support.run(words, { folder = folder, environment = environment })
end

-- Every chart of experiments that this build knows and that the case hasn't drawn yet: those that are drawn
-- only when they are asked for.
local function other_charts(case, folder)
   local message = run({ "bakeoff", "plot", case.charts, "--only", "none" }, folder).stderr
   local names = assert(message:match("is none of: ([%w_, ]+), order, groups"), message)
   local list = {}
   for name in names:gmatch("[%w_]+") do
      list[#list + 1] = not slurp(("%s/%s/charts/%s.gp"):format(folder, case.charts, name)) and name or nil
   end
   return table.concat(list, ",")
end

local function transcript(case, command, folder)
   local words = table.move(command.words, 1, #command.words, 1, {})
   if command.other_charts then
      words[#words + 1], words[#words + 2] = "--only", other_charts(case, folder)
   end
   local result = run(words, folder, command.columns)
   return ("$ %s\n%s%sexit code %s\n"):format(table.concat(words, " "), result.stdout,
      result.stderr ~= "" and "--- standard error ---\n" .. result.stderr or "", result.code or result.signal)
end

-- How a file that a command has written is compared: name → function of its content.
local WRITTEN = { text = function(text) return text end, html = texts.html }

local function base_name(path) return path:match("[^/]*$") end

local function add_files(case, folder, found)
   for path, how in pairs(case.files) do
      local content = slurp(folder .. "/" .. path)
      found[base_name(path)] = WRITTEN[how](content or "not written\n")
   end
end

local function add_charts(case, folder, found)
   local style = assert(slurp(os.getenv("BAKEOFF_SOURCE") .. "/plots/style.gp")):match("[^\n]*")
   local charts = ("%s/%s/charts/"):format(folder, case.charts)
   for _, path in ipairs(lines_of("ls %s 2>/dev/null", charts)) do
      local content = slurp(charts .. path)
      local name = "charts/" .. path:match("^[^.]*")
      if path:find("%.dat$") then
         found[name .. ".dat"] = texts.data(content)
      elseif path:find("%.gp$") then
         found[name .. ".gp"] = texts.settings(content, style)
      elseif path:find("%.svg$") then
         found[name .. ".svg.txt"] = texts.svg(content)
      end
   end
end

--- What readers see of a case now: name of the expected file → text.
function golden.actual(case)
   local folder, found = support.folder(), {}
   copy_runs(case, folder)
   for _, command in ipairs(case.commands) do
      found[command.file] = transcript(case, command, folder)
   end
   add_files(case, folder, found)
   if case.charts then
      add_charts(case, folder, found)
   end
   for name, text in pairs(found) do
      found[name] = normalised(text, folder)
   end
   support.remove(folder)
   return found
end

local function expected_names(case)
   return lines_of("cd %s 2>/dev/null && find . -type f | sed 's|^\\./||' | sort", EXPECTED .. case.name)
end

-- All names of either side, sorted.
local function names_of(case, actual)
   local seen, names = {}, {}
   for _, name in ipairs(expected_names(case)) do
      seen[name] = true
   end
   for name in pairs(actual) do
      seen[name] = true
   end
   for name in pairs(seen) do
      names[#names + 1] = name
   end
   table.sort(names)
   return names
end

local function unified(name, expected, actual)
   local folder = support.folder()
   local old = support.write(folder .. "/old", expected or "")
   local new = support.write(folder .. "/new", actual or "")
   local lines = lines_of("diff -u --label %s --label %s %s %s", "tests/golden/expected/" .. name,
      actual and "now" or "now (not made)", old, new)
   support.remove(folder)
   return table.concat(lines, "\n")
end

--- The differences of a case as unified diffs, one per file; an empty list where all is as expected.
function golden.differences(case, actual)
   local list = {}
   for _, name in ipairs(names_of(case, actual)) do
      local path = case.name .. "/" .. name
      local expected = slurp(EXPECTED .. path)
      if expected ~= actual[name] then
         list[#list + 1] = unified(path, expected, actual[name])
      end
   end
   return list
end

--- Makes what is seen now what is expected.
function golden.accept(case, actual)
   assert(execute("rm -rf %s", EXPECTED .. case.name))
   for name, text in pairs(actual) do
      local path = ("%s%s/%s"):format(EXPECTED, case.name, name)
      assert(execute("mkdir -p %s", (path:match("^(.*)/"))))
      support.write(path, text)
   end
end

--- How to accept the differences of a case.
function golden.advice(case)
   return ("If this is meant: tests/golden/check --accept --only %s"):format(case.name)
end

--- Runs that the generator writes differently from those that are kept: lines of diff, "" where none do.
function golden.stale_runs()
   local folder = support.folder()
   dofile(here .. "/folders.lua").write(folder)
   local lines = lines_of("diff -ru %s %s", here .. "/runs", folder)
   support.remove(folder)
   return table.concat(lines, "\n")
end

return golden
