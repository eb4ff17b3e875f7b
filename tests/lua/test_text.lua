local lu = require "luaunit"
local text = require "bakeoff.base.text"

TestDistance = {}

function TestDistance.test_counts_each_kind_of_edit_as_one()
   lu.assertEquals(text.distance("run", "run"), 0)
   lu.assertEquals(text.distance("run", "rn"), 1)
   lu.assertEquals(text.distance("rn", "run"), 1)
   lu.assertEquals(text.distance("run", "ran"), 1)
   lu.assertEquals(text.distance("rnu", "run"), 1)
end

function TestDistance.test_published_examples()
   lu.assertEquals(text.distance("kitten", "sitting"), 3)
   lu.assertEquals(text.distance("saturday", "sunday"), 3)
   lu.assertEquals(text.distance("ca", "abc"), 3) -- the restricted distance; unrestricted it is 2
end

function TestDistance.test_empty_strings()
   lu.assertEquals(text.distance("", ""), 0)
   lu.assertEquals(text.distance("", "abc"), 3)
   lu.assertEquals(text.distance("abc", ""), 3)
end

TestNearest = {}

local OPTIONS = { "--repeats", "--workers", "--warmup", "--out", "--resume", "--seed", "-h", "--help" }

function TestNearest.test_finds_a_slip()
   lu.assertEquals(text.nearest("--repeat", OPTIONS), "--repeats")
   lu.assertEquals(text.nearest("--wokrers", OPTIONS), "--workers")
   lu.assertEquals(text.nearest("-out", OPTIONS), "--out")
   lu.assertEquals(text.nearest("Eventlop", { "eventloop", "threads" }), "eventloop")
end

-- Its letters aren't compared with those of every candidate.
function TestNearest.test_a_long_name_takes_no_long_time()
   local steps = 0
   debug.sethook(function() steps = steps + 1 end, "", 1000)
   local found = text.nearest(("rea0"):rep(10000), OPTIONS)
   debug.sethook()
   lu.assertNil(found)
   lu.assertTrue(steps < 10, steps)
end

function TestNearest.test_finds_the_whole_of_a_beginning()
   lu.assertEquals(text.nearest("--warm", OPTIONS), "--warmup")
   lu.assertEquals(text.nearest("co", { "coroutines" }), nil)
end

function TestNearest.test_is_silent_when_nothing_is_near()
   lu.assertNil(text.nearest("--colour", OPTIONS))
   lu.assertNil(text.nearest("x", OPTIONS))
   lu.assertNil(text.nearest("anything", {}))
   lu.assertNil(text.nearest("", OPTIONS))
end

function TestNearest.test_choice_among_equals_does_not_depend_on_order()
   lu.assertEquals(text.nearest("bat", { "cat", "bar" }), "bar")
   lu.assertEquals(text.nearest("bat", { "bar", "cat" }), "bar")
end

function TestNearest.test_leaves_the_candidates_as_they_are()
   local candidates = { "b", "a" }
   text.nearest("a", candidates)
   lu.assertEquals(candidates, { "b", "a" })
end

TestSuggestion = {}

function TestSuggestion.test_is_empty_or_a_question()
   lu.assertEquals(text.suggestion("rnu", { "run" }), "; did you mean 'run'?")
   lu.assertEquals(text.suggestion("zzz", { "run" }), "")
end

TestNames = {}

function TestNames.test_what_is_none_of_a_list()
   lu.assertEquals(text.none_of("blue", { "light", "dark" }), "'blue' is none of: light, dark")
   lu.assertEquals(text.none_of("lihgt", { "light", "dark" }),
      "'lihgt' is none of: light, dark; did you mean 'light'?")
   local checks = require "bakeoff.base.checks"
   lu.assertEquals(checks.one_of("dark", { "light", "dark" }, "--theme"), "dark")
   lu.assertErrorMsgContains("--theme: 'blue' is none of: light, dark", checks.one_of, "blue",
      { "light", "dark" }, "--theme")
end

function TestNames.test_capitals()
   lu.assertEquals(text.capital "threads", "Threads")
   lu.assertEquals(text.capital "ähnlich", "ähnlich")
   lu.assertEquals(text.capital "", "")
end

TestPrintable = {}

function TestPrintable.test_text_stays_and_the_rest_becomes_numbers()
   lu.assertEquals(text.printable "plain\tä € 😀\n", "plain\tä € 😀\n")
   lu.assertEquals(text.printable "\0\27[1m\r\127", [[\x00\x1b[1m\x0d\x7f]])
   lu.assertEquals(text.printable "\xc3\xa4\xc3", "ä\\xc3")
   lu.assertEquals(text.printable "\xa4\xc3x\xff\xfe", [[\xa4\xc3x\xff\xfe]])
   lu.assertEquals(text.printable "", "")
end

function TestPrintable.test_the_last_line_that_says_something()
   lu.assertEquals(text.last_line "one\ntwo\n\n \n", "two")
   lu.assertEquals(text.last_line "one", "one")
   lu.assertNil(text.last_line "\n \n")
   lu.assertNil(text.last_line "")
end

function TestPrintable.test_cut_between_characters()
   lu.assertEquals(text.cut("abc", 3), "abc")
   lu.assertEquals(text.cut("abcd", 3), "abc…")
   lu.assertEquals(text.cut("aäb", 2), "a…")
   lu.assertEquals(text.cut("äb", 2), "ä…")
end

os.exit(lu.LuaUnit.run(), true)
