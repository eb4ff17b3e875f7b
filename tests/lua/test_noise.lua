--- Noise records: what they read, which trials count as noisy, and how the report says so.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local noise = require "bakeoff.probe.noise"
local noise_report = require "bakeoff.report.noise"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

local TICKS, CORES = core.system().ticks_per_second, core.system().cores_online

-- A machine with this much time used, stolen and spent waiting.
local function machine(busy_s, steal_s, waited_s)
   local function ticks(seconds) return math.floor(seconds * TICKS + 0.5) end
   local files = {
      ["/proc/stat"] = ("cpu  %d 0 0 99999 7 0 0 %d 0 0"):format(ticks(busy_s), ticks(steal_s)),
      ["/proc/pressure/cpu"] = ("some avg10=1.00 avg60=2.00 avg300=3.00 total=%d"):format(waited_s * 1e6),
      ["/proc/loadavg"] = "0.75 1.00 1.50 2/100 999",
      ["/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"] = "powersave",
   }
   return function(path) return files[path] end
end

-- The record of a trial that lasts one second, unless spec.wall says otherwise.
local function record(spec)
   local before = noise.read(machine(100, 5, 50), 10, 1000)
   local after = noise.read(machine(100 + spec.busy, 5 + (spec.steal or 0), 50 + (spec.waited or 0)),
      10 + spec.own, 1000 + (spec.wall or 1))
   return noise.between(before, after)
end

TestRecord = {}

-- The fields, from proc(5): user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice.
function TestRecord.test_each_field_of_the_processors_time_counts_as_what_it_is()
   local function read(field)
      local fields = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
      fields[field] = 3 * TICKS
      local reading = noise.read(function(path)
         return path == "/proc/stat" and "cpu  " .. table.concat(fields, " ") or nil
      end, 0, 0)
      return reading.busy_s, reading.steal_s
   end
   for field, expected in ipairs { { 3, 0 }, { 3, 0 }, { 3, 0 }, { 0, 0 }, { 0, 0 }, { 3, 0 }, { 3, 0 },
      { 0, 3 }, { 0, 0 }, { 0, 0 } } do
      lu.assertEquals({ read(field) }, expected, "field " .. field)
   end
end

function TestRecord.test_what_the_trial_used_is_not_noise()
   local quiet = record { busy = 0.9 * CORES, own = 0.9 * CORES, waited = 0.95 }
   lu.assertAlmostEquals(quiet.others_cpu_s, 0, 0.02)
   lu.assertAlmostEquals(quiet.psi_cpu_share, 0.95, 1e-9)
   lu.assertEquals({ quiet.load_1min, quiet.governor, quiet.steal_s }, { 0.75, "powersave", 0 })
   lu.assertNil(quiet.noisy)
end

function TestRecord.test_others_and_steal_make_a_trial_noisy()
   local disturbed = record { busy = 0.6 * CORES, own = 0.4 * CORES }
   lu.assertAlmostEquals(disturbed.others_share, 0.2, 0.02)
   lu.assertEquals(disturbed.noisy, { "others" })
   lu.assertEquals(record({ busy = 0, own = 0, steal = 0.05 * CORES }).noisy, { "steal" })
   lu.assertNil(record({ busy = 0.08 * CORES, own = 0, steal = 0.01 * CORES }).noisy)
end

function TestRecord.test_a_few_ticks_of_a_short_trial_decide_nothing()
   local short = record { busy = 0.04, own = 0, steal = 0.01, wall = 0.02 }
   lu.assertTrue(short.others_share > 0.1)
   lu.assertNil(short.noisy)
end

function TestRecord.test_what_a_machine_does_not_tell_is_absent()
   local function nothing() return nil end
   local found = noise.between(noise.read(nothing, 1, 5), noise.read(nothing, 2, 6))
   lu.assertEquals(found, { wall_s = 1 })
   local function old(path) return path == "/proc/stat" and "cpu  1 2 3 4" or nil end
   lu.assertNil(noise.between(noise.read(old, 1, 5), noise.read(old, 2, 6)).others_cpu_s)
end

function TestRecord.test_this_machine_is_read()
   local found = noise.between(noise.read(), noise.read())
   lu.assertTrue(found.wall_s > 0 and found.others_cpu_s >= 0 and found.steal_s >= 0)
   lu.assertEquals(found.psi_cpu_s ~= nil, io.open("/proc/pressure/cpu") ~= nil)
end

-- This process computes between the readings; that is not the work of others.
function TestRecord.test_the_own_work_is_told_apart_from_that_of_others()
   local before, cpu = noise.read(), os.clock()
   repeat until os.clock() - cpu > 0.3
   local after = noise.read()
   local own = after.own_s - before.own_s
   lu.assertTrue(own > 0.25 and own < 1, own)
   lu.assertAlmostEquals(noise.between(before, after).others_cpu_s,
      math.max(after.busy_s - before.busy_s - own, 0), 1e-9)
end

TestReport = {}

function TestReport.tearDown() runs.clear() end

local NOISY = { threads = { [2] = 0.3, [5] = 0.41 }, eventloop = { [1] = 0.12 } }

local function make(rows)
   return results.load(runs.make { contenders = { "threads", "eventloop" }, workers = { 4 }, repeats = 6,
      change = function(trial)
         local share = (NOISY[trial.label] or {})[trial["repeat"]]
         trial.noise = rows and { wall_s = 1, others_share = share or 0.01, steal_share = 1e-13,
            load_1min = 0.5, noisy = share and { "others" } or nil } or nil
      end })
end

local SENTENCE = "3 of 12 trials ran while other programs used more than 10 % of the processors' time:"
   .. " threads with 4 workers, repeats 2 and 5 (up to 41 %);"
   .. " event loop with 4 workers, repeat 1 (up to 12 %)."

function TestReport.test_noisy_trials_are_named_and_stay_in_every_median()
   local run = make(true)
   lu.assertEquals(run:audit(), { SENTENCE })
   lu.assertEquals(run:summary_of(run.cells[1]).total_s.n, 6)
   local said = {}
   run:report { charts = false, notes = true, width = 500, print = function(line) said[#said + 1] = line end }
   lu.assertStrContains(table.concat(said, "\n"), "warning: " .. SENTENCE)
   local file <close> = io.open(run.dir .. "/report.md")
   local report = file:read("a")
   lu.assertStrContains(report, "## Noise\n\n- 3 of 12 trials noisy: other programs used more than 10 % of"
      .. " the processors' time (and at least 50 ms), or the hypervisor took more than 2 %"
      .. " (and at least 20 ms).")
   lu.assertStrContains(report,
      "other programs used 1 % (at most 41 %); the hypervisor took 0 % (at most 0 %); ")
   lu.assertStrContains(report, "the trial's own workers included: not available on this machine.")
   local stored <close> = io.open(run.dir .. "/summary.json")
   local summary = json.decode(stored:read("a"))
   lu.assertEquals(summary.fairness, { SENTENCE })
   lu.assertEquals({ summary.noise.trials, summary.noise.recorded, summary.noise.noisy }, { 12, 12, 3 })
   lu.assertEquals(#summary.noise.noisy_trials, 3)
   lu.assertEquals(summary.noise.rule.others_share, 0.1)
   lu.assertNil(summary.noise.psi_cpu_share)
end

function TestReport.test_runs_of_before_have_none()
   local run = make(false)
   lu.assertEquals(run:audit(), {})
   lu.assertEquals(noise_report.blocks(run)[1].text, "Not recorded.")
   lu.assertEquals(noise_report.summary(run:rows()).recorded, 0)
end

os.exit(lu.LuaUnit.run(), true)
