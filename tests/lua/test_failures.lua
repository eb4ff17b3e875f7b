--- Why jobs failed: counts by kind and status with one example each, from the rows of any version.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local csv = require "bakeoff.report.exports.csv"
local document = require "bakeoff.report.document"
local failures = require "bakeoff.model.failures"
local json = require "bakeoff.base.json"
local markdown = require "bakeoff.report.markdown"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local session = require "bakeoff.script.session"
local words = require "bakeoff.analysis.wording.failures"

local function cell_of(...) return { label = "threads", name = "threads", contender = "threads", workers = 4,
   trials = { ... } } end

local function trial(fields)
   fields.status = fields.status or "ok"
   return fields
end

local function failed(count, list) return trial { jobs = { submitted = 10, done = 10 - count,
   failed = count, lost = 0 }, failures = list } end

TestGroups = {}

function TestGroups.test_kinds_and_statuses_are_counted_over_all_trials()
   local found = failures.of { cell_of(
      failed(3, { { kind = "http", status = 500, count = 2, example = "a: HTTP status 500" },
         { kind = "task", count = 1, example = "item 2: the disk is on fire" } }),
      failed(4, { { kind = "task", count = 4, example = "item 3: another text" } })) }
   lu.assertEquals(#found, 2)
   lu.assertEquals({ found[1].kind, found[1].jobs, found[1].example },
      { "task", 5, "item 2: the disk is on fire" })
   lu.assertEquals({ found[2].kind, found[2].status, found[2].jobs }, { "http", 500, 2 })
   lu.assertEquals(found[1].cells[1].jobs, 5)
   lu.assertEquals(words.line(found[2]), "2 jobs: HTTP status 500 (a)")
end

-- The recorder marks texts; those that are rare in every trial count together.
function TestGroups.test_different_errors_of_tasks_have_an_example_each()
   local function row(...)
      local list, sum = {}, 0
      for index, one in ipairs { ... } do
         list[index] = { kind = "task", text = one[1], count = one[2], example = one[3] }
         sum = sum + one[2]
      end
      return failed(sum, list)
   end
   local found = failures.of { cell_of(row({ "aa", 2, "item 1: negative" }, { "bb", 1, "item 2: no day" }),
      row({ "bb", 3, "item 7: no day" }, { nil, 1, "item 9: odd" })) }
   local lines = {}
   for index, one in ipairs(found) do
      lines[index] = words.line(one)
   end
   lu.assertEquals(lines, { "4 jobs: error in the task (item 2: no day)",
      "2 jobs: error in the task (item 1: negative)", "1 job: error in the task, other texts (item 9: odd)" })
end

function TestGroups.test_rows_of_earlier_versions_have_kinds_without_examples()
   local row = failed(3)
   row.errors = { timeout = 2, http = 1 }
   row.reason = "3 of 10 jobs failed, the first: http://h/: timeout"
   local found = failures.of { cell_of(row) }
   lu.assertEquals({ words.line(found[1]), words.line(found[2]) },
      { "2 jobs: timeout", "1 job: http (http://h/: timeout)" })
end

function TestGroups.test_a_program_fails_by_its_exit_code_or_signal()
   local function of_exit(exit, reason) return trial { status = "failed", exit = exit, reason = reason,
      jobs = { submitted = 1, done = 0, failed = 1, lost = 0 } } end
   local found = failures.of { cell_of(of_exit({ code = 3 }, "sh exited with code 3: went wrong"),
      of_exit({ code = 3 }, "again"), of_exit { signal = 9 }) }
   lu.assertEquals({ words.line(found[1]), words.line(found[2]) },
      { "2 jobs: exit code 3 (sh exited with code 3: went wrong)", "1 job: signal 9" })
end

function TestGroups.test_lost_jobs_and_trials_without_jobs_have_the_trials_reason()
   local found = failures.of { cell_of(
      trial { status = "timeout", reason = "the trial did not end within 30 s",
         jobs = { submitted = 10, done = 2, failed = 0, lost = 8 } },
      trial { status = "failed", reason = "no memory",
         jobs = { submitted = 0, done = 0, failed = 0, lost = 0 } }) }
   lu.assertEquals({ words.line(found[1]), words.line(found[2]) },
      { "8 jobs: lost with its worker or trial (the trial did not end within 30 s)",
         "1 trial: the trial failed (no memory)" })
end

function TestGroups.test_an_example_is_one_short_harmless_line()
   local text = "item 1: bad\27[2J \u{9b}31m\u{202e}" .. ("x"):rep(5000) .. "\nstack traceback:\n\tin a\27"
   local found = failures.of { cell_of(failed(1, { { kind = "task", count = 1, example = text } })) }
   lu.assertStrContains(found[1].example, "item 1: bad\\x1b[2J \\xc2\\x9b31m\\xe2\\x80\\xaexxx")
   lu.assertTrue(#found[1].example < 200)
   lu.assertEquals(found[1].details, "stack traceback:\n\tin a\\x1b")
end

-- The recorder keeps one text per kind; whatever a folder from elsewhere holds, the report stays short.
function TestGroups.test_ten_thousand_texts_are_a_few_lines()
   local rows = {}
   for index = 1, 10000 do
      rows[index] = failed(1, { { kind = "task", count = 1, example = ("item %d: text"):format(index) } })
   end
   for status = 400, 450 do
      rows[#rows + 1] = failed(1, { { kind = "http", status = status, count = 1 } })
   end
   local found = failures.of { cell_of(table.unpack(rows)) }
   lu.assertEquals(found[1].jobs, 10000)
   local lines = words.lines(found)
   lu.assertEquals({ lines[1], #lines, lines[5] }, { "10,000 jobs: error in the task (item 1: text)", 5,
      "48 jobs: 48 more kinds" })
end

function TestGroups.test_nothing_failed()
   lu.assertEquals(failures.of { cell_of(failed(0)) }, {})
   lu.assertEquals(words.lines {}, {})
end

TestReaders = {}

local TRACE = "item 2: t.lua:3: boom\nstack traceback:\n\tt.lua:3: in task"

local function run_with_failures()
   return results.load(runs.make { contenders = { "sequential", "threads" }, workers = { 4 }, repeats = 6,
      change = function(row)
         if row.label == "threads" then
            row.jobs.done, row.jobs.failed = row.jobs.done - 1, 1
            row.failures = { { kind = "task", count = 1, example = TRACE } }
         end
      end })
end

local function count_in(text, wanted)
   local count = 0
   for _ in text:gmatch(wanted:gsub("%p", "%%%0")) do
      count = count + 1
   end
   return count
end

function TestReaders.test_the_report_says_why_and_shows_a_traceback_once()
   local text = markdown.of(document.of(run_with_failures(), {}, {}, {}))
   lu.assertStrContains(text, "\n## Failures\n")
   lu.assertStrContains(text, "\n| error in the task | 6 jobs | threads with 4 workers: 6 | item 2: t.lua:3:"
      .. " boom |\n")
   lu.assertEquals(count_in(text, "stack traceback:"), 1)
end

function TestReaders.test_summary_and_exports_have_it()
   local run = run_with_failures()
   local one = json.decode(json.encode(run:summary_table())).failures[1]
   lu.assertEquals({ one.kind, one.jobs, one.example, one.cells[1].label, one.cells[1].jobs },
      { "task", 6, "item 2: t.lua:3: boom", "threads", 6 })
   local text = csv.text { run }
   lu.assertStrContains(text, ",failed_jobs,failures\n")
   lu.assertStrContains(text, ",6,6 jobs: error in the task\n")
   lu.assertStrContains(text, ",0,\n")
end

TestExitCode = {}

local function exit_code(rows)
   session.reset()
   session.add { reported = true, trials = rows }
   return session.finish()
end

function TestExitCode.test_a_failed_or_lost_job_is_a_failure()
   lu.assertEquals(exit_code { failed(0) }, 0)
   lu.assertEquals(exit_code { failed(1) }, 1)
   lu.assertEquals(exit_code { trial { jobs = { failed = 0, lost = 2 } } }, 1)
   lu.assertEquals(exit_code { trial {} }, 0)
end

os.exit(lu.LuaUnit.run(), true)
