--- Noise records through the real command: the report says what others did beside a trial, and drops nothing.
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder, busy

TestNoise = {}

function TestNoise.setUp() folder = support.folder() end

function TestNoise.tearDown()
   if busy then
      busy:kill("KILL")
      busy:finish()
      busy = nil
   end
   support.remove(folder)
end

local function measure(fields)
   local script = support.script(folder, fields, { server = 'latency = "100ms"', count = 6 })
   local result = support.run({ "bakeoff", "run", script, "--notes" }, { folder = folder })
   support.assert_code(0, result)
   return result.stdout, support.trials(folder .. "/out/test")
end

local function assert_recorded(row)
   local noise = row.noise
   lu.assertTrue(noise.wall_s >= row.total_s, "the readings must enclose the trial")
   lu.assertTrue(noise.others_share >= 0 and noise.others_share <= 1)
   lu.assertNotNil(noise.steal_s)
   lu.assertNotNil(noise.load_1min)
   lu.assertEquals(noise.psi_cpu_s ~= nil, core.file_kind("/proc/pressure/cpu") ~= nil)
end

function TestNoise.test_every_trial_has_a_record()
   local _, rows = measure(
      'contenders = { "eventloop", "processes" }, workers = { 3 }, repeats = 2, warmup = 0')
   lu.assertEquals(#rows, 4)
   for _, row in ipairs(rows) do
      assert_recorded(row)
   end
   local summary = json.decode(support.slurp(folder .. "/out/test/summary.json"))
   lu.assertEquals({ summary.noise.trials, summary.noise.recorded }, { 4, 4 })
   lu.assertStrContains(support.slurp(folder .. "/out/test/report.md"), "\n## Noise\n\n- ")
end

function TestNoise.test_a_process_beside_the_trials_makes_them_noisy()
   local cores = core.system().cores_online
   lu.skipIf(cores > 6, "one busy process is less than a tenth of this machine")
   busy = support.start({ "sh", "-c", "while :; do :; done" }, folder)
   local said, rows = measure('contenders = { "sequential" }, repeats = 3, warmup = 0')
   lu.assertEquals(#rows, 3)
   for _, row in ipairs(rows) do
      lu.assertStrContains(table.concat(row.noise.noisy or {}, " "), "others", false,
         ("others used %g of the time"):format(row.noise.others_share))
   end
   lu.assertStrContains(said, "warning: 3 of 3 trials ran while other programs used more than 10 % of the")
end

os.exit(lu.LuaUnit.run(), true)
