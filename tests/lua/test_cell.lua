--- A cell: its keys, all forms of its name, the values of its trials.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local cell_type = require "bakeoff.model.cell"

TestKeys = {}

function TestKeys.test_a_row_its_csv_line_and_its_plan_have_one_key()
   local row = { label = "threads", workers = 4.0, ["repeat"] = 2.0 } -- decoded numbers are floats
   lu.assertEquals(cell_type.key_of_trial(row), cell_type.trial_key("threads", "4", "2"))
   lu.assertEquals(cell_type.key_of_trial(row), cell_type.trial_key("threads", 4, 2))
end

function TestKeys.test_other_cells_and_trials_have_others()
   lu.assertNotEquals(cell_type.key("a", 11), cell_type.key("a1", 1))
   lu.assertNotEquals(cell_type.trial_key("a", 11, 1), cell_type.trial_key("a", 1, 11))
   lu.assertNotEquals(cell_type.trial_key("a1", 1, 1), cell_type.trial_key("a", 11, 1))
end

TestNames = {}

local function named(contender, label, workers, options)
   return cell_type.new(contender, label or contender, workers or 4, options)
end

function TestNames.test_a_label_that_nobody_chose_is_written_as_words()
   lu.assertEquals(named("eventloop").name, "event loop")
   lu.assertEquals(named("eventloop", "eventloop at 500/s").name, "event loop at 500/s")
   lu.assertEquals(named("threads", "threads (closed loop)").name, "threads (closed loop)")
   lu.assertEquals(named("eventloop", "eventloop two").name, "eventloop two")
   lu.assertEquals(named("command", "curl").name, "curl")
end

function TestNames.test_subjects_know_their_verb()
   lu.assertEquals({ cell_type.subject(named("eventloop")) }, { "the event loop", false })
   lu.assertEquals({ cell_type.subject(named("threads", "mine")) }, { "mine", true })
   lu.assertEquals({ cell_type.subject(named("command", "curl")) }, { "curl", false })
end

function TestNames.test_with_workers()
   local loop = named("eventloop", nil, 1)
   lu.assertEquals(cell_type.with_workers(loop), "event loop with 1 worker")
   lu.assertEquals(cell_type.with_workers(loop, "It"), "It with 1 worker")
   lu.assertEquals(cell_type.with_workers { label = "threads", workers = 16 }, "threads with 16 workers")
   lu.assertEquals(cell_type.described(loop), "event loop with 1 worker")
   lu.assertEquals({ cell_type.short(loop), cell_type.counted(loop, loop.label) },
      { "event loop × 1", "eventloop × 1" })
end

function TestNames.test_of_a_program_that_is_not_told_nobody_knows_the_workers()
   local curl = named("command", "curl", 1, { untold = true, options = {} })
   lu.assertEquals({ cell_type.described(curl), cell_type.short(curl) }, { "curl", "curl" })
   lu.assertEquals(cell_type.counted(curl), "curl × 1")
end

function TestNames.test_the_model_is_said_or_guessed()
   lu.assertEquals(cell_type.model_of(named("command", "gevent", 1)), "coroutines")
   lu.assertEquals(cell_type.model_of(named("command", "gevent", 1, { options = { model = "threads" } })),
      "threads")
   lu.assertEquals(cell_type.model_of(named("hybrid")), "hybrid")
   lu.assertEquals(cell_type.model_of(named("other", "x")), "other")
end

TestPlanned = {}

function TestPlanned.test_a_cell_takes_from_its_plan_what_a_reader_must_know()
   local cell = named("threads", "threads at 500/s", 4.0, { fixed = true, options = { rate = 500 } })
   lu.assertEquals({ cell.workers, cell.fixed, cell.rate, cell.untold }, { 4, true, 500 })
   lu.assertEquals(math.type(cell.workers), "integer")
   lu.assertNil(named("threads", nil, 4, { options = { rate = false } }).rate) -- declared a closed loop
end

TestValues = {}

local function read(trial) return trial.time end

function TestValues.test_only_trials_that_ended_well_give_values_in_their_order()
   local cell = named("threads")
   cell.trials = {
      { status = "ok", block = 2, time = 5 }, { status = "failed", block = 1, time = 9 },
      { status = "ok", block = 3 }, { status = "ok", ["repeat"] = 4.0, time = 3 },
   }
   lu.assertEquals(cell_type.values(cell, read), { 5, 3 })
   lu.assertEquals(cell_type.by_block(cell, read), { [2] = 5, [4] = 3 })
   lu.assertEquals({ #cell_type.good(cell), cell_type.failed(cell) }, { 3, 1 })
end

os.exit(lu.LuaUnit.run(), true)
