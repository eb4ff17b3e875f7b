--- `bakeoff run`: unusual but correct uses that no example shows.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local assert_code = support.assert_code
local core = require "bakeoff.core"

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

local ALL = 'workers = { 1, 3 }' -- with all contenders, the default
local FAST = 'contenders = { "threads", "eventloop" }, workers = { 1, 2 }, repeats = 2, warmup = 0'

local function cell_of(row) return ("%s × %d"):format(row.label, row.workers) end

TestOddities = {}

function TestOddities.setUp() folder = support.folder() end

function TestOddities.tearDown() support.remove(folder) end

function TestOddities.test_one_url()
   support.script(folder, ALL .. ", repeats = 1, warmup = 0", { count = 1 })
   assert_code(0, bakeoff("test.lua"))
   for _, row in ipairs(support.trials(folder .. "/out/test")) do
      lu.assertEquals(row.jobs.done, 1, cell_of(row))
   end
end

function TestOddities.test_labels_with_spaces_quotes_and_signs()
   local labels = { "my threads", "mehr Fäden ✓", "it's; `x` $(y) %d &<>" }
   support.script(folder, ([[contenders = { { "threads", label = %q }, { "threads", label = %q },
      { "eventloop", label = %q } }, workers = { 2 }, repeats = 1, warmup = 0]]):format(table.unpack(labels)))
   local result = bakeoff("test.lua")
   assert_code(0, result)
   for i, label in ipairs(labels) do
      lu.assertStrContains(result.stdout, label)
      lu.assertNotNil(support.csv(folder .. "/out/test/jobs.csv")[6 * i])
   end
   assert_code(0, bakeoff("test.lua", "--resume"))
   lu.assertEquals(#support.trials(folder .. "/out/test"), 3)
   assert_code(0, bakeoff("test.lua", "--contenders", "my threads,my threads,eventloop"))
   lu.assertEquals(#support.trials(folder .. "/out/test"), 2)
end

-- What separates and quotes in CSV, JSON, lists, gates, placeholders and gnuplot is data in a label.
function TestOddities.test_a_label_may_contain_what_separates()
   local label = [[a, "b" and 'c' {d} {{e}} \\n 100%,]]
   support.script(folder, ([[contenders = { "threads", { "threads", label = %q } }, workers = { 2 },
      repeats = 2, warmup = 0]]):format(label))
   assert_code(0, bakeoff("test.lua"))
   assert_code(0, bakeoff("test.lua", "--resume"))
   lu.assertEquals(#support.trials(folder .. "/out/test"), 4)
   for _, name in ipairs { "jobs", "memory" } do
      local count = 0
      for _, row in ipairs(support.csv(("%s/out/test/%s.csv"):format(folder, name))) do
         lu.assertTrue(row.label == label or row.label == "threads", row.label)
         lu.assertEquals(row.workers, "2", name)
         count = count + (row.label == label and 1 or 0)
      end
      lu.assertTrue(name ~= "jobs" or count == 12, count)
   end
   lu.assertStrContains(support.slurp(folder .. "/out/test/charts/speed.svg"), "{d} {{e}}")
   assert_code(0, support.run({ "bakeoff", "report", "out/test", "--export-csv", "a.csv" },
      { folder = folder }))
   lu.assertEquals(support.csv(folder .. "/a.csv")[2].label, label)
   local quoted = "'" .. label:gsub("'", "''") .. "'"
   assert_code(0, bakeoff("test.lua", "--contenders", "threads," .. quoted))
   support.write(folder .. "/gate.lua", ([[require("bakeoff").load("out/test"):gate { %q }]]):format(
      ("total(%s, 2) < 1h"):format(quoted)))
   lu.assertNotStrContains(bakeoff("gate.lua").stderr, "gate.lua")
end

function TestOddities.test_several_experiments_in_one_script()
   support.write(folder .. "/two.lua", [[local bake = require "bakeoff"
      for _, name in ipairs { "one", "two" } do
         local site <close> = bake.server {}
         local results = bake.experiment { name = name, urls = site:urls("/%d", 3), workers = { 2 },
            contenders = { "threads" }, repeats = 1, warmup = 0 }:run()
         print(name, #results.trials)
      end]])
   local result = bakeoff("two.lua")
   assert_code(0, result)
   lu.assertStrContains(result.stdout, "one\t1\n")
   lu.assertEquals(#support.trials(folder .. "/out/two"), 1)
   lu.assertEquals(core.file_kind(folder .. "/out/one/report.md"), "file")
end

function TestOddities.test_a_fetch_of_the_scripts_own_before_the_experiment()
   support.script(folder, FAST, { before = 'assert(bake.fetch(site:url("/")).status == 200)' })
   local result = bakeoff("test.lua")
   assert_code(0, result)
   for _, row in ipairs(support.trials(folder .. "/out/test")) do
      lu.assertEquals({ row.status, row.jobs.done, row.server.requests }, { "ok", 6, 6 })
   end
end

function TestOddities.test_another_working_folder_and_no_environment()
   local elsewhere = support.folder()
   support.script(folder, FAST)
   local words = { "env", "-i", "PATH=/usr/bin:/bin", os.getenv("BAKEOFF_BUILD") .. "/bakeoff", "run",
      folder .. "/test.lua" }
   local result = support.run(words, { folder = elsewhere })
   assert_code(0, result)
   lu.assertEquals(#support.trials(elsewhere .. "/out/test"), 8)
   support.remove(elsewhere)
end

function TestOddities.test_a_stock_lua_runs_scripts_with_the_build_folder()
   local build = os.getenv("BAKEOFF_BUILD")
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   lu.skipIf(cache:read("a"):match("BAKEOFF_SANITIZE:STRING=%a"), "a stock Lua can't load a sanitized module")
   support.script(folder, FAST, { before = 'print(bake.options { days = { 5, "days" } }.days)' })
   local environment = {
      LUA_PATH = ("%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;"):format(build, build),
      LUA_CPATH = build .. "/lib/lua/5.4/?.so;;",
   }
   local settings = { folder = folder, environment = environment }
   local function lua(...) return support.run({ "lua5.4", ... }, settings) end
   local result = lua("test.lua", "--days", "7", "--repeats", "1")
   assert_code(0, result)
   lu.assertEquals(result.stdout:match("^7\n"), "7\n")
   lu.assertEquals(#support.trials(folder .. "/out/test"), 4)
   result = lua("-e", 'require("bakeoff").experiment { name = "x", urls = { "ftp://h/" } }')
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stderr, "urls[1]: 'ftp://h/' is not an http or https URL")
end

function TestOddities.test_what_a_script_prints_stays_in_order_and_comes_once()
   support.script(folder, 'contenders = { "processes", "sequential" }, workers = { 2 }, repeats = 1, ' ..
      'warmup = 0, process = function() io.write("job\\n") end', { before = 'io.write("before\\n")' })
   local result = bakeoff("test.lua")
   assert_code(0, result)
   lu.assertEquals(select(2, result.stdout:gsub("job\n", "")), 12)
   lu.assertEquals(select(2, result.stdout:gsub("before\n", "")), 1)
   lu.assertEquals(result.stdout:sub(1, 7), "before\n")
end

os.exit(lu.LuaUnit.run(), true)
