--- Exports of commands' results, against values worked out by hand.
local lu = require "luaunit"
local exports = require "bakeoff.report.exports"
local json = require "bakeoff.base.json"
local results = require "bakeoff.results"
local files = require "bakeoff.base.files"

local MIB = 1024 * 1024

local folder

local function row(label, number, total, fields)
   local trial = { experiment = "exec", contender = "command", label = label, workers = 1, block = number,
      status = "ok", total_s = total, work_s = total, exit = { code = 0 },
      cpu = { user_s = total / 2, system_s = total / 4 },
      memory = { footprint_peak_bytes = number * MIB, rss_peak_bytes = 2 * number * MIB,
         processes_peak = 2, samples = 20 } }
   trial["repeat"] = number
   for name, value in pairs(fields or {}) do
      trial[name] = value
   end
   return trial
end

local function load(labels, trials)
   local cells = json.array {}
   for index, label in ipairs(labels) do
      cells[index] = { contender = "command", label = label, workers = 1 }
   end
   local lines = {}
   for index, trial in ipairs(trials) do
      lines[index] = json.encode(trial) .. "\n"
   end
   files.write(folder .. "/manifest.json", json.encode { experiment = "exec", form = "command", seed = 1,
      status = "complete", items = 1, repeats = 2, cells = cells })
   files.write(folder .. "/trials.jsonl", table.concat(lines))
   return results.load(folder)
end

local KNOWN = {
   a = { command = "prog 'a b' -n 1", parameters = { { "n", "1" }, { "m", "x,y" } } },
   b = { command = "other", parameters = {} },
}

TestExports = {}

function TestExports.setUp()
   local pipe <close> = assert(io.popen "mktemp -d")
   folder = pipe:read "l"
end

function TestExports.tearDown() os.execute("rm -rf '" .. folder .. "'") end

local function two() return { row("a", 1, 2), row("a", 2, 4), row("a", 3, 9), row("b", 1, 0.5) } end

function TestExports.test_json_has_hyperfines_fields()
   local decoded = json.decode(exports.json(load({ "a", "b" }, two()), KNOWN))
   lu.assertEquals(#decoded.results, 2)
   local a = decoded.results[1]
   lu.assertEquals(a.command, "prog 'a b' -n 1")
   lu.assertEquals(a.label, "a")
   lu.assertEquals(a.times, { 2, 4, 9 })
   lu.assertEquals(a.exit_codes, { 0, 0, 0 })
   lu.assertEquals({ a.mean, a.median, a.min, a.max }, { 5, 4, 2, 9 })
   lu.assertAlmostEquals(a.stddev, math.sqrt((9 + 1 + 16) / 2), 1e-8)
   lu.assertEquals({ a.user, a.system }, { 2.5, 1.25 })
   lu.assertEquals(a.parameters, { n = "1", m = "x,y" })
   lu.assertEquals(a.memory_usage_byte, { MIB, 2 * MIB, 3 * MIB })
   lu.assertEquals(a.memory.footprint_peak_bytes.median, 2 * MIB)
   lu.assertEquals(a.memory.processes_peak.max, 2)
   lu.assertEquals(a.failed_runs, 0)
end

function TestExports.test_one_run_has_no_deviation_and_no_parameters_are_left_out()
   local b = json.decode(exports.json(load({ "a", "b" }, two()), KNOWN)).results[2]
   lu.assertEquals(b.stddev, json.null)
   lu.assertNil(b.parameters)
   lu.assertEquals(b.times, { 0.5 })
end

function TestExports.test_failed_trials_are_counted_and_give_no_times()
   local trials = { row("a", 1, 2), row("a", 2, 3, { status = "failed", exit = { code = 7 } }) }
   local loaded = load({ "a" }, trials)
   local a = json.decode(exports.json(loaded, KNOWN)).results[1]
   lu.assertEquals(a.times, { 2 })
   lu.assertEquals(a.exit_codes, { 0 })
   lu.assertEquals(a.failed_runs, 1)
   local none = load({ "a" }, { row("a", 1, 3, { status = "failed", exit = { signal = 9 } }) })
   local result = json.decode(exports.json(none, {})).results[1]
   lu.assertEquals(result.mean, json.null)
   lu.assertEquals(result.times, {})
   lu.assertEquals(result.command, "a")
end

function TestExports.test_a_signal_that_counts_as_success_has_no_exit_code()
   local loaded = load({ "a" }, { row("a", 1, 2, { exit = { signal = 15 } }) })
   lu.assertEquals(json.decode(exports.json(loaded, KNOWN)).results[1].exit_codes, { json.null })
end

function TestExports.test_csv_has_columns_for_parameters()
   local lines = {}
   for line in exports.csv(load({ "a", "b" }, two()), KNOWN):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line
   end
   lu.assertEquals(lines, {
      "command,mean,stddev,median,user,system,min,max,parameter_n,parameter_m,footprint_peak_bytes," ..
         "processes_peak,failed_runs",
      "prog 'a b' -n 1,5,3.60555128,4,2.5,1.25,2,9,1,\"x,y\",2097152,2,0",
      "other,0.5,,0.5,0.25,0.125,0.5,0.5,,,1048576,2,0",
   })
end

function TestExports.test_markdown_is_the_table()
   local text = exports.md(load({ "a", "b" }, two()))
   lu.assertStrContains(text, "| command | time [95 %] | vs a | CPU user |")
   lu.assertStrContains(text, "| a | 4.00 s | reference | 2.00 s | 1.00 s | 2.00 MiB | 2 | 0 |")
   lu.assertNotStrContains(text, "start-up")
   lu.assertNotStrContains(text, "exit codes")
end

-- One sample just after its start, and no peak that the kernel could tell apart: nobody knows.
function TestExports.test_memory_of_what_was_over_too_soon_is_not_told()
   local memory = { footprint_peak_bytes = 4096, rss_peak_bytes = 4096, processes_peak = 1, samples = 1 }
   local loaded = load({ "a" }, { row("a", 1, 2, { memory = memory }) })
   local a = json.decode(exports.json(loaded, KNOWN)).results[1]
   lu.assertEquals(a.memory_usage_byte, {})
   lu.assertNil((a.memory or {}).footprint_peak_bytes)
   lu.assertEquals(require("bakeoff.report.programs").memory_lines(loaded),
      { "memory of a: not known, it is over before it can be sampled" })
   memory.footprint_peak_bytes = 9 * MIB -- of the kernel
   loaded = load({ "a" }, { row("a", 1, 2, { memory = memory }) })
   lu.assertEquals(json.decode(exports.json(loaded, KNOWN)).results[1].memory_usage_byte, { 9 * MIB })
end

TestTable = { setUp = TestExports.setUp, tearDown = TestExports.tearDown }

function TestTable.test_columns_that_say_something_are_added()
   local trials = { row("a", 1, 2, { startup_s = 0.25, exit = { code = 1 } }), row("a", 2, 2),
      row("b", 1, 3, { status = "failed", exit = { signal = 9 } }) }
   local text = exports.md(load({ "a", "b" }, trials))
   lu.assertStrContains(text, "| start-up | exit codes | failed |")
   lu.assertStrContains(text, "| 250 ms | 0 ×1, 1 ×1 | 0 |")
   lu.assertStrContains(text, "| – | signal 9 | 1 of 1 |")
end

function TestTable.test_memory_of_each_command_in_a_line()
   local lines = require("bakeoff.report.programs").memory_lines(load({ "a", "b" }, two()))
   lu.assertEquals(lines, {
      "memory of a, children included: 2.00 MiB at the peak, up to 2 processes at once",
      "memory of b, children included: 1.00 MiB at the peak, up to 2 processes at once",
   })
end

os.exit(lu.LuaUnit.run(), true)
