--- After a script or host has called os.setlocale, numbers in rows, reports and charts still have a decimal
-- point.

local lu = require "luaunit"
local build = os.getenv("BAKEOFF_BUILD")
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local json = require "bakeoff.base.json"

local NAME = "de_DE.UTF-8"

local folder
-- The test makes a locale with a decimal comma itself, because few machines have one installed.
local places = support.folder()
local has_locale = support.run({ "localedef", "-i", "de_DE", "-f", "UTF-8", places .. "/" .. NAME }).code == 0

TestLocale = {}

function TestLocale.setUp()
   lu.skipIf(not has_locale, "no locale " .. NAME .. ": scripts/setup --tests installs what localedef needs")
   folder = support.folder()
end

function TestLocale.tearDown()
   if folder then
      support.remove(folder)
   end
end

-- Numbers that the script itself formats, before the run and in a trial, follow its locale.
local SCRIPT = [[
assert(os.setlocale(%q))
local bake = require "bakeoff"
assert(("%%.1f"):format(0.5) == "0,5")
local site <close> = bake.server { latency = "2ms" }
local results = bake.experiment { name = "x", urls = site:urls("/x?n=%%d", 4),
   process = function() assert(("%%.1f"):format(0.5) == "0,5") end,
   contenders = { "sequential", "threads" }, workers = { 2 }, repeats = 3, warmup = 0 }:run()
assert(results:report())
assert(("%%.1f"):format(0.5) == "0,5")
results:gate { "errors == 0" }
]]

local function run(words, environment)
   environment.LOCPATH = places
   environment.LSAN_OPTIONS = "detect_leaks=0" -- glibc's newlocale leaks its list of LOCPATH
   local result = support.run(words, { folder = folder, environment = environment })
   lu.assertEquals(result.code, 0, result.stderr)
   return result
end

local function contents(pattern)
   local pipe <close> = assert(io.popen(("cd %s/out && find . -type f -name '%s'"):format(folder, pattern)))
   local files = {}
   for path in pipe:lines() do
      files[path] = support.slurp(folder .. "/out/" .. path)
   end
   lu.assertNotNil(next(files), pattern)
   return files
end

-- Finds "0,5", but not "10,000" and "1, 2" in sentences.
local function assert_no_decimal_comma(text, name)
   lu.assertNil(text:gsub("(%d),(%d%d%d)%f[%D]", "%1%2"):match("[^\n]*%d,%d[^\n]*"), name)
end

local function check_files()
   for _, row in ipairs(support.trials(folder .. "/out/x")) do
      lu.assertEquals({ row.status, row.jobs.done, row.total_s > 0 }, { "ok", 4, true }, row.reason)
   end
   json.decode(support.slurp(folder .. "/out/x/summary.json"))
   for name, first in pairs { jobs = "queued_s", spans = "start_s", memory = "time_s" } do
      local text = support.slurp(("%s/out/x/%s.csv"):format(folder, name))
      local columns = select(2, text:match("^[^\n]*"):gsub(",", ""))
      for line in text:gmatch("[^\n]+") do
         lu.assertEquals(select(2, line:gsub(",", "")), columns, name .. ": " .. first .. ": " .. line)
      end
   end
   for _, pattern in ipairs { "report.md", "*.dat", "*.gp" } do
      for path, content in pairs(contents(pattern)) do
         assert_no_decimal_comma(content, path)
      end
   end
end

function TestLocale.test_a_script_with_a_decimal_comma()
   support.write(folder .. "/x.lua", SCRIPT:format(NAME))
   local result = run({ "bakeoff", "run", "x.lua", "--export-csv", "x.csv" }, {})
   assert_no_decimal_comma(result.stdout, "table")
   lu.assertStrContains(support.slurp(folder .. "/x.csv"), ".")
   check_files()
end

function TestLocale.test_a_host_with_a_decimal_comma()
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   lu.skipIf(cache:read("a"):match("BAKEOFF_SANITIZE:STRING=%a"), "a stock Lua can't load a sanitized module")
   support.write(folder .. "/x.lua", SCRIPT:format(NAME))
   run({ "lua5.4", "x.lua" }, {
      LUA_PATH = ("%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;"):format(build, build),
      LUA_CPATH = build .. "/lib/lua/5.4/?.so;;",
   })
   check_files()
end

local code = lu.LuaUnit.run()
support.remove(places)
os.exit(code, true)
