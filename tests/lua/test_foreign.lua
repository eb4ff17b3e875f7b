--- Other programs' measurements as one side of a comparison. The samples in tests/foreign are what hyperfine
-- 1.15, pyperf 2.10 and criterion 0.3.6 wrote; some of criterion's are invented, in its form.
local source = os.getenv("BAKEOFF_SOURCE")
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local failure = require "bakeoff.base.failure"
local foreign = require "bakeoff.compare.foreign"
local json = require "bakeoff.base.json"
local matching = require "bakeoff.compare.foreign.matching"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stats = require "bakeoff.stats"

local SAMPLES = source .. "/tests/foreign/"

local function sample(name) return foreign.read(SAMPLES .. name) end

local function names_of(read)
   local names = {}
   for index, one in ipairs(read.benchmarks) do
      names[index] = one.name
   end
   return names
end

-- A file with this text, removed with the run folders.
local function file(text)
   local path = runs.folder()
   local written <close> = assert(io.open(path, "wb"))
   written:write(text)
   return path
end

local function message_of(call, ...)
   local ok, raised = pcall(call, ...)
   lu.assertFalse(ok, "it must be refused")
   lu.assertTrue(failure.is(raised), tostring(raised))
   lu.assertEquals(raised.kind, "usage")
   lu.assertNotStrContains(raised.message, "\n")
   return raised.message
end

-- A run of bakeoff with these labels.
local function run(labels, workers)
   local contenders = {}
   for index, label in ipairs(labels) do
      contenders[index] = { "command", label = label }
   end
   return results.load(runs.make { contenders = contenders, workers = workers or { 1 }, repeats = 8,
      items = 1 })
end

TestForms = { tearDown = runs.clear }

function TestForms.test_hyperfine_has_the_time_of_every_run()
   local read = sample "hyperfine.json"
   lu.assertEquals(read.form.name, "hyperfine")
   lu.assertEquals(names_of(read), { "sleep 0.02", "sleep 0.03" })
   lu.assertEquals(#read.benchmarks[1].values, 8)
   lu.assertAlmostEquals(stats.median(read.benchmarks[1].values), 0.02399, 0.00001)
   lu.assertStrContains(read.notes[1], "subtracts the start of the shell")
end

function TestForms.test_hyperfine_says_which_runs_failed()
   local read = sample "hyperfine_named.json"
   lu.assertEquals(names_of(read), { "test 1", "test 2" })
   lu.assertStrContains(read.notes[2], "6 of 6 runs of 'test 2' ended with an exit code other than 0")
   lu.assertNil(read.notes[3])
end

function TestForms.test_hyperfine_commands_with_one_name_differ_by_their_parameters()
   local result = { command = "same", mean = 1, times = { 1, 2 }, parameters = { n = "1", size = "4" } }
   local again = { command = "same", mean = 1, times = { 1, 2 }, parameters = { n = "2", size = "4" } }
   local read = foreign.read(file(json.encode { results = { result, again } }))
   lu.assertEquals(names_of(read), { "same (n=1, size=4)", "same (n=2, size=4)" })
end

function TestForms.test_what_bakeoff_exports_is_read_with_labels_and_workers()
   local made = results.load(runs.make { contenders = { "threads", "eventloop" }, workers = { 1, 4 } })
   local text = require("bakeoff.report.exports.hyperfine").text { made }
   local record = matching.as_run(foreign.read(file(text)), made)
   local again = results.of(record)
   lu.assertEquals(#again.cells, 4)
   for index, cell in ipairs(again.cells) do
      lu.assertEquals({ cell.label, cell.workers }, { made.cells[index].label, made.cells[index].workers })
      lu.assertAlmostEquals(again:median(cell, "total_s"), made:median(made.cells[index], "total_s"), 1e-9)
   end
end

-- Values of one process resemble each other.
function TestForms.test_a_repeat_of_pyperf_is_a_process()
   local read = sample "pyperf.json"
   lu.assertEquals(read.form.name, "pyperf")
   lu.assertEquals(names_of(read), { "join", "split" })
   local document = json.decode(io.open(SAMPLES .. "pyperf.json"):read "a")
   lu.assertEquals(#document.benchmarks[1].runs, 7)
   local first = document.benchmarks[1].runs[1].values
   lu.assertEquals(#read.benchmarks[1].values, 7)
   lu.assertAlmostEquals(read.benchmarks[1].values[1], (first[1] + first[2]) / 2, 1e-15)
   lu.assertEquals(#read.benchmarks[2].values, 4)
   lu.assertStrContains(read.notes[1], "'split' was measured in 2 processes, so its single values")
   lu.assertEquals(read.facts.cpu, document.metadata.cpu_model_name)
end

function TestForms.test_pyperf_of_other_units_is_left_out()
   local one = { metadata = { name = "mem", unit = "byte" }, runs = { { values = { 1, 2 } } } }
   local two = { metadata = { name = "fast" }, runs = { { warmups = {} }, { values = { 0.5, 0.25 } } } }
   local read = foreign.read(file(json.encode { version = "1.0", benchmarks = { one, two } }))
   lu.assertEquals(names_of(read), { "fast" })
   lu.assertEquals(read.benchmarks[1].values, { 0.5, 0.25 })
   lu.assertStrContains(table.concat(read.notes, "\n"), "'mem' is measured in byte and left out")
   lu.assertStrContains(message_of(foreign.read, file(json.encode { benchmarks = { one } })),
      "has no times to compare: 'mem' is measured in byte")
end

function TestForms.test_criterion_is_a_file_or_a_folder()
   local read = sample "criterion/sum/1000/new/sample.json"
   lu.assertEquals(read.form.name, "criterion")
   lu.assertEquals(names_of(read), { "sum/1000" })
   lu.assertAlmostEquals(read.benchmarks[1].values[1], 40190.4 / 100 * 1e-9, 1e-15)
   lu.assertEquals(#read.benchmarks[1].values, 20)
   lu.assertEquals(names_of(sample "criterion"), { "join", "sum/1000" })
   local base = sample "criterion/sum/1000/base"
   lu.assertEquals(names_of(base), { "sum/1000" })
   lu.assertTrue(base.benchmarks[1].values[1] < read.benchmarks[1].values[1])
end

-- Measured samples: the medians are those that criterion itself found in them.
function TestForms.test_criterion_has_the_same_medians()
   local read = sample "criterion_measured"
   lu.assertEquals(names_of(read), { "plain name/with slash", "sum/1000", "sum/10000" })
   for index, folder in ipairs { "plain name_with slash", "sum/1000", "sum/10000" } do
      local path = ("%scriterion_measured/%s/new/estimates.json"):format(SAMPLES, folder)
      local estimates <close> = assert(io.open(path))
      local found = json.decode(estimates:read "a").median.point_estimate * 1e-9
      lu.assertAlmostEquals(stats.median(read.benchmarks[index].values) / found, 1, 1e-12, folder)
   end
end

-- --save-baseline puts more samples of the same benchmark beside the new ones; of a group with that name, the
-- benchmarks count.
function TestForms.test_criterion_baselines_are_no_benchmarks()
   local folder = runs.folder()
   for _, name in ipairs { "sum/new", "sum/base", "sum/main", "sum/base/10/new" } do
      os.execute(("mkdir -p %s/%s"):format(folder, name))
      local written <close> = assert(io.open(("%s/%s/sample.json"):format(folder, name), "wb"))
      written:write '{"sampling_mode":"Flat","iters":[2.0,2.0],"times":[4e9,6e9]}'
   end
   lu.assertEquals(names_of(foreign.read(folder)), { "sum" })
   os.remove(folder .. "/sum/base/sample.json")
   lu.assertEquals(names_of(foreign.read(folder)), { "sum", "10" })
   lu.assertEquals(names_of(foreign.read(folder .. "/sum/main")), { "main" })
end

function TestForms.test_criterion_without_its_benchmark_has_the_name_of_its_folder()
   local folder = runs.folder()
   os.execute(("mkdir -p %s/fib/new"):format(folder))
   local written = assert(io.open(folder .. "/fib/new/sample.json", "wb"))
   written:write '{"sampling_mode":"Flat","iters":[2.0,2.0],"times":[4e9,6e9]}'
   written:close()
   local read = foreign.read(folder)
   lu.assertEquals(names_of(read), { "fib" })
   lu.assertEquals(read.benchmarks[1].values, { 2, 3 })
end

function TestForms.test_folders_of_runs_and_nothing_are_no_files_of_others()
   lu.assertNil(foreign.read(runs.make { contenders = { "threads" }, workers = { 1 }, repeats = 2 }))
   lu.assertNil(foreign.read "/nowhere")
   os.execute("mkdir " .. runs.folder())
   lu.assertNil(foreign.read(runs.made[#runs.made]))
end

TestHostile = { tearDown = runs.clear }

-- Content → what the one line says.
local REFUSED = {
   { "", "is not valid JSON (it is empty); name a run folder, or a file of hyperfine --export-json, "
      .. "pyperf -o or criterion's new/sample.json" },
   { "{\"results\": [", "is not valid JSON; " },
   { "[1, 2]", "is JSON, but none of " },
   { "null", "is not valid JSON" },
   { '{"benchmarks": [{"name": "BM_x", "real_time": 3}], "context": {}}', "is JSON, but none of " },
   { '{"results": []}', "is JSON, but none of " },
   { '{"results": {"command": 1}}', "is JSON, but none of " },
   { '{"results": [{"command": "a", "mean": 1}]}', "damaged, results[1].times is missing" },
   { '{"results": [{"command": "a", "mean": 1, "times": []}]}', "results[1].times has 0 elements" },
   { '{"results": [{"command": "a", "mean": 1, "times": [1, -1]}]}', "results[1].times[2] is -1, not a " },
   { '{"results": [{"command": "a", "mean": 1, "times": ["x"]}]}', "results[1].times[1] is a text" },
   { '{"results": [{"command": "a", "mean": 1, "times": [1e999]}]}', "not a number" },
   { '{"results": [{"command": 7, "mean": 1, "times": [1]}]}', "results[1].command is 7, not a text" },
   { '{"benchmarks": [{"runs": []}]}', "has no times to compare: 'benchmark 1' has no values" },
   { '{"benchmarks": [{"runs": [{"values": [null]}]}]}', "has no times" },
   { '{"benchmarks": [{"runs": {}}, 3]}', "benchmarks[2] is 3, not an object" },
   { '{"iters": [1, 2], "times": [1]}', "times has 1 elements, but iters has 2" },
   { '{"iters": [0], "times": [1]}', "iters[1] is 0, not a number from 1" },
   { "\x1f\x8b\x08\x00", "is compressed with gzip; unpack it first" },
   { ("["):rep(5000), "is not valid JSON" },
   { '{"results":' .. ("[1,"):rep(20) .. "1" .. ("]"):rep(20) .. "}", "is JSON, but none of" },
}

function TestHostile.test_what_is_wrong_is_said_in_one_line()
   for _, case in ipairs(REFUSED) do
      lu.assertStrContains(message_of(foreign.read, file(case[1])), case[2])
   end
end

function TestHostile.test_control_characters_reach_no_terminal()
   local text = '{"results": [{"command": "a\\u001b[31mb\\u0007", "mean": 1, "times": [1]}]}'
   local read = foreign.read(file(text))
   lu.assertNotStrContains(read.benchmarks[1].name, "\27")
   lu.assertNotStrContains(message_of(matching.as_run, read, run { "x" }), "\27")
end

function TestHostile.test_every_prefix_and_every_changed_byte_is_read_or_refused()
   local text = io.open(SAMPLES .. "hyperfine.json"):read "a"
   for length = 0, #text - 1, 37 do
      local start = text:sub(1, length)
      for _, damaged in ipairs { start, start .. "\xff" .. text:sub(length + 2) } do
         local ok, raised = pcall(foreign.read, file(damaged))
         lu.assertTrue(ok or failure.is(raised), tostring(raised))
      end
   end
end

TestMatching = { tearDown = runs.clear }

local function labels_of(read, other, map)
   local labels = {}
   for index, cell in ipairs(matching.as_run(read, other, map).manifest.cells) do
      labels[index] = { cell.label, cell.workers }
   end
   return labels
end

function TestMatching.test_by_label_by_command_and_as_the_user_says()
   local read = sample "hyperfine.json"
   lu.assertEquals(labels_of(read, run { "sleep 0.02", "other" }),
      { { "sleep 0.02", 1 }, { "sleep 0.03", 1 } })
   local other = run { "short", "long" }
   other.manifest.cells[1].options = { argv = { "sleep", "0.02" } }
   lu.assertEquals(labels_of(read, other), { { "short", 1 }, { "sleep 0.03", 1 } })
   lu.assertEquals(labels_of(read, other, { "sleep 0.03=short", "sleep 0.02=long" }),
      { { "long", 1 }, { "short", 1 } })
   lu.assertEquals(labels_of(read, other, { ["sleep 0.03"] = "long" }), { { "short", 1 }, { "long", 1 } })
end

-- Neither side is cut at the wrong place.
function TestMatching.test_names_may_contain_equals_signs()
   local read = foreign.read(file '{"results": [{"command": "A=1 x", "mean": 1, "times": [1]}]}')
   lu.assertEquals(labels_of(read, run { "n=4", "1 x=n=4" }, { "A=1 x=n=4" }), { { "n=4", 1 } })
end

function TestMatching.test_a_label_with_several_worker_counts_needs_one()
   local read, other = sample "hyperfine.json", run({ "sleep 0.02", "b" }, { 1, 4 })
   lu.assertStrContains(message_of(labels_of, read, other),
      "'sleep 0.02, 1', 'sleep 0.02, 4', 'b, 1', 'b, 4'")
   lu.assertStrContains(message_of(labels_of, read, other, { "sleep 0.02=b" }),
      "--map: 'b' has several worker counts; add one, such as 'b, 1'")
   lu.assertEquals(labels_of(read, other, { "sleep 0.02=b, 4" }),
      { { "b", 4 }, { "sleep 0.03", 1 } })
   -- What isn't paired must not be taken for a cell that has its name by chance.
   local left = labels_of(read, other, { "sleep 0.03=b,1" })
   lu.assertEquals(left, { { "sleep 0.02 (hyperfine)", 1 }, { "b", 1 } })
end

function TestMatching.test_wrong_pairs()
   local read, other = sample "hyperfine.json", run { "a", "b" }
   local function said(...) return message_of(labels_of, read, other, { ... }) end
   lu.assertStrContains(said "sleep",
      "--map: 'sleep' has no '='; write NAME=CELL, such as 'sleep 0.02=LABEL'")
   lu.assertStrContains(said "sleep 1=a", "has no benchmark 'sleep 1'; it has 'sleep 0.02', 'sleep 0.03'")
   lu.assertStrContains(said "sleep 0.02=c", "has no cell 'c'; it has 'a', 'b'")
   lu.assertStrContains(said("sleep 0.02=a", "sleep 0.03=a"), "--map: 'a' is in two pairs")
   lu.assertStrContains(message_of(labels_of, read, other), "have no name in common ('sleep 0.02',"
      .. " 'sleep 0.03'; 'a', 'b'); pair them with --map 'sleep 0.02=a'")
   lu.assertStrContains(message_of(labels_of, read, other, { nothing = "a" }), "map: ")
end

TestScript = { tearDown = runs.clear }

function TestScript.test_results_compare_with_a_file()
   local now = run { "a", "b" }
   local lines = {}
   local found = now:compare(SAMPLES .. "hyperfine.json", { map = { ["sleep 0.02"] = "a" },
      print = function(line) lines[#lines + 1] = line end })
   lu.assertEquals(found.a.tool, "hyperfine")
   lu.assertEquals(found.metrics, { "total_s" })
   lu.assertEquals(#found.rows, 1)
   lu.assertEquals(found.rows[1].metrics.total_s.trials_a, 8)
   local said = table.concat(lines, " "):gsub("%s+", " ")
   lu.assertStrContains(said, "A was measured by hyperfine, B by bakeoff, and not in turn (interleaved)")
   lu.assertStrContains(said, "only in A, so not compared: sleep 0.03")
   lu.assertNotStrContains(said, "differ:")
end

-- Others run one benchmark after the other: what drifts in both is not the machine of the same minutes.
function TestScript.test_benchmarks_of_others_have_no_blocks_in_common()
   local results_of = {}
   for index, name in ipairs { "a", "b" } do
      local times = {}
      for n = 1, 20 do
         times[n] = 0.1 * index * (1 + n / 20 + 0.001 * (n * 7 % 5))
      end
      results_of[index] = { command = name, mean = 0.1, times = times }
   end
   local found = run({ "a", "b" }):compare(file(json.encode { results = results_of }), { print = false })
   local said = table.concat(found.steadiness, "\n")
   lu.assertNotStrContains(said, "the machine drifted")
   lu.assertStrMatches(said, "A: From the first measurement to the last, "
      .. "a[^%%]* got slower by %d+ %% and b[^%%]* got slower by %d+ %%%..*")
end

function TestScript.test_only_times_are_compared()
   local now = run { "sleep 0.02", "b" }
   lu.assertStrContains(message_of(now.compare, now, SAMPLES .. "hyperfine.json", { metric = "memory" }),
      "metric: " .. SAMPLES .. "hyperfine.json has no footprint_peak_bytes, only the times of hyperfine")
   lu.assertStrContains(message_of(now.compare, now, now, { map = { a = "b" }, print = false }),
      "map: has no effect on two runs of bakeoff")
   lu.assertStrContains(message_of(now.compare, now, SAMPLES .. "hyperfine.json", { map = "a=b" }),
      "compare: map: expected a table")
end

os.exit(lu.LuaUnit.run(), true)
