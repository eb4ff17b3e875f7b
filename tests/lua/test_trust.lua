--- Trust is computed: the verdicts again without the trials that other programs disturbed.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local wording = require "bakeoff.analysis.wording.trust"

-- change(trial) → is it noisy? contenders: default sequential and threads.
local function run(change, contenders)
   return results.load(runs.make { repeats = 12, workers = { 16 },
      contenders = contenders or { "sequential", "threads" },
      change = function(trial)
         trial.noise = { wall_s = 1, noisy = change(trial) and { "others" } or nil }
      end })
end

TestTrust = {}

function TestTrust.tearDown() runs.clear() end

function TestTrust.test_quiet_runs_have_nothing_to_say()
   local loaded = run(function() return false end)
   lu.assertNil(loaded:trust())
   lu.assertNil(loaded:summary_table().trust)
end

function TestTrust.test_the_verdicts_stay()
   local loaded = run(function(trial) return trial["repeat"] <= 2 and trial.label == "threads" end)
   lu.assertEquals(loaded:trust().text, "Without the 2 noisy trials, the verdict is the same.")
   local summary = loaded:summary_table()
   lu.assertEquals({ summary.trust.noisy, summary.trust.verdicts, #summary.trust.changed }, { 2, 1, 0 })
   local said = {}
   loaded:report { charts = false, html = false, colour = false, notes = true, width = 200,
      print = function(line) said[#said + 1] = line end }
   lu.assertStrContains(table.concat(said, "\n"),
      "note: Without the 2 noisy trials, the verdict is the same.")
   local file <close> = assert(io.open(loaded.dir .. "/report.md"))
   lu.assertStrContains(file:read "a", "Without the 2 noisy trials, the verdict is the same.")
end

-- The noisy trials of threads are slow, and they alone hide that it is faster.
function TestTrust.test_a_verdict_that_hangs_on_them_is_named()
   local loaded = run(function(trial)
      local noisy = trial["repeat"] % 2 == 0
      trial.total_s = (trial.label == "threads" and (noisy and 20 or 1) or 2) * (1 + trial["repeat"] / 1000)
      return noisy and trial.label == "threads"
   end)
   lu.assertEquals(loaded:versus_reference(loaded.cells[2]).verdict, "no_difference")
   lu.assertEquals(loaded:trust().text, "Without the 6 noisy trials, the verdict differs: threads with 16 "
      .. "workers against sequential with 1 worker, no difference shown becomes faster.")
   lu.assertEquals(#loaded:summary_table().trust.changed, 1)
end

function TestTrust.test_without_trials_left_there_are_too_few()
   local loaded = run(function() return true end)
   lu.assertEquals(loaded:trust().text,
      "Without the 24 noisy trials, too few repeats are left for any verdict.")
   -- The verdict itself stays, with all trials.
   lu.assertEquals(loaded:versus_reference(loaded.cells[2]).verdict, "faster")
end

-- Of threads, five trials are left: one too few for an interval.
function TestTrust.test_where_too_few_are_left_the_other_verdicts_are_still_checked()
   local loaded = run(function(trial) return trial["repeat"] <= 7 and trial.label == "threads" end,
      { "sequential", "threads", "processes" })
   lu.assertEquals(loaded:trust().text, "Without the 7 noisy trials, too few repeats are left for 2 of 3"
      .. " verdicts; the other verdict is the same.")
   local enough = run(function(trial) return trial["repeat"] <= 6 and trial.label == "threads" end,
      { "sequential", "threads", "processes" })
   lu.assertEquals(enough:trust().text, "Without the 6 noisy trials, the verdicts are the same.")
end

function TestTrust.test_without_any_verdict_there_is_nothing_to_check()
   local loaded = run(function() return true end, { "threads" })
   lu.assertNil(loaded:trust())
   lu.assertNil(loaded:summary_table().trust)
end

function TestTrust.test_trials_without_a_record_of_noise_are_not_noisy()
   local loaded = results.load(runs.make { repeats = 12, workers = { 16 },
      contenders = { "sequential", "threads" } })
   lu.assertNil(loaded:trust())
end

function TestTrust.test_the_others_are_mentioned()
   local function text(verdicts, changed)
      return wording.sentence { noisy = 3, verdicts = verdicts, changed = changed }
   end
   local lost = { a = {}, b = {}, from = "faster", to = "too_few_repeats" }
   lu.assertEquals(text(2, { lost }), "Without the 3 noisy trials, too few repeats are left for 1 of 2"
      .. " verdicts; the other verdict is the same.")
   lu.assertEquals(text(4, { lost, lost }), "Without the 3 noisy trials, too few repeats are left for 2 of 4"
      .. " verdicts; the other verdicts are the same.")
end

os.exit(lu.LuaUnit.run(), true)
