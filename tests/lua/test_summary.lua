--- The summary on the terminal: what it says, and that it fits into any width.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local best = require "bakeoff.analysis.best"
local columns = require "bakeoff.base.columns"
local race = require "bakeoff.analysis.wording.race"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local summary_words = require "bakeoff.analysis.wording.summary"
local look_of = require("bakeoff.base.look").of
local terminal = require "bakeoff.report.terminal"

local WRITTEN = { "summary.json", "report.md", "report.html" }

local function load(spec)
   spec = spec or {}
   spec.contenders, spec.workers = spec.contenders or runs.FIVE, spec.workers or { 1, 4, 16 }
   return results.load(runs.make(spec))
end

local function shown(loaded, options)
   local said = {}
   options = options or {}
   options.width, options.print = options.width or 80, function(line) said[#said + 1] = line end
   terminal.show(loaded, WRITTEN, { "a chart was not drawn" }, options)
   return table.concat(said, "\n") .. "\n", said
end

TestFinding = {}

-- Rows show each contender at its best count; a sentence on another count says so, or would contradict them.
function TestFinding.test_it_names_its_worker_count_if_a_row_has_another_one()
   local function slow_with_many(trial)
      local factor = trial.label == "processes" and trial.workers == 16 and 20 or 1
      trial.total_s, trial.work_s = trial.total_s * factor, trial.work_s * factor
   end
   local text = shown(load { change = slow_with_many }, { width = 300 })
   lu.assertStrMatches(text, ".* times as long %(16 workers; sequential: 1%)%.\n"
      .. ".* times as much %(16 workers; sequential: 1%)%.\n.*")
   lu.assertNotStrContains(shown(load(), { width = 300 }), "(16 workers")
end

TestWidths = {}

-- Only words that are longer than the line may be; figures and sentences are wrapped or left out.
function TestWidths.test_every_line_fits_and_no_word_is_cut()
   local loaded = load { contenders = { "sequential", "threads", "eventloop",
      { "threads", label = "漢字漢字 🚀 e\u{301}" } } }
   for _, width in ipairs { 40, 60, 80, 120, 200 } do
      for _, options in ipairs { {}, { notes = true }, { all = true } } do
         local _, lines = shown(loaded, { width = width, notes = options.notes, all = options.all })
         for _, line in ipairs(lines) do
            local longest = 0
            for word in line:gmatch "%S+" do
               longest = math.max(longest, columns.width(word))
            end
            lu.assertTrue(columns.width(line) <= width or longest > width - 12, width .. ": " .. line)
         end
      end
   end
end

function TestWidths.test_figures_are_left_out_before_they_are_cut()
   local loaded = load()
   local wide, narrow = shown(loaded, { width = 80 }), shown(loaded, { width = 34 })
   for _, title in ipairs { "workers", "total", "95 %", "speed", "p99", "memory" } do
      lu.assertStrContains(wide, title)
   end
   lu.assertStrContains(narrow, "event loop")
   lu.assertStrContains(narrow, "total")
   lu.assertNotStrContains(narrow, "p99")
end

function TestWidths.test_long_names_have_lines_of_their_own()
   local long = "a label of thirty-six characters, or"
   local loaded = load { contenders = { "sequential", { "threads", label = long:gsub(",", "") } } }
   local text = shown(loaded, { width = 40 })
   lu.assertStrMatches(text, ".*\n  a label of thirty%-six characters or\n +%d.*")
end

function TestWidths.test_names_that_are_too_long_are_cut_where_they_are_alike()
   local contenders = { "sequential" }
   for index = 1, 3 do
      contenders[index + 1] = { "threads", label = ("one of the labels (the %dth) that fill a line and more,"
         .. " up to its end and beyond it"):format(index) }
   end
   local loaded = load { contenders = contenders }
   for width, first in pairs { [40] = "one of the…1th) that fi…nd beyond it ●",
      [80] = "one of t…1th) that…beyond it ●" } do
      local _, lines = shown(loaded, { width = width })
      lu.assertStrContains(table.concat(lines, "\n"), first)
      for _, line in ipairs(lines) do
         lu.assertTrue(columns.width(line) <= width, line)
      end
   end
end

-- look.of with other variables of the environment.
local function look(variables, options)
   local getenv = os.getenv
   os.getenv = function(name) return variables[name] end -- luacheck: ignore
   local found = look_of(options or {})
   os.getenv = getenv -- luacheck: ignore
   return found
end

function TestWidths.test_columns_goes_before_the_terminal_and_an_option_before_both()
   lu.assertEquals(look({ COLUMNS = "57" }).width, 57)
   lu.assertEquals(look({ COLUMNS = "57" }, { width = 91 }).width, 91)
   local usual = look({}).width
   lu.assertTrue(usual == 80 or require("bakeoff.core").terminal(1) == usual)
   for _, wrong in ipairs { "", "wide", "-3", "0" } do
      lu.assertEquals(look({ COLUMNS = wrong }).width, usual)
   end
   lu.assertFalse(look({ NO_COLOR = "1" }).colour)
end

TestContent = {}

function TestContent.test_many_worker_counts_are_a_range()
   local left_out = {}
   for workers = 1, 100 do
      left_out[workers] = { workers = workers }
   end
   lu.assertEquals(summary_words.legend(false, nil, left_out),
      "100 more cells (1 to 100 workers): --all")
end

function TestContent.test_one_row_per_contender_under_one_name_the_best_first()
   local text, lines = shown(load())
   lu.assertStrContains(text, "event loop")
   lu.assertNotStrContains(text, "eventloop")
   local rows = {}
   for _, line in ipairs(lines) do
      if line:find "×" then
         rows[#rows + 1] = line
      end
   end
   lu.assertEquals(#rows, 5)
   lu.assertStrMatches(rows[5], "  sequential +1 .*1×.*")
   lu.assertStrMatches(rows[1], ".*████████.*")
   lu.assertStrContains(text:gsub("%s+", " "), "8 more cells (1, 4 workers): --all")
   lu.assertStrContains(text, "report.html\n")
end

function TestContent.test_ties_are_marked_as_the_finding_has_them()
   local loaded = load { tie = true, contenders = { "threads", "eventloop" }, workers = { 4 } }
   local rows = best.of(loaded)
   lu.assertTrue(rows[1].tied and rows[2].tied)
   lu.assertStrContains(shown(loaded), "● no difference shown")
   lu.assertNil(best.of(load { contenders = { "sequential", "eventloop" } })[1].tied)
end

-- At 16 workers the two tie, and one of them is faster with 4.
function TestContent.test_no_mark_stands_alone()
   local loaded = load { tie = true, contenders = { "threads", "eventloop" }, workers = { 4, 16 },
      change = function(trial)
         if trial.label == "threads" and trial.workers == 4 then
            trial.total_s = trial.total_s / 20
         end
      end }
   local rows, found = best.of(loaded)
   lu.assertEquals({ #found.tied, rows[1].cell.workers, rows[2].cell.workers }, { 1, 4, 16 })
   lu.assertNil(rows[1].tied or rows[2].tied)
   lu.assertNotStrContains(shown(loaded), "●")
end

function TestContent.test_all_shows_every_cell_notes_every_note_and_quiet_one_line()
   local loaded = load()
   local all = shown(loaded, { all = true, width = 200 })
   lu.assertStrContains(all, "total [95 %]")
   lu.assertNotStrContains(all, "--all")
   lu.assertStrContains(shown(loaded, { notes = true }), "note: a chart was not drawn")
   lu.assertNotStrContains(shown(loaded), "a chart was not drawn")
   local quiet, lines = shown(loaded, { quiet = true })
   lu.assertEquals(#lines, 1)
   lu.assertStrContains(quiet, loaded:finding())
   lu.assertStrContains(quiet, "/report.html")
end

function TestContent.test_colours_follow_verdicts_and_only_where_asked_for()
   local loaded = load()
   lu.assertStrMatches(shown(loaded, { colour = true }), ".*\27%[32m *[%d.]+×\27.*")
   lu.assertNotStrContains(shown(loaded, { colour = false }), "\27")
end

-- A contender that skips work by failing is not shown as good news.
function TestContent.test_failed_jobs_are_in_the_row_and_below()
   local loaded = load { workers = { 4 }, change = function(row)
      if row.label == "threads" then
         row.jobs.done, row.jobs.failed = row.jobs.done - 2, 2
         row.failures = { { kind = "http", status = 503, count = 2, example = "http://h/: HTTP status 503" } }
      end
   end }
   local text = shown(loaded)
   lu.assertStrMatches(text, ".*threads[^\n]*% of jobs\n.*")
   lu.assertStrMatches(text, ".*event loop[^\n]*×  ██████  .*") -- bars get shorter before they go
   lu.assertStrMatches(shown(loaded, { width = 120 }), ".*event loop[^\n]*×  ████████  .*")
   lu.assertStrContains(text, "\n\n  Failed: 20 of 5,000 jobs\n"
      .. "    20 jobs: HTTP status 503 (http://h/)\n\n")
   lu.assertStrContains(shown(loaded, { quiet = true }), " Failed: 20 of 5,000 jobs. ")
end

TestTrust = {}

local function trust(fields)
   local found = { noise = { noisy = 0, recorded = 30 }, warnings = 0, repeats = 10 }
   for name, value in pairs(fields) do
      found[name] = value
   end
   return summary_words.trust(found)
end

function TestTrust.test_levels()
   lu.assertEquals({ trust {} }, { "good. No trial was disturbed.", "better" })
   lu.assertEquals({ trust { warnings = 2 } }, { "fair. No trial was disturbed. 2 warnings: --notes.",
      "middling" })
   local noise = { noisy = 3, recorded = 30, steal_share = { max = 0.37 }, others_share = { max = 0.05 } }
   lu.assertEquals({ trust { noise = noise, trust = { changed = {}, text = "Without the 3 noisy trials, the"
      .. " verdict is the same." } } }, { "fair. 3 of 30 trials were disturbed (hypervisor up to 37 %). "
      .. "Without the 3 noisy trials, the verdict is the same.", "middling" })
   local function tone_of(verdicts, ...)
      local found = { changed = { ... }, text = "x.", verdicts = verdicts }
      return select(2, trust { noise = noise, trust = found })
   end
   lu.assertEquals(tone_of(3, { to = "slower" }), "worse")
   lu.assertEquals(tone_of(3, { to = "too_few_repeats" }), "middling")
   lu.assertEquals(tone_of(1, { to = "too_few_repeats" }), "worse")
   lu.assertEquals(tone_of(3, { to = "too_few_repeats" }, { to = "too_few_repeats" }), "worse")
   local _, tone
   _, tone = trust { repeats = 3 }
   lu.assertEquals(tone, "worse")
end

TestRace = {}

local function entry(name, versus) return { cell = { contender = "command", label = name, name = name },
   comparison = versus } end

local function found_of(...)
   local leader = entry "a"
   return { leader = leader, entries = { leader, ... } }
end

-- The lines, those that are parts of the sentence before them indented.
local function lines_of(found)
   local lines = {}
   for index, line in ipairs(race.lines(found)) do
      lines[index] = (line[2] and "  " or "") .. line[1]
   end
   return lines
end

function TestRace.test_two_programs_are_one_sentence()
   lu.assertEquals(lines_of(found_of(entry("b", { ratio = 2.012, low = 1.96, high = 2.07,
      verdict = "slower" }))), { "a ran 2.01 ± 0.06 times as fast as b (95 % interval 1.96 to 2.07)." })
   lu.assertEquals(lines_of(found_of(entry("b", { ratio = 1.004, low = 1.0031, high = 1.0046,
      verdict = "slower" }))),
      { "a ran 1.0040 ± 0.0009 times as fast as b (95 % interval 1.0031 to 1.0046)." })
end

function TestRace.test_a_tie_is_called_one()
   lu.assertEquals(lines_of(found_of(entry("b", { ratio = 1.01, low = 0.9, high = 1.12,
      verdict = "no_difference" }))), { "a ran 1.01 ± 0.11 times as fast as b (95 % interval 0.90 to 1.12): "
      .. "no difference shown." })
   lu.assertEquals(lines_of(found_of(entry("b", { ratio = 1.31, verdict = "too_few_repeats" }))),
      { "a ran 1.31 times as fast as b: too few repeats for a verdict." })
end

function TestRace.test_more_programs_are_a_list()
   local b = entry("b", { ratio = 20.12, low = 19, high = 21, verdict = "slower" })
   local c = entry("c", { ratio = 312, low = 300, high = 330, verdict = "slower" })
   lu.assertEquals(lines_of(found_of(b, c)), { "a ran",
      "  20.1 ± 1.1 times as fast as b (95 % interval 19.0 to 21.0)",
      "  312 ± 18 times as fast as c (95 % interval 300 to 330)" })
end

function TestRace.test_the_slower_one_is_never_said_to_be_faster()
   local b = entry("b", { ratio = 0.5, low = 0.25, high = 4, verdict = "no_difference" })
   local c = entry("c", { ratio = 2, low = 1.9, high = 2.1, verdict = "slower" })
   lu.assertEquals(lines_of(found_of(b)), { "b ran 2.00 times as fast as a (95 % interval 0.25 to 4.00): "
      .. "no difference shown." })
   lu.assertEquals(lines_of(found_of(b, c)), { "a ran 2.00 ± 0.10 times as fast as c (95 % interval 1.90 "
      .. "to 2.10)", "b ran 2.00 times as fast as a (95 % interval 0.25 to 4.00): no difference shown" })
end

function TestRace.test_a_lopsided_interval_or_one_as_wide_as_the_value_has_both_ends_only()
   for _, one in ipairs { { 2.03, 1.83, 9.41, "" }, { 1.5, 0.1, 2.9, " ± 1.40" }, { 1.5, -0.1, 3.1, "" } } do
      lu.assertEquals(lines_of(found_of(entry("b", { ratio = one[1], low = one[2], high = one[3],
         verdict = "slower" })))[1], ("a ran %.2f%s times as fast as b (95 %% interval %.2f to %.2f).")
         :format(one[1], one[4], one[2], one[3]))
   end
end

function TestRace.test_nothing_to_compare()
   lu.assertEquals(lines_of(found_of()), {})
   lu.assertEquals(lines_of(found_of(entry("b", { ratio = 35959768297197, low = 34561656148048,
      high = 37357880446346, verdict = "slower" }))), { "a ran 36 trillion times as fast as b "
      .. "(95 % interval 34.6 trillion to 37.4 trillion)." })
   lu.assertEquals(race.lines { entries = {} }, {})
end

os.exit(lu.LuaUnit.run(), true)
