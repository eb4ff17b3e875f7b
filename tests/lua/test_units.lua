local lu = require "luaunit"
local failure = require "bakeoff.base.failure"
local units = require "bakeoff.base.units"

local function message_of(f, ...)
   local ok, problem = pcall(f, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem))
   lu.assertEquals(problem.exit_code, 2)
   return problem.message
end

TestParse = {}

function TestParse.test_durations()
   lu.assertAlmostEquals(units.seconds("120ms"), 0.12, 1e-12)
   lu.assertAlmostEquals(units.seconds("15us"), 15e-6, 1e-12)
   lu.assertAlmostEquals(units.seconds("15µs"), 15e-6, 1e-12)
   lu.assertEquals(units.seconds("1.5s"), 1.5)
   lu.assertEquals(units.seconds("5min"), 300)
   lu.assertEquals(units.seconds(" 2 h "), 7200)
   lu.assertEquals(units.seconds("0"), 0)
   lu.assertEquals(units.seconds(0.25), 0.25)
end

function TestParse.test_sizes_know_decimal_and_binary()
   lu.assertEquals(units.bytes("16KB"), 16000)
   lu.assertEquals(units.bytes("16KiB"), 16384)
   lu.assertEquals(units.bytes("40MiB"), 40 * 1024 * 1024)
   lu.assertEquals(units.bytes("1.5k"), 1500)
   lu.assertEquals(units.bytes(2048), 2048)
   lu.assertEquals(math.type(units.bytes("0.1KB")), "integer")
end

function TestParse.test_rates()
   lu.assertEquals(units.per_second("200/s"), 200)
   lu.assertEquals(units.per_second("120/min"), 2)
   lu.assertEquals(units.per_second(7), 7)
end

function TestParse.test_what_no_clock_holds_is_refused()
   lu.assertEquals(message_of(units.seconds, "99999999999min", "timeout"),
      "timeout: '99999999999min' is too long; write at most a year, 8784h")
   lu.assertEquals(units.seconds "8784h", 8784 * 3600)
   lu.assertStrMatches(message_of(units.seconds, "x", ""), "'x' is not a quantity; .*")
end

function TestParse.test_refuses_what_is_no_quantity_and_names_the_argument()
   for _, wrong in ipairs { "fast", "", "-1s", "1.2.3s", "10 parsecs", "ms", -1, 0 / 0, 1 / 0, true, {} } do
      local message = message_of(units.seconds, wrong, "latency")
      lu.assertStrContains(message, "latency: ")
      lu.assertStrContains(message, "120ms")
   end
   lu.assertStrContains(message_of(units.bytes, "5 s", "body"), "body: '5 s'")
   lu.assertStrContains(message_of(units.per_second, "5/day", "rate"), "rate: '5/day'")
   lu.assertStrContains(message_of(units.seconds, nil, "latency"), "latency: 'nil'")
end

TestShares = {}

function TestShares.test_numbers_and_percents()
   for given, share in pairs { [0.03] = 0.03, ["3%"] = 0.03, [" 2.5 % "] = 0.025, ["0.5"] = 0.5, [0] = 0,
      ["100%"] = 1 } do
      lu.assertAlmostEquals(units.share(given, "noise"), share, 1e-12, tostring(given))
   end
   for _, given in ipairs { "some", "%", "1.2.3%", "101%", -0.1, 1.01, {}, "3%%" } do
      lu.assertStrContains(message_of(units.share, given, "noise"), "noise: '" .. tostring(given)
         .. "' is not a share; write for example 0.03 or")
   end
end

os.exit(lu.LuaUnit.run(), true)
