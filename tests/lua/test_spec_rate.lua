--- bakeoff.spec: rates of experiments and of single entries, their labels, and what makes no sense.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_spec.lua")
local check, assert_refused = support.check, support.assert_refused
local plan = require "bakeoff.experiment.plan"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local spec_rate = require "bakeoff.experiment.spec_rate"

-- label → schedule, or false
local function schedules_of(fields, settings)
   local found = {}
   for _, entry in ipairs(check(fields, settings).contenders) do
      found[entry.label] = entry.schedule or false
   end
   return found
end

TestRate = {}

function TestRate.test_a_closed_loop_is_what_one_gets()
   lu.assertEquals(schedules_of { contenders = { "threads", "eventloop" } },
      { threads = false, eventloop = false })
end

function TestRate.test_one_rate_for_all_or_one_of_its_own()
   lu.assertEquals(schedules_of { rate = "300/min", contenders = { "threads", { "eventloop", rate = "50/s" },
      { "coroutines", rate = false }, { "processes", arrivals = "poisson", max_queue = 9, label = "p" } } },
      { threads = { rate = 5.0, arrivals = "constant" },
         ["eventloop at 50/s"] = { rate = 50, arrivals = "constant" },
         ["coroutines (closed loop)"] = false, p = { rate = 5.0, arrivals = "poisson", max_queue = 9 } })
   local usual = { arrivals = "poisson", max_queue = 3, rate = 10, contenders = { "threads" } }
   lu.assertEquals(schedules_of(usual),
      { threads = { rate = 10, arrivals = "poisson", max_queue = 3 } })
end

function TestRate.test_the_command_line_has_the_last_word_on_the_experiment()
   local fields = { rate = 5, contenders = { "threads", { "eventloop", rate = 7 } } }
   lu.assertEquals(schedules_of(fields, { rate = 20 }), { threads = { rate = 20, arrivals = "constant" },
      ["eventloop at 7/s"] = { rate = 7, arrivals = "constant" } })
end

function TestRate.test_it_is_on_record_and_in_the_plan()
   local experiment = check { contenders = { { "threads", rate = 40, gil = true }, "eventloop" },
      workers = { 2 } }
   lu.assertEquals(spec_contenders.record(experiment.contenders[1]),
      { rate = 40, arrivals = "constant", gil = true })
   lu.assertEquals(experiment.contenders[1].options, { gil = true })
   local cells = plan.cells(experiment)
   lu.assertEquals({ cells[1].rate, cells[2].rate }, { 40, nil })
end

function TestRate.test_the_same_arrivals_in_a_block_and_others_in_the_next()
   local experiment = check { rate = 40, arrivals = "poisson", contenders = { "threads", "eventloop" } }
   local one, other = experiment.contenders[1], experiment.contenders[2]
   lu.assertEquals(spec_rate.recorder(experiment, one, 3), spec_rate.recorder(experiment, other, 3))
   lu.assertNotEquals(spec_rate.recorder(experiment, one, 3).seed,
      spec_rate.recorder(experiment, one, 4).seed)
   lu.assertAlmostEquals(spec_rate.recorder(experiment, one, 1).start_within, 0.9 * experiment.timeout, 1e-9)
end

local URL = "http://127.0.0.1/"

-- The last tenth of a trial's time is left for jobs to end.
function TestRate.test_all_jobs_must_be_able_to_start_in_nine_tenths_of_the_time()
   local fields = { rate = 1, timeout = "100s", contenders = { "threads" }, urls = {} }
   for job = 1, 91 do
      fields.urls[job] = URL
   end
   lu.assertEquals(#check(fields).urls, 91) -- the last is due after 90 s
   fields.urls[92] = URL
   assert_refused(fields, "rate: 92 jobs at 1/s take 91.0 s, but a trial may take only 100 s")
end

function TestRate.test_words()
   lu.assertEquals(spec_rate.words(500), "500/s")
   lu.assertEquals(spec_rate.words(2.5), "2.5/s")
   lu.assertEquals(spec_rate.words(0.5), "30/min")
   lu.assertEquals(spec_rate.words(1 / 3600), "0.000277778/s")
end

function TestRate.test_refusals_name_the_field()
   assert_refused({ rate = "quick" }, "rate: 'quick' is not a quantity")
   assert_refused({ rate = 2e6 }, "rate: '2000000.0' is not accepted; write a rate above zero")
   assert_refused({ rate = 5, arrivals = "possion" }, "arrivals: 'possion' is not accepted")
   assert_refused({ rate = 5, max_queue = 1.5 }, "max_queue: '1.5' is not accepted")
   assert_refused({ max_queue = 5 }, "max_queue: only an open loop has it; add a rate")
   assert_refused({ contenders = { "threads", { "eventloop", rate = "5 apples" } } },
      "contenders[2]: rate: '5 apples' is not a quantity")
   assert_refused({ contenders = { { "threads", arrivals = "poisson" } } },
      "contenders[1]: arrivals: only an open loop has it")
end

os.exit(lu.LuaUnit.run(), true)
