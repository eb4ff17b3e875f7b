local lu = require "luaunit"
local fairness = require "bakeoff.analysis.fairness"

TestFairness = {}

local function trial(change)
   local t = { status = "ok", jobs = { submitted = 100, done = 100, failed = 0, lost = 0 }, bytes = 1000,
      in_flight_peak = 4, connections = 4, server = { requests = 100, connections = 4 } }
   for key, value in pairs(change or {}) do
      t[key] = value
   end
   return t
end

local function cell(label, change, workers)
   return { label = label, name = label, workers = workers or 4, trials = { trial(), trial(change) } }
end

local function audit(change)
   return fairness.audit({ cell("threads"), cell("coroutines"), cell("processes", change) }, 100)
end

function TestFairness.test_nothing_to_say()
   lu.assertEquals(audit(), {})
end

function TestFairness.test_unequal_jobs_and_bytes()
   local found = audit { bytes = 990, jobs = { submitted = 100, done = 99, failed = 0, lost = 0 } }
   lu.assertEquals(found, {
      "Jobs done per trial differ (100 jobs in the others): processes with 4 workers, 99 to 100.",
      "Bytes per trial differ (1,000 bytes in the others): processes with 4 workers, 990 to 1,000.",
   })
end

-- The server draws the same errors for all cells of a block, and different ones for the next block.
function TestFairness.test_what_changes_from_block_to_block_for_all_is_fair()
   local function block(number, done, errors)
      return trial { block = number, jobs = { submitted = 100, done = done, failed = 0, lost = 0 },
         bytes = done * 10, server = { requests = 100, errors = errors } }
   end
   local function one(label, errors)
      return { label = label, name = label, workers = 4, trials = { block(1, 98, 2), block(2, 95, errors) } }
   end
   lu.assertEquals(fairness.audit({ one("a", 5), one("b", 5), one("c", 5) }, 100), {})
   lu.assertEquals(fairness.audit({ one("a", 5), one("b", 5), one("c", 7) }, 100),
      { "Error responses of the server per trial differ (2 to 5 answers in the others): c with 4 workers, 2"
         .. " to 7." })
end

function TestFairness.test_failed_and_lost_jobs()
   local found = audit { jobs = { submitted = 100, done = 100, failed = 2, lost = 1 } }
   lu.assertEquals(found,
      { "Jobs that failed or were lost: processes with 4 workers, 2 failed and 1 lost of 200." })
end

-- A contender that gives up where the others try again ends sooner.
function TestFairness.test_failures_of_other_kinds()
   local one = { submitted = 100, done = 98, failed = 2, lost = 0 }
   local cells = { cell("threads", { jobs = one, errors = { http = 2 } }),
      cell("processes", { jobs = one, errors = { http = 2 } }),
      cell("eventloop", { jobs = one, errors = { http = 1, transfer = 1 } }) }
   lu.assertEquals(fairness.audit(cells, 100)[2],
      "Kinds of failure differ (http in the others): eventloop with 4 workers, http and transfer.")
   lu.assertEquals(fairness.audit({ cell("threads"), cell("processes"),
      cell("eventloop", { jobs = one, errors = { transfer = 2 } }) }, 100)[3],
      "Kinds of failure differ (none in the others): eventloop with 4 workers, transfer.")
   cells[3] = cell("eventloop", { jobs = one, errors = { http = 2 } })
   lu.assertEquals(#fairness.audit(cells, 100), 1)
end

function TestFairness.test_children_that_the_kernel_reaped()
   lu.assertEquals(audit { cpu = { user_s = 0.1, system_s = 0.1, unreaped_s = 0.5 } },
      { "CPU time is a lower bound, because SIGCHLD is ignored and the kernel keeps no account of children:"
         .. " processes with 4 workers, with up to 500 ms in a trial from samples." })
   lu.assertEquals(audit { cpu = { user_s = 0.1, system_s = 0.1, at_least = true, high_s = 4 } },
      { "CPU time is a lower bound, because SIGCHLD is ignored and the kernel keeps no account of children:"
         .. " processes with 4 workers." })
end

function TestFairness.test_in_flight_peak()
   lu.assertEquals(audit { in_flight_peak = 3 },
      { "Fewer jobs in flight at the peak than workers: processes with 4 workers, 3 to 4." })
   lu.assertEquals(audit { in_flight_peak = 9 },
      { "More jobs in flight than workers: processes with 4 workers, up to 9." })
   local few_items = fairness.audit({ cell("threads", { in_flight_peak = 3 }) }, 3)
   lu.assertEquals(few_items, {})
end

function TestFairness.test_lost_jobs_alone()
   lu.assertEquals(audit { jobs = { submitted = 100, done = 100, failed = 0, lost = 3 } },
      { "Jobs that failed or were lost: processes with 4 workers, 0 failed and 3 lost of 200." })
end

function TestFairness.test_tasks_make_as_many_requests_as_they_like()
   local cells = { cell("threads", { server = { requests = 300 } }), cell("processes", { connections = 40 }) }
   lu.assertEquals(fairness.audit(cells, 100, "task"),
      { "Connections per job differ: at 4 workers from 0.040 (threads) to 0.400 (processes)." })
   local nothing = { trial { connections = 0, bytes = 0 } }
   nothing[1].server = nil
   lu.assertEquals(fairness.audit({ { label = "a", workers = 4, trials = nothing } }, 100, "task"), {})
end

function TestFairness.test_tasks_that_only_compute_are_never_together_on_a_loop()
   local loop = cell("coroutines", { in_flight_peak = 1 })
   loop.contender, loop.trials[1] = "coroutines", nil
   loop.trials = { loop.trials[2] }
   lu.assertEquals(fairness.audit({ loop }, 100, "task"), {})
   lu.assertEquals(#fairness.audit({ loop }, 100), 1)
end

function TestFairness.test_silent_retries()
   lu.assertEquals(audit { server = { requests = 107 } }, { "The server saw more requests than the client had"
      .. " jobs (retries or redirects): processes with 4 workers, 107 requests for 100 jobs." })
end

function TestFairness.test_retries_of_the_client_are_told()
   lu.assertEquals(audit { retries = 25 }, { "Requests sent again because the server had closed the"
      .. " connection: processes with 4 workers, 25 for 100 jobs." })
   lu.assertEquals(audit { retries = 0 }, {})
   lu.assertEquals(audit { asked_retries = 7, server = { requests = 107 } }, {
      "Failed requests were repeated,"
      .. " as retries asks for: processes with 4 workers, 7 for 100 jobs." })
   lu.assertEquals(audit { unverified = 3 },
      { "Transfers whose certificates were not verified: processes with 4 workers, 3 for 100 jobs." })
end

function TestFairness.test_connections_are_compared_at_the_same_workers_only()
   lu.assertEquals(audit { connections = 100 },
      { "Connections per request differ: at 4 workers from 0.040 (threads) to 1.00 (processes)." })
   lu.assertEquals(audit { connections = 4.3 }, {}) -- up to 10 % more is chance
   local apart = fairness.audit({ cell("a"), cell("b", { connections = 8, in_flight_peak = 8 }, 8) }, 100)
   lu.assertNotStrContains(table.concat(apart), "Connections")
end

function TestFairness.test_failed_trials()
   lu.assertEquals(audit { status = "timeout", reason = "no end after 60 s" }, { "Trials that failed or ran"
      .. " out"
      .. " of time; they count in no median: processes with 4 workers, 1 of 2 (no end after 60 s)." })
end

function TestFairness.test_a_server_that_is_not_ours()
   local cells = { cell("threads", { server = false }) }
   lu.assertEquals(fairness.audit(cells, 100), {})
end

local function program(change)
   local one = cell("curl", change)
   one.contender = "command"
   return one
end

function TestFairness.test_programs_that_did_less_or_left_something()
   local function of(change) return fairness.audit({ cell("threads"), program(change) }, 100) end
   lu.assertEquals(of { in_flight_peak = false }, {})
   lu.assertEquals(of { server = { requests = 95 } },
      { "The server saw fewer requests than there were jobs: curl with 4 workers, 95 " ..
         "requests for 100 jobs." })
   lu.assertEquals(of { server = { requests = 101 } },
      { "The server saw more requests than the client had jobs (retries or redirects): curl with 4 workers, "
         .. "101 requests for 100 jobs." })
   lu.assertEquals(of { left_behind = 2 },
      { "Programs left processes behind, which were killed: curl with 4 workers, at most 2 in one trial." })
end

function TestFairness.test_a_program_that_was_told_no_worker_count_is_compared_with_none()
   local one = program { connections = 1 }
   one.untold, one.workers = true, 4
   lu.assertEquals(fairness.audit({ cell("threads"), one }, 100), {})
   one.trials[1].bytes = 5
   lu.assertStrContains(fairness.audit({ cell("threads"), one }, 100)[1],
      "(1,000 bytes in the others): curl, 5")
end

TestSameResults = {}

local function returned(digest, change)
   local t = trial { results = { jobs = 100, known = 100, digest = digest } }
   for key, value in pairs(change or {}) do
      t[key] = value
   end
   return t
end

local function contender(label, ...)
   local trials = { ... }
   for block, one in ipairs(trials) do
      one.block = block
   end
   return { label = label, name = label, workers = 4, trials = trials }
end

local function same_results(cells, asked)
   local verdict, sentences = fairness.same_results {
      cells = cells, manifest = { same_results = asked ~= false } }
   return { verdict or "not asked", table.unpack(sentences) }
end

function TestSameResults.test_each_block_is_compared_on_its_own()
   lu.assertEquals(same_results { contender("a", returned "1", returned "2"),
      contender("b", returned "1", returned "2") }, { "same" })
end

function TestSameResults.test_a_contender_that_returned_something_else_is_named()
   lu.assertEquals(same_results { contender("a", returned "1", returned "1"),
      contender("b", returned "1", returned "9"), contender("c", returned "1", returned "1") }, { "different",
      "The results of jobs differ from those of a with 4 workers: b with 4 workers, in 1 of 2 trials" })
end

function TestSameResults.test_the_majority_is_right_and_of_two_the_first()
   lu.assertEquals(same_results { contender("a", returned "9"), contender("b", returned "1"),
      contender("c", returned "1") }, { "different",
      "The results of jobs differ from those of b with 4 workers: a with 4 workers, in 1 of 1 trials" })
   lu.assertEquals(same_results { contender("a", returned "9"), contender("b", returned "1") }, { "different",
      "The results of jobs differ from those of a with 4 workers: b with 4 workers, in 1 of 1 trials" })
end

-- Without a failed job's result the digest must differ: that says nothing about the other jobs.
function TestSameResults.test_failed_jobs_leave_it_undecided()
   local failed = returned("9", { results = { jobs = 98, known = 98, digest = "9" } })
   lu.assertEquals(same_results { contender("a", failed), contender("b", returned "1"),
      contender("c", returned "1") }, { "not shown",
      "What jobs returned could not be compared, because some jobs failed: a with 4 workers, in 1 of 1"
         .. " trials" })
   local failed_alike = returned("9", { results = { jobs = 98, known = 98, digest = "9" } })
   lu.assertEquals(same_results { contender("a", failed), contender("b", failed_alike) }, { "not shown",
      "What jobs returned could not be compared, because some jobs failed: a with 4 workers, in 1 of 1"
         .. " trials; b with 4 workers, in 1 of 1 trials" })
end

function TestSameResults.test_a_contender_whose_trials_all_failed_has_not_returned_the_same()
   local failed = returned("1", { status = "failed" })
   lu.assertEquals(same_results { contender("a", returned "1"), contender("b", returned "1"),
      contender("c", failed) }, { "not shown",
      "What jobs returned could not be compared, because some jobs failed: c with 4 workers, in 1 of 1"
         .. " trials" })
end

function TestSameResults.test_nothing_to_compare()
   lu.assertEquals(same_results { contender("a", returned "1") }, { "not shown",
      "same_results: only one contender ran, so there was nothing to compare with" })
   local nothing = { results = { jobs = 100, known = 0, digest = "1" } }
   lu.assertEquals(same_results { contender("a", returned("1", nothing)),
      contender("b", returned("1", nothing)) }, { "not shown",
      "same_results: no job returned a value that can be compared (nil and functions can't)" })
   lu.assertEquals(same_results { contender("a", trial()), contender("b", trial()) }, { "not shown",
      "same_results: no job returned a value that can be compared (nil and functions can't)" })
   lu.assertEquals(same_results({ contender("a", returned "1"), contender("b", returned "2") }, false),
      { "not asked" })
end

os.exit(lu.LuaUnit.run(), true)
