--- The helpers that scripts call (bake.format, bake.units, bake.files, bake.settings, bake.order, methods of
-- results). The scripts in this repository require nothing private.
local lu = require "luaunit"

local bake = require "bakeoff"
local failure = require "bakeoff.base.failure"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_command.lua")

local SOURCE = os.getenv("BAKEOFF_SOURCE")

-- The message of the usage error that a call raises; it must be one line.
local function refusal(f, ...)
   local ok, problem = pcall(f, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem), tostring(problem))
   lu.assertEquals(problem.exit_code, 2)
   return problem.message
end

TestFormat = {}

function TestFormat.test_values_have_three_digits_and_a_unit()
   lu.assertEquals(bake.format.number(80000000), "80,000,000")
   lu.assertEquals(bake.format.time(0.0453), "45.3 ms")
   lu.assertEquals(bake.format.size(55679386), "53.1 MiB")
   lu.assertEquals(bake.format.time(nil), "–")
   lu.assertEquals(bake.format.plural(1, "worker"), "1 worker")
   lu.assertEquals(bake.format.plural(4, "worker"), "4 workers")
   lu.assertEquals(bake.format.list { "a", "b", "c" }, "a, b and c")
end

function TestFormat.test_an_interval_has_one_unit()
   lu.assertEquals(bake.format.interval({ median = 1.2, low = 0.98, high = 1.25 }, "time"),
      "1.20 s [0.980, 1.25]")
   lu.assertEquals(bake.format.interval({ median = 2048 }, "size"), "2.00 KiB")
   lu.assertEquals(bake.format.interval(nil, "time"), "–")
end

function TestFormat.test_misuse_names_the_argument()
   lu.assertStrContains(refusal(bake.format.time, "1s"), "format.time: expected a number, got a string")
   lu.assertStrContains(refusal(bake.format.interval, { median = 1 }, "times"), "'times' is none of: time")
   lu.assertStrContains(refusal(bake.format.table, "a"), "format.table: expected columns and rows")
end

function TestFormat.test_a_table_is_aligned_or_markdown()
   local columns, rows = { "name", { title = "time", right = true } }, { { "a", "1 s" }, { "bb", "10 s" } }
   lu.assertEquals(bake.format.table(columns, rows), "name  time\na      1 s\nbb    10 s")
   lu.assertEquals(bake.format.table(columns, rows, { markdown = true }),
      "| name | time |\n|:--|--:|\n| a | 1 s |\n| bb | 10 s |")
   lu.assertEquals(bake.format.table(columns, rows, { width = 5, keys = 0 }),
      "name\na\nbb\n\ntime\n 1 s\n10 s")
   lu.assertEquals(bake.format.markdown "a_b|c", [[a\_b\|c]])
end

function TestFormat.test_suggests_the_name_that_was_meant()
   lu.assertEquals(bake.format.suggestion("thraeds", { "threads", "processes" }), "; did you mean 'threads'?")
   lu.assertEquals(bake.format.suggestion("x", { "threads" }), "")
end

TestUnits = {}

function TestUnits.test_quantities_become_base_units()
   lu.assertEquals(bake.units.seconds "120ms", 0.12)
   lu.assertEquals(bake.units.bytes "16KiB", 16384)
   lu.assertEquals(bake.units.per_second "30/min", 0.5)
   lu.assertStrContains(refusal(bake.units.bytes, "big", "--payload"), "--payload: 'big'")
end

TestFiles = {}

function TestFiles.setUp() TestFiles.folder = support.folder() end

function TestFiles.tearDown() support.remove(TestFiles.folder) end

function TestFiles.test_files_and_folders()
   local inner = TestFiles.folder .. "/a/b"
   lu.assertNil(bake.files.kind(inner))
   lu.assertTrue(bake.files.make_folder(inner))
   lu.assertTrue(bake.files.make_folder(inner))
   lu.assertEquals(bake.files.kind(inner), "folder")
   lu.assertTrue(bake.files.write(inner .. "/text", "1\0002"))
   lu.assertEquals(bake.files.read(inner .. "/text"), "1\0002")
   lu.assertEquals(bake.files.kind(inner .. "/text"), "file")
   lu.assertEquals(bake.files.absolute(inner .. "/../b"), bake.files.absolute(inner))
   lu.assertTrue(bake.files.remove(TestFiles.folder .. "/a"))
   lu.assertTrue(bake.files.remove(TestFiles.folder .. "/a"))
   lu.assertNil(bake.files.kind(inner))
end

function TestFiles.test_what_cannot_be_done_is_told()
   local content, message = bake.files.read(TestFiles.folder .. "/none")
   lu.assertNil(content)
   lu.assertStrContains(message, "none")
   lu.assertStrContains(refusal(bake.files.write, nil, ""), "files.write: expected the name of a file")
end

TestScript = {}

function TestScript.test_fail_ends_a_script_with_one_line()
   lu.assertEquals(refusal(bake.fail, "--caps: '%s' is not a number", "x"), "--caps: 'x' is not a number")
end

function TestScript.test_settings_are_those_of_the_command_line()
   local folder = support.folder()
   support.write(folder .. "/my.lua", [[
local bake = require "bakeoff"
local given = bake.settings()
print(given.out, given.repeats, table.concat(given.contenders or {}, "+"), given.resume)
given.out = "changed"
print(bake.settings().out)]])
   local words = { "bakeoff", "run", folder .. "/my.lua" }
   local given = { "--repeats", "3", "--contenders", "a,b", "--out", "there" }
   local result = support.run(table.move(given, 1, #given, #words + 1, { table.unpack(words) }))
   lu.assertEquals(result.stdout, "there\t3\ta+b\tfalse\nthere\n", result.stderr)
   result = support.run(words)
   lu.assertEquals(result.stdout, "out\tnil\t\tfalse\nout\n", result.stderr)
   support.remove(folder)
end

function TestScript.test_the_command_is_the_one_of_this_module()
   local result = support.run { bake.command_path(), "--version" }
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, bake.version)
end

function TestScript.test_all_names_can_be_listed()
   local seen = {}
   for name, value in pairs(bake) do
      lu.assertNotNil(value, name)
      seen[#seen + 1] = name
   end
   lu.assertStrContains(table.concat(seen, " "), "fetch files format gather")
end

local function task(kind, started, ended, received)
   return { kind = kind, submitted = 0, started = started, ended = ended, received = received }
end

TestOrder = {}

function TestOrder.test_one_after_the_other()
   local tasks = { task("cpu", 0, 1, 1), task("cpu", 1, 2, 2) }
   local facts = bake.order { name = "apply", tasks = tasks }
   lu.assertEquals(facts, { by_submission = true, by_completion = true, held = 0, longest_wait_s = 0.0,
      one_at_a_time = true })
end

function TestOrder.test_finished_results_wait()
   local facts = bake.order { name = "map",
      tasks = { task("cpu", 0, 4, 4), task("cpu", 0, 1, 4), task("io", 0, 2, 4) } }
   lu.assertEquals(facts, { by_submission = true, by_completion = false, held = 2, longest_wait_s = 3,
      one_at_a_time = false, io_overlaps = true })
end

function TestOrder.test_misuse_names_the_field()
   lu.assertStrContains(refusal(bake.order, { name = "x", tasks = {} }), "order: system")
end

TestResults = {}

local function tickets() return bake.load(SOURCE .. "/plots/gallery/tickets") end

function TestResults.test_a_cell_without_a_count_is_the_first()
   local results = tickets()
   lu.assertIs(results:cell "threads", results:cell("threads", results:cell("threads").workers))
   lu.assertIs(results:cell("threads", 100).workers, 100)
   lu.assertNil(results:cell "nobody")
end

function TestResults.test_median_of_a_figure_and_of_what_a_function_reads()
   local results = tickets()
   local cell = results:cell("threads", 16)
   local expected = results:summary_of(cell).total_s.median
   lu.assertEquals(results:median(cell, "total"), expected)
   lu.assertEquals(results:median(cell, function(trial) return trial.total_s end), expected)
   lu.assertNil(results:median(cell, function() return nil end))
   lu.assertStrContains(refusal(results.median, results, cell, "totl"), "median: 'totl' is not a figure")
end

function TestResults.test_shares_of_a_core()
   local results = bake.load(SOURCE .. "/plots/gallery/gil_2010s")
   local found = results:worker_shares(results:cell "threads (one interpreter)")
   lu.assertEquals(#found.share, 4)
   lu.assertTrue(found.cores > 0.5 and found.cores < 1.5, found.cores)
   lu.assertTrue(found.share[1] >= found.share[4])
end

function TestResults.test_the_finding_of_a_chart_is_its_title()
   local results = tickets()
   lu.assertEquals(results:finding(), results:finding "speed")
   lu.assertStrContains(results:finding "footprint", "memory")
   local none, reason = bake.load(SOURCE .. "/plots/gallery/gil_2010s"):finding "speedup" -- only one count
   lu.assertEquals({ none, type(reason) }, { nil, "string" })
   lu.assertStrContains(refusal(results.finding, results, "sped"), "is not a chart; did you mean 'speed'?")
end

-- --- who requires what ----------------------------------------------------------------------------

-- Calls visit(script, module) for every module that a script in scripts/ or plots/gallery requires.
local function each_require(visit)
   local list <close> = assert(io.popen(("find '%s/scripts' '%s/plots/gallery' -name '*.lua'"):format(SOURCE,
      SOURCE)))
   local count = 0
   for path in list:lines() do
      count = count + 1
      for name in assert(bake.files.read(path)):gmatch("require%s*%(?%s*[\"']([%w_.]+)[\"']") do
         visit(path:sub(#SOURCE + 2), name)
      end
   end
   return count
end

TestPrivate = {}

function TestPrivate.test_scripts_that_come_along_require_nothing_private()
   local found = {}
   local count = each_require(function(path, name)
      found[#found + 1] = name:find "^bakeoff%." and ("%s requires %s"):format(path, name) or nil
   end)
   lu.assertTrue(count >= 20, "only " .. count .. " scripts were found")
   lu.assertEquals(found, {}, "users copy scripts: add a public helper (lua/bakeoff/api) instead")
end

os.exit(lu.LuaUnit.run(), true)
