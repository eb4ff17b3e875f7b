--- One verdict per pair, wherever a reader meets it: rows, sentences, exports, titles of charts, gates,
-- claims. Held over simulated runs of many contenders with few repeats, where verdicts are least certain and
-- families largest.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local claim = require "bakeoff.gate.claim"
local decide = require "bakeoff.gate.decide"
local exports = require "bakeoff.report.exports"
local finding = require "bakeoff.analysis.finding"
local json = require "bakeoff.base.json"
local noise = require "support_noise"
local parser = require "bakeoff.gate.parser"
local places = require "bakeoff.gate.places"
local result_table = require "bakeoff.report.result_table"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local select_cells = require "bakeoff.model.select"
local verdict = require "bakeoff.model.verdict"
local verdict_list = require "bakeoff.report.verdict_list"

local CONTENDERS, REPEATS = 12, 6

-- In the runs of the last two seeds, some contenders are shown to be slower than the reference, but not than
-- others, with which the reference is tied.
local SEEDS = { 1, 9, 35 }

local function contenders()
   local list = { "sequential" }
   for index = 2, CONTENDERS do
      list[index] = { "threads", label = ("c%02d"):format(index) }
   end
   return list
end

-- Contender k takes about 1 + spread × (k - 1) times as long as the first, the reference; noise of 3 %.
local function simulated(seed, spread)
   local source, place = noise.new(seed, { sigma = 0.03, outliers = 0.05, block = 0.02 }), {}
   for index, one in ipairs(contenders()) do
      place[type(one) == "table" and one.label or one] = index
   end
   return results.load(runs.make { contenders = contenders(), workers = { 4 }, repeats = REPEATS,
      change = function(trial)
         local level = 1 + spread * (place[trial.label] - 1)
         trial.total_s = source:trial(level)
         trial.work_s = trial.total_s * 0.99
         trial.phases = { work_start_s = 0.03, work_end_s = 0.07, end_s = 0.08 } -- few readings of memory
         trial.latency_s.p99 = source:trial(level)
         trial.memory.footprint_peak_bytes = math.floor(1e7 * source:trial(level))
      end })
end

local RUNS = {}

-- Runs with equal contenders, with slight differences, and with clear ones; made once.
local function each_run(check)
   for _, seed in ipairs(SEEDS) do
      for _, spread in ipairs { 0, 0.01, 0.1 } do
         local key = ("seed %d, spread %g"):format(seed, spread)
         RUNS[key] = RUNS[key] or simulated(seed, spread)
         check(RUNS[key], key)
      end
   end
end

TestOneVerdict = {}

local function column(columns, start)
   for index, one in ipairs(columns) do
      if one.title:find(start, 1, true) == 1 then
         return index
      end
   end
end

local function relative_column(columns) return column(columns, "speed vs ") end

function TestOneVerdict.test_rows_sentences_and_exports_say_what_the_verdict_says()
   each_run(function(run, about)
      local columns, rows = result_table.rows(run)
      local at, sentences = relative_column(columns), verdict_list.sentences(run)
      local written = json.decode(exports.text("json", { run }))
      local lines = {}
      for line in exports.text("csv", { run }):gmatch "[^\r\n]+" do
         lines[#lines + 1] = line
      end
      local table_text = exports.text("md", { run })
      for index, cell in ipairs(run.cells) do
         local versus = run:versus_reference(cell)
         if versus then
            local words = verdict.of(versus)
            lu.assertEquals(run:verdict(cell, run.cells[1], "total_s").verdict, versus.verdict, about)
            lu.assertStrContains(tostring(rows[index][at]), words, false, about)
            lu.assertStrContains(table_text, tostring(rows[index][at]), false, about)
            lu.assertEquals(written.cells[index].vs_reference.verdict_code, versus.verdict, about)
            lu.assertStrContains(lines[index + 1], ("%s,%s,"):format(words, versus.verdict), false,
               about)
            lu.assertEquals(sentences[index]:find("no difference shown", 1, true) ~= nil,
               versus.verdict == "no_difference", about .. sentences[index])
         end
      end
   end)
end

-- Beside an interval that excludes 1, "no difference shown" says why.
function TestOneVerdict.test_no_verdict_contradicts_the_interval_beside_it()
   local reasons = {}
   each_run(function(run, about)
      local columns, rows = result_table.rows(run)
      local at, sentences = relative_column(columns), verdict_list.sentences(run)
      for index in ipairs(run.cells) do
         local text = tostring(rows[index][at])
         local low, high = text:match "%[([%d.]+), ([%d.]+)%]"
         local differs = low and (tonumber(low) > 1 or tonumber(high) < 1)
         local why = text:match "no difference shown (.*)"
         if differs and text:find("no difference shown", 1, true) then
            lu.assertNotNil(why, about .. ": " .. text)
            lu.assertStrContains(sentences[index], why)
            lu.assertStrContains(exports.text("csv", { run }), "no difference shown " .. why)
            reasons[why] = true
         end
      end
   end)
   lu.assertNotNil(next(reasons))
end

-- A quantity is told one way round: the table's ratios are those of the chart `ratio`, digit by digit.
function TestOneVerdict.test_ratios_of_tables_and_charts_are_the_same()
   each_run(function(run, about)
      local columns, rows = result_table.rows(run)
      local at, drawn = relative_column(columns), {}
      for index, pair in ipairs(charts.build("ratio", run, {}, true).vars) do
         drawn[index] = type(pair[2]) == "table" and table.concat(pair[2], "\n") or tostring(pair[2])
      end
      drawn = table.concat(drawn, "\n")
      lu.assertStrContains(drawn, "times as fast as sequential")
      for index = 2, #run.cells do
         local shown = rows[index][at]
         local ratio = shown.text .. (shown.interval and " " .. shown.interval or "")
         lu.assertStrContains(drawn, ratio, false, about)
      end
   end)
end

local METRICS = { "total_s", "latency_p99_s", "footprint_peak_bytes" }

-- The cells of a list of entries, as a set.
local function set_of(entries)
   local set = {}
   for _, entry in ipairs(entries) do
      set[entry.cell] = true
   end
   return set
end

function TestOneVerdict.test_titles_are_made_of_the_same_verdicts()
   each_run(function(run, about)
      for _, metric in ipairs(METRICS) do
         local found = finding.ranking(run, (select_cells.at_one_count(run)), metric)
         if found.leader then
            local slower, tied, between = set_of(found.slower), set_of(found.tied), set_of(found.between)
            for _, entry in ipairs(found.entries) do
               local code = entry ~= found.leader
                  and run:verdict(entry.cell, found.leader.cell, metric).verdict
               lu.assertEquals(slower[entry.cell] or false, code == "slower", about)
               lu.assertEquals(tied[entry.cell] or between[entry.cell] or false,
                  code == "same" or code == "no_difference", about)
            end
         end
      end
   end)
end

-- Whom a cell is shown to beat among entries: their number; nil if one is shown to beat it.
local function wins_of(run, cell, entries, metric)
   local wins = 0
   for _, entry in ipairs(entries) do
      local code = entry.cell ~= cell and run:verdict(entry.cell, cell, metric).verdict
      if code == "faster" then
         return nil
      end
      wins = wins + (code == "slower" and 1 or 0)
   end
   return wins
end

-- So that a title tells as many of the differences in the rows as it can.
function TestOneVerdict.test_the_leader_of_a_title_beats_as_many_as_any()
   each_run(function(run, about)
      local found = finding.ranking(run, (select_cells.at_one_count(run)), "total_s")
      local entries = found.entries
      local most = found.leader and wins_of(run, found.leader.cell, entries, "total_s")
      for _, entry in ipairs(most and entries or {}) do
         lu.assertTrue((wins_of(run, entry.cell, entries, "total_s") or 0) <= most, about)
      end
   end)
end

-- Of those that a title calls tied, none is slower than another, neither in its row nor in any other title.
function TestOneVerdict.test_nobody_is_called_tied_above_a_row_that_calls_it_slower()
   each_run(function(run, about)
      for _, metric in ipairs(METRICS) do
         local found = finding.ranking(run, (select_cells.at_one_count(run)), metric)
         local front = table.move(found.tied, 1, #found.tied, 2, { found.leader })
         for _, one in ipairs(front) do
            for _, other in ipairs(front) do
               local code = one ~= other and run:verdict(one.cell, other.cell, metric).verdict
               lu.assertFalse(code and verdict.is_difference(code),
                  ("%s, %s: %s: %s"):format(about, metric, run:finding(), one.cell.label))
            end
         end
      end
   end)
end

-- A title that says "no difference shown" of all stands above no row with a difference.
function TestOneVerdict.test_titles_of_charts_contradict_no_row()
   each_run(function(run, about)
      local shown = false
      for _, cell in ipairs(run.cells) do
         local versus = run:versus_reference(cell)
         shown = shown or versus ~= nil and verdict.is_difference(versus.verdict)
      end
      for _, name in ipairs { "speed", "ratio" } do
         local title = charts.title(name, run)
         local says_none = title:find "all %d+ contenders$"
            or title:find "^Against .*: [^;]*no difference shown[^;]*$"
         lu.assertFalse(says_none ~= nil and shown, ("%s: %s"):format(about, title))
      end
   end)
end

-- Gates and claims are single questions, asked before the run, so they are not corrected for the table. But
-- they see the same ratio, interval and test.
function TestOneVerdict.test_gates_and_claims_see_the_same_comparison()
   each_run(function(run, about)
      for index = 2, #run.cells do
         local cell, reference = run.cells[index], run.cells[1]
         local versus = run:verdict(cell, reference, "total_s")
         local text = ('total("%s") < total("%s")'):format(cell.label, reference.label)
         local condition = parser.parse(text)
         local part = decide.at(run, condition, places.of(run, condition)[1])
         lu.assertAlmostEquals(part.compared.range.value, versus.ratio, 1e-12, about)
         lu.assertAlmostEquals(part.compared.range.low, versus.low, 1e-12, about)
         lu.assertAlmostEquals(part.compared.range.high, versus.high, 1e-12, about)
         lu.assertAlmostEquals(part.p, versus.p, 1e-12, about)
         local outcome = claim.new(run, "it is faster", text).verdict
         local wanted = versus.verdict == "faster" and "held" or versus.verdict == "slower" and "refuted"
         lu.assertTrue(not wanted or (outcome == wanted and part.verdict == wanted), about)
         local opposite = outcome == "held" and "slower" or outcome == "refuted" and "faster"
         lu.assertNotEquals(versus.verdict, opposite, about)
      end
   end)
end

function TestOneVerdict.test_the_runs_have_what_could_contradict()
   local codes = {}
   each_run(function(run)
      for _, cell in ipairs(run.cells) do
         local versus = run:versus_reference(cell)
         codes[versus and versus.verdict or "reference"] = true
      end
   end)
   lu.assertTrue(codes.slower and codes.no_difference)
end

local failed = lu.LuaUnit.run()
runs.clear()
os.exit(failed, true)
