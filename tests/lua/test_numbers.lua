--- Numbers as people read them: digits, units, percents, factors, lists.
local lu = require "luaunit"
local numbers = require "bakeoff.base.numbers"

TestNumbers = {}

function TestNumbers.test_three_significant_digits()
   for value, text in pairs { [0.016] = "0.016", [0.2014] = "0.201", [1.2] = "1.20", [12.44] = "12.4",
      [99.96] = "100", [1234.5] = "1,234", [0] = "0", [1000000] = "1,000,000", [-123456] = "-123,456",
      [0.0096] = "0.0096", [0.00012] = "0.00012", [1e-5] = "0.00001", [-2.34e-7] = "-0.00000023" } do
      lu.assertEquals(numbers.plain(value), text)
   end
end

function TestNumbers.test_units_suit_the_value()
   lu.assertEquals(numbers.format(0.2014, "time"), "201 ms")
   lu.assertEquals(numbers.format(0.99999, "time"), "1.00 s")
   lu.assertEquals(numbers.format(900, "time"), "15.0 min")
   lu.assertEquals(numbers.format(41943040, "size"), "40.0 MiB")
   lu.assertEquals(numbers.format(nil, "size"), "–")
   lu.assertEquals(numbers.interval({ median = 0.95, low = 0.9, high = 1.01 }, "time"), "950 ms [900, 1,010]")
   lu.assertEquals(numbers.interval({ median = 2 }, "time"), "2.00 s")
   lu.assertEquals(numbers.format(0, "time"), "0 s")
   lu.assertEquals(numbers.format(1e-9, "time"), "1.00 ns")
   lu.assertEquals(numbers.format(0, "size"), "0 B")
   lu.assertEquals(numbers.format(5, "size"), "5 B")
   lu.assertEquals(numbers.format(1024 * 1024 - 1, "size"), "1.00 MiB")
end

function TestNumbers.test_a_unit_for_every_length_of_time_and_size()
   for value, words in pairs { [2e-13] = "0.200 ps", [1e-12] = "1.00 ps", [9.94e-10] = "994 ps",
      [1.2e-9] = "1.20 ns", [3e-6] = "3.00 µs", [0.598] = "598 ms", [598] = "598 s", [600] = "10.0 min",
      [7100] = "118 min", [35880] = "9.97 h", [160000] = "44.4 h",
      [200000] = "2.31 d", [400 * 86400] = "400 d" } do
      lu.assertEquals(numbers.format(value, "time"), words)
   end
   for value, words in pairs { [100 * 2 ^ 30] = "100 GiB", [1.5 * 2 ^ 40] = "1.50 TiB", [2 ^ 51] = "2.00 PiB",
      [4096] = "4.00 KiB", [1023] = "1,023 B" } do
      lu.assertEquals(numbers.format(value, "size"), words)
   end
end

function TestNumbers.test_factors_and_ratios_of_any_size_can_be_read()
   for value, words in pairs { [1.04] = "1.04", [1.446] = "1.45", [65.78] = "65.8",
      [123.4] = "123", [1234] = "1,234",
      [12345] = "12,300", [994000] = "994,000", [999600] = "1 million", [1.5e6] = "1.5 million",
      [35959768297197] = "36 trillion", [4e15] = "4 quadrillion", [1e300] = "over 1,000 quintillion" } do
      lu.assertEquals(numbers.factor(value), words)
   end
   for value, words in pairs { [0.5212] = "0.521", [1234] = "1,234", [2e13] = "20 trillion",
      [5e-14] = "1/20 trillion", [1e-6] = "1/1 million", [0] = "0" } do
      lu.assertEquals(numbers.ratio(value), words)
   end
end

function TestNumbers.test_an_interval_is_as_precise_as_it_is_narrow()
   for text, ends in pairs { ["[1.18, 1.25]"] = { 1.181, 1.2502 }, ["[1.728, 1.731]"] = { 1.728, 1.731 },
      ["[0.9981, 0.9984]"] = { 0.99809, 0.99841 }, ["[11.98, 12.02]"] = { 11.98, 12.02 },
      ["[0.998, 1.003]"] = { 0.998, 1.003 }, ["[1.0001, 1.0003]"] = { 1.0001, 1.0003 },
      ["[1000.1, 1000.4]"] = { 1000.1, 1000.4 }, ["[-1.003, -1.001]"] = { -1.003, -1.001 } } do
      lu.assertEquals(numbers.span(ends[1], ends[2]), text)
   end
   lu.assertEquals(numbers.span(0.01511, 0.01522), "[0.01511, 0.01522]")
   lu.assertEquals(numbers.span(0.000121, 0.000124), "[0.0001210, 0.0001240]")
end

-- Never "1.00 [0.9994, 0.9995]": a value outside its interval.
function TestNumbers.test_a_value_is_as_precise_as_its_interval()
   for shown, one in pairs { ["0.9995 [0.9994, 0.9995]"] = { 0.99946, 0.99941, 0.99953 },
      ["1.002 [1.001, 1.004]"] = { 1.0021, 1.0011, 1.0039 }, ["1.00 [0.99, 1.02]"] = { 1.0021, 0.995, 1.02 },
      ["12.00 [11.98, 12.02]"] = { 12, 11.98, 12.02 } } do
      lu.assertEquals(numbers.interval({ median = one[1], low = one[2], high = one[3] }, "count"), shown)
      local ratio, span = numbers.ratio_estimate { ratio = one[1], low = one[2], high = one[3] }
      lu.assertEquals(ratio .. span, (shown:gsub(" ", "×", 1)))
   end
   lu.assertEquals(numbers.interval({ median = 2.0021, low = 2.0011, high = 2.0039 }, "time"),
      "2.002 s [2.001, 2.004]")
end

-- Never "[1.00, 1.00]".
function TestNumbers.test_an_interval_without_width_is_not_printed()
   lu.assertNil(numbers.span(1, 1))
   lu.assertNil(numbers.span(0, 0))
   lu.assertNil(numbers.span(1.000001, 1.000002))
   lu.assertEquals(numbers.interval({ median = 2, low = 2, high = 2 }, "time"), "2.00 s")
end

function TestNumbers.test_percents_never_have_an_exponent()
   for share, text in pairs { [0.123] = "12 %", [1] = "100 %", [0.004] = "0 %" } do
      lu.assertEquals(numbers.percent(share), text)
   end
   for share, text in pairs { [0.0234] = "2.3 %", [0.05] = "5 %", [1] = "100 %", [1.27] = "127 %",
      [0.0000042] = "0.00042 %", [1e-7] = "0.00001 %", [12.5] = "1250 %" } do
      lu.assertEquals(numbers.percent(share, 2), text)
   end
   lu.assertEquals(numbers.percent_range(0.25, 0.374), "25 to 37 %")
end

function TestNumbers.test_whole_numbers_are_rounded()
   lu.assertEquals(numbers.whole(0), "0")
   lu.assertEquals(numbers.whole(1.6), "2")
   lu.assertEquals(numbers.whole(1234567), "1,234,567")
end

function TestNumbers.test_sentences()
   lu.assertEquals((numbers.times(61.4)), "61.4 times")
   lu.assertEquals((numbers.times(2.004)), "2 times")
   lu.assertEquals((numbers.times(9.997)), "10 times")
   lu.assertEquals(numbers.list { "a", "b", "c" }, "a, b and c")
   lu.assertEquals(numbers.list { "a" }, "a")
   lu.assertEquals(numbers.plural(1, "worker"), "1 worker")
   lu.assertEquals(numbers.plural(100, "worker"), "100 workers")
   lu.assertEquals(numbers.range(0.00238, 0.00243, "time"), "2.38 to 2.43 ms")
   lu.assertEquals(numbers.range(0.00238, 0.00238, "time"), "2.38 ms")
   lu.assertEquals(numbers.range(0.0009, 0.012, "time"), "900 µs to 12.0 ms")
end

TestExtremes = {}

function TestExtremes.test_no_number_is_too_large_or_too_small_to_be_written()
   for _, value in ipairs { 1e300, 1e-300, 5e-324, math.huge, -math.huge, 0 / 0, 1e18 } do
      for _, kind in ipairs { "time", "size", "count" } do
         lu.assertEquals(type(numbers.format(value, kind)), "string")
      end
      lu.assertEquals(type(numbers.percent(value, 2) .. numbers.times(value) .. numbers.plural(value, "x")),
         "string")
   end
   lu.assertEquals(numbers.significant(1e-300, 2), "0")
   lu.assertEquals(numbers.whole(math.huge), "∞")
end

TestAroundOne = {}

function TestAroundOne.test_both_ends_of_a_ratio_have_the_same_decimals()
   for _, case in ipairs { { 0.999, 0.9946, 1.0041, "0.999×", "[0.995, 1.004]" },
      { 1.07, 0.983, 1.21, "1.070×", "[0.983, 1.210]" }, { 1.62, 1.56, 1.71, "1.62×", "[1.56, 1.71]" },
      { 9.9, 9.58, 10.2, "9.90×", "[9.58, 10.2]" } } do
      local ratio, span = numbers.ratio_estimate { ratio = case[1], low = case[2], high = case[3] }
      lu.assertEquals({ ratio, span }, { case[4], case[5] })
   end
end

os.exit(lu.LuaUnit.run(), true)
