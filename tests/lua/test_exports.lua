--- Exports of results, compared with values worked out by hand.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local options = require "bakeoff.cli.exports"
local exports = require "bakeoff.report.exports"
local json = require "bakeoff.base.json"
local results = require "bakeoff.api.results"
local files = require "bakeoff.base.files"
local runs = require "support_runs"

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

-- label → what the manifest records of the command.
local PLANNED = {
   a = { argv = { "prog", "a b", "-n", "1" }, parameters = { { "n", "1" }, { "m", "x,y" } } },
   b = { argv = { "other" } },
}

local function load(labels, trials, planned)
   local cells = json.array {}
   for index, label in ipairs(labels) do
      cells[index] = { contender = "command", label = label, workers = 1, untold = true,
         options = (planned or PLANNED)[label] }
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

local function hyperfine_of(run) return exports.text("hyperfine", { run }) end

local function markdown_of(run) return exports.text("md", { run }) end

-- Parses CSV without quotes inside fields: column → list of values.
local function csv_of(...)
   local rows, names = {}, nil
   for line in exports.text("csv", { ... }):gmatch "([^\n]*)\n" do
      local fields = {}
      for quoted, plain in ("," .. line):gmatch ',"?("?)([^",]*)"?' do
         fields[#fields + 1] = quoted .. plain
      end
      if names then
         local found = {}
         for index, name in ipairs(names) do
            found[name] = fields[index]
         end
         rows[#rows + 1] = found
      end
      names = names or fields
   end
   return rows, names
end

TestExports = {}

function TestExports.setUp()
   local pipe <close> = assert(io.popen "mktemp -d")
   folder = pipe:read "l"
end

function TestExports.tearDown() os.execute("rm -rf '" .. folder .. "'") end

function TestExports.test_two_exports_never_share_a_file()
   local function wanted(csv, other) return options.wanted { export_csv = csv, export_json = other } end
   lu.assertErrorMsgContains("--export-json already writes to", wanted, folder .. "/x", folder .. "/./x")
   assert(os.execute(("ln -s x '%s/link'; touch '%s/x'"):format(folder, folder)))
   lu.assertErrorMsgContains("--export-json already writes to", wanted, folder .. "/x", folder .. "/link")
   lu.assertEquals(#wanted(folder .. "/x", folder .. "/y"), 2)
end

function TestExports.test_a_check_leaves_links_and_folders_as_they_are()
   assert(os.execute(("ln -s target '%s/link'"):format(folder)))
   lu.assertEquals(options.writable(folder .. "/link"), folder .. "/link")
   lu.assertEquals(core.list(folder), { "link" })
   lu.assertEquals(options.writable(folder .. "/new"), folder .. "/new")
   lu.assertNil(core.file_kind(folder .. "/new"))
   lu.assertStrContains(select(2, options.writable(folder)), "is a folder; name a file")
   lu.assertEquals({ options.writable "" }, { nil, "the file name is empty; name a file" })
   lu.assertEquals(options.writable_or_stdout "-", "-")
end

local function two() return { row("a", 1, 2), row("a", 2, 4), row("a", 3, 9), row("b", 1, 0.5) } end

function TestExports.test_json_has_hyperfines_fields()
   local decoded = json.decode(hyperfine_of(load({ "a", "b" }, two())))
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

-- A spreadsheet that opens the file computes nothing, and every text is still there.
function TestExports.test_no_text_of_the_csv_begins_a_formula()
   local labels, lines = { "=1+2", "+1", "-1", "@SUM(A1)", "a=1" }, {}
   for index, label in ipairs(labels) do
      lines[index] = row(label, 1, 2)
   end
   local found = {}
   for index, one in ipairs(csv_of(load(labels, lines, { ["=1+2"] = { argv = { "=cmd" } } }))) do
      found[index] = one.label
   end
   lu.assertEquals(found, { "'=1+2", "'+1", "'-1", "'@SUM(A1)", "a=1" })
end

-- As it ran: with its line breaks, and braces that were doubled to be literal.
function TestExports.test_the_command_is_what_ran()
   local argv = { "sh", "-c", "echo 1\ntrue # {{x}} {out}" }
   local run = load({ "a" }, { row("a", 1, 2) }, { a = { argv = argv, parameters = { { "n", "1" } } } })
   local command = "sh -c $'echo 1\\ntrue # {x} {out}'"
   lu.assertEquals(json.decode(hyperfine_of(run)).results[1].command, command)
   lu.assertStrContains(exports.text("csv", { run }), command)
   local cell = json.decode(exports.text("json", { run })).cells[1]
   lu.assertEquals(cell.command, { "sh", "-c", "echo 1\ntrue # {x} {out}" })
   lu.assertEquals(cell.parameters, { n = "1" })
end

function TestExports.test_one_run_has_no_deviation_and_no_parameters_are_left_out()
   local b = json.decode(hyperfine_of(load({ "a", "b" }, two()))).results[2]
   lu.assertEquals(b.stddev, json.null)
   lu.assertNil(b.parameters)
   lu.assertEquals(b.times, { 0.5 })
end

function TestExports.test_failed_trials_are_counted_and_give_no_times()
   local trials = { row("a", 1, 2), row("a", 2, 3, { status = "failed", exit = { code = 7 } }) }
   local loaded = load({ "a" }, trials)
   local a = json.decode(hyperfine_of(loaded)).results[1]
   lu.assertEquals(a.times, { 2 })
   lu.assertEquals(a.exit_codes, { 0 })
   lu.assertEquals(a.failed_runs, 1)
   local none = load({ "a" }, { row("a", 1, 3, { status = "failed", exit = { signal = 9 } }) }, {})
   local result = json.decode(hyperfine_of(none)).results[1]
   lu.assertEquals(result.mean, json.null)
   lu.assertEquals(result.times, {})
   lu.assertEquals(result.command, "a")
end

function TestExports.test_a_signal_that_counts_as_success_has_no_exit_code()
   local loaded = load({ "a" }, { row("a", 1, 2, { exit = { signal = 15 } }) })
   lu.assertEquals(json.decode(hyperfine_of(loaded)).results[1].exit_codes, { json.null })
end

function TestExports.test_csv_has_a_line_per_cell_with_all_figures()
   local a = row("a", 1, 2)
   a.cpu = nil
   local planned = { a = { argv = { "prog" }, parameters = { { "n", "1" }, { "m", "x y" } } } }
   local rows, names = csv_of(load({ "a", "b" }, { a, row("a", 2, 4), row("a", 3, 9), row("b", 1, 0.5) },
      planned))
   lu.assertEquals(table.concat(names, ",", 1, 14), "experiment,contender,label,command,workers,trials," ..
      "failed_trials,verdict,verdict_code,ratio,ratio_low,ratio_high,parameter_n,parameter_m")
   local first, second = rows[1], rows[2]
   lu.assertEquals({ first.command, first.trials, first.total_s, first.total_s_min, first.total_s_max,
      first.total_s_low, first.cpu_s, first.footprint_peak_bytes, first.parameter_m, first.verdict },
      { "prog", "3", "4", "2", "9", "", "4.875", "2097152", "x y", "" })
   lu.assertEquals({ second.command, second.parameter_n, second.total_s, second.verdict,
      second.verdict_code }, { "b", "", "0.5", "too few repeats", "too_few_repeats" })
end

function TestExports.test_csv_tells_the_interval_and_the_extremes_apart()
   local trials = {}
   for number, total in ipairs { 2.4, 7, 2, 2.8, 9, 2.2, 3.2, 2.6 } do
      trials[number] = row("b", number, total)
   end
   local run = load({ "b" }, trials)
   local of, line = run:summary_of(run.cells[1]).total_s, csv_of(run)[1]
   lu.assertEquals({ line.total_s, line.total_s_min, line.total_s_max }, { "2.7", "2", "9" })
   for _, name in ipairs { "low", "high", "mad" } do
      lu.assertEquals(line["total_s_" .. name], ("%.9g"):format(of[name]), name)
   end
   lu.assertTrue(2 < of.low and of.low < 2.7 and 2.7 < of.high and of.high < 9)
end

function TestExports.test_csv_quotes_what_needs_it()
   local text = exports.text("csv", { load({ "a" }, { row("a", 1, 2) }) })
   lu.assertStrContains(text, ",prog 'a b' -n 1,,1,0,")
   lu.assertStrContains(text, ',1,"x,y",')
   text = exports.text("csv", { load({ 'say "a"' }, { row('say "a"', 1, 2) }) })
   lu.assertStrContains(text, 'exec,command,"say ""a""",')
end

function TestExports.test_several_experiments_stand_in_one_file()
   local first = load({ "a" }, { row("a", 1, 2) })
   local second = load({ "b" }, { row("b", 1, 3) })
   lu.assertEquals(#json.decode(exports.text("hyperfine", { first, second })).results, 2)
   lu.assertEquals(#csv_of(first, second), 2)
   lu.assertEquals(#json.decode(exports.text("json", { first, second })), 2)
   lu.assertEquals(json.decode(exports.text("json", { first })).experiment, "exec")
   lu.assertEquals(select(2, exports.text("md", { first, second }):gsub("\n## exec\n", "%0")), 1)
end

function TestExports.test_contenders_that_are_no_programs()
   local run = results.load(runs.make { repeats = 6, workers = { 1, 4 }, contenders = { "threads" } })
   local list = json.decode(exports.text("hyperfine", { run })).results
   lu.assertEquals({ list[1].command, list[2].command }, { "threads × 1", "threads × 4" })
   lu.assertEquals(list[2].parameters, { workers = "4" })
   lu.assertEquals(#list[2].times, 6)
   local rows, names = csv_of(run)
   lu.assertEquals({ rows[2].workers, rows[2].verdict }, { "4", "" })
   lu.assertNotStrContains(table.concat(names, ","), "parameter_")
   runs.clear()
end

function TestExports.test_markdown_is_the_table()
   local text = markdown_of(load({ "a", "b" }, two()))
   lu.assertStrContains(text, "| command | time [95 %] | speed vs a | CPU user |")
   lu.assertStrContains(text, "| a | 4.00 s | reference | 2.00 s | 1.00 s | 2.00 MiB | 2 | 0 |")
   lu.assertNotStrContains(text, "start-up")
   lu.assertNotStrContains(text, "exit codes")
end

-- One sample just after the start, and no larger peak from the kernel: the true peak is unknown.
function TestExports.test_memory_of_what_was_over_too_soon_is_not_told()
   local memory = { footprint_peak_bytes = 4096, rss_peak_bytes = 4096, processes_peak = 1, samples = 1 }
   local loaded = load({ "a" }, { row("a", 1, 2, { memory = memory }) })
   local a = json.decode(hyperfine_of(loaded)).results[1]
   lu.assertEquals(a.memory_usage_byte, {})
   lu.assertNil((a.memory or {}).footprint_peak_bytes)
   lu.assertEquals(require("bakeoff.report.programs").memory_lines(loaded),
      { "peak memory of a: unknown, since it ends before it can be sampled" })
   memory.footprint_peak_bytes = 9 * MIB -- from the kernel
   loaded = load({ "a" }, { row("a", 1, 2, { memory = memory }) })
   lu.assertEquals(json.decode(hyperfine_of(loaded)).results[1].memory_usage_byte, { 9 * MIB })
end

-- Of a program that is soon over, a trial with a good sample counts no less than one with a useless sample.
function TestExports.test_what_the_kernel_knows_counts_whatever_samples_saw()
   local function peak_of(samples, footprint, rss, kernel)
      local memory = { samples = samples, footprint_peak_bytes = footprint * MIB, processes_peak = 1,
         rss_peak_bytes = rss and rss * MIB, kernel_peak_bytes = kernel and kernel * MIB }
      local list = json.decode(hyperfine_of(load({ "a" }, { row("a", 1, 2, { memory = memory }) })))
      return list.results[1].memory_usage_byte[1]
   end
   lu.assertEquals(peak_of(2, 6, 6, 5), 6 * MIB)
   lu.assertEquals(peak_of(1, 6, 6, 5), 6 * MIB) -- the kernel knows less, but it knows the peak
   lu.assertEquals(peak_of(1, 5, 1, 5), 5 * MIB)
   lu.assertNil(peak_of(1, 6, 6, nil))
   lu.assertEquals(peak_of(0, 5, nil, 5), 5 * MIB)
end

function TestExports.test_trials_without_a_peak_are_counted()
   local trials = {}
   for number = 1, 4 do
      trials[number] = row("a", number, 2)
      trials[number].memory.samples = number > 1 and 20 or 1
   end
   lu.assertEquals(require("bakeoff.report.programs").memory_lines(load({ "a" }, trials)),
      { "peak memory of a and its children: 3.00 MiB in 3 of 4 trials, at most 2 processes at once" })
end

TestTable = { setUp = TestExports.setUp, tearDown = TestExports.tearDown }

function TestTable.test_columns_that_say_something_are_added()
   local trials = { row("a", 1, 2, { startup_s = 0.25, exit = { code = 1 } }), row("a", 2, 2),
      row("b", 1, 3, { status = "failed", exit = { signal = 9 } }) }
   local text = markdown_of(load({ "a", "b" }, trials))
   lu.assertStrContains(text, "| start-up | exit codes | failed |")
   lu.assertStrContains(text, "| 250 ms | 0 ×1, 1 ×1 | 0 |")
   lu.assertStrContains(text, "| – | signal 9 | 1 of 1 |")
end

function TestTable.test_memory_of_each_command_in_a_line()
   local lines = require("bakeoff.report.programs").memory_lines(load({ "a", "b" }, two()))
   lu.assertEquals(lines, {
      "peak memory of a and its children: 2.00 MiB, at most 2 processes at once",
      "peak memory of b and its children: 1.00 MiB, at most 2 processes at once",
   })
end

os.exit(lu.LuaUnit.run(), true)
