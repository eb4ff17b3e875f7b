--- Parameter scans: values, combinations, substitution.
local lu = require "luaunit"
local scan = require "bakeoff.exec.scan"

TestParse = {}

function TestParse.test_values_and_ranges()
   local cases = {
      { "n=1", { "1" } },
      { "n=1,2,4", { "1", "2", "4" } },
      { "level=fast,best", { "fast", "best" } },
      { "n=1..4", { "1", "2", "3", "4" } },
      { "n=4..1", { "4", "3", "2", "1" } },
      { "n=-1..1", { "-1", "0", "1" } },
      { "n=0..100..25", { "0", "25", "50", "75", "100" } },
      { "n=1,2..3,x", { "1", "2", "3", "x" } },
      { "n=1,1..2,2", { "1", "2" } },
      { "f=a=b", { "a=b" } },
      { "path=../x", { "../x" } }, { "path=a/..b,..", { "a/..b", ".." } },
      { "n=0.1..0.5..0.1", { "0.1", "0.2", "0.3", "0.4", "0.5" } },
      { "n=.5..1..0.25", { "0.50", "0.75", "1.00" } },
      { "n=1..-1..0.5", { "1.0", "0.5", "0.0", "-0.5", "-1.0" } },
      { "n=5..1..-2", { "5", "3", "1" } }, { "n=5..1..2", { "5", "3", "1" } },
      { "n=-2..2..2", { "-2", "0", "2" } }, { "n=1..2..5", { "1" } },
      { "n=1.50,1e3,-x", { "1.50", "1e3", "-x" } }, -- words stay as they are written
      { "w='a,b',c", { "a,b", "c" } }, { "w='1..3'", { "1..3" } }, { "w=it's,\"it's\"", { "it's" } },
      { "w='it''s',''", { "it's", "" } }, { 'w="a,""b"""', { 'a,"b"' } },
   }
   for _, case in ipairs(cases) do
      local found, message = scan.parse(case[1])
      lu.assertNil(message, case[1])
      lu.assertEquals(found.values, case[2], case[1])
   end
   lu.assertEquals(scan.parse("a_1=x").name, "a_1")
end

function TestParse.test_values_that_advance_together()
   local found = scan.parse "a,b_2=1..3;x,'y;z','w''v'"
   lu.assertEquals(found.names, { "a", "b_2" })
   lu.assertEquals(found.rows, { { "1", "x" }, { "2", "y;z" }, { "3", "w'v" } })
   lu.assertEquals(scan.parse("a,b=1,1;2,2").rows, { { "1", "2" }, { "1", "2" } })
   lu.assertEquals(scan.combinations { found, scan.parse "c=7,8" }[2],
      { { "a", "1" }, { "b_2", "x" }, { "c", "8" } })
   lu.assertEquals(scan.count { found, scan.parse "c=7,8" }, 6)
   for given, expected in pairs {
      ["a,b=1,2"] = "a and b advance together: write a list for each, with semicolons",
      ["a,b=1,2;3"] = "a and b advance together, but have 2 and 1 values", ["a,b=1;'x"] = "isn't closed",
      ["a,b=1;2;3"] = "this has 3", ["a,b=1;0.1..2"] = "b: '0.1..2' needs a step" } do
      local list, message = scan.parse(given)
      lu.assertNil(list)
      lu.assertStrContains(message, expected)
   end
   lu.assertEquals(scan.parse("c=a;b").values, { "a;b" }, "one parameter has one list")
end

function TestParse.test_refusals()
   local cases = {
      { "n", "'n' is not a scan" }, { "=1", "is not a scan" }, { "1n=1", "is not a scan" },
      { "a b=1", "is not a scan" },
      { "n=", "empty element" }, { "n=1,,2", "empty element" }, { "n=1..5000", "too many" },
      { "n=1..9..0", "a step of 0" }, { "n=1,2,", "empty element" },
      { "n=1.5..3", "needs a step" }, { "n=1..10..-1", "leads away from its end" },
      { "n=0..1..0.0001", "too many" }, { "n=1..500,501..1001", "too many" },
      { "n=1..x", "not a range of numbers" }, { "n=a..z", "put it in quotes" },
      { "n=1..2..3..4", "not a range" }, { "n=1e3..1e4", "not a range" }, { "n=1.2.3..4", "not a range" },
      { "n=1..99999999999999999999", "not a range" },
      { "w='a", "isn't closed" }, { "w='a'b", "behind a closing quote" },
      { "n=\27[2J,,", "'?[2J,,' has an empty element" },
   }
   for _, case in ipairs(cases) do
      local found, message = scan.parse(case[1])
      lu.assertNil(found, case[1])
      lu.assertStrContains(message, case[2])
   end
end

TestCombinations = {}

local function scans(...)
   local list = {}
   for i, given in ipairs { ... } do
      list[i] = assert(scan.parse(given))
   end
   return list
end

function TestCombinations.test_every_value_with_every_other()
   lu.assertEquals(scan.combinations {}, { {} })
   lu.assertEquals(scan.combinations(scans("a=1,2", "b=x,y")), {
      { { "a", "1" }, { "b", "x" } }, { { "a", "1" }, { "b", "y" } },
      { { "a", "2" }, { "b", "x" } }, { { "a", "2" }, { "b", "y" } },
   })
   lu.assertEquals(scan.count(scans("a=1,2", "b=1..3")), 6)
   lu.assertNil((scan.count(scans("a=1..100", "b=1..100"))))
end

TestFill = {}

function TestFill.test_placeholders_get_their_values()
   local one = { { "n", "4" }, { "m", "x" } }
   local cases = {
      { "{n}", "4" }, { "-j{n}", "-j4" }, { "{n}{m}", "4x" }, { "{k}", "{k}" }, { "{{n}}", "{{n}}" },
      { "{\"a\": {n}}", "{\"a\": 4}" }, { "{{n}", "{4" }, { "{n}}", "4}" }, { "n", "n" },
      { "{ n }", "{ n }" }, { "${n}", "${n}" }, { "$ {n}", "$ 4" },
   }
   for _, case in ipairs(cases) do
      lu.assertEquals(scan.fill(case[1], one), case[2], case[1])
   end
   lu.assertEquals(scan.fill("{n}", { { "n", "{out}%1" } }), "{{out}}%1")
end

function TestFill.test_names_are_those_in_single_braces()
   lu.assertEquals(scan.names_in { "x", "-j{n}{m}", "{{k}}", "{n}", "{ a }", "{1}", "{}" },
      { "n", "m" })
end

os.exit(lu.LuaUnit.run(), true)
