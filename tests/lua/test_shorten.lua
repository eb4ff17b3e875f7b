--- Names cut in their middle: what differs stays.
local lu = require "luaunit"
local columns = require "bakeoff.base.columns"
local random = require "bakeoff.base.random"
local shorten = require "bakeoff.base.shorten"

TestMiddle = {}

function TestMiddle.test_beginning_and_end_stay()
   local cases = { { "threads", 7, "threads" }, { "abcdefghij", 7, "abc…hij" }, { "abcdefghij", 6, "ab…hij" },
      { "one two three", 9, "one…hree" }, { "abc", 1, "…" }, { "漢字漢字漢字", 9, "漢字…漢字" }, { "", 3, "" } }
   for _, case in ipairs(cases) do
      lu.assertEquals(shorten.middle(case[1], case[2], columns.width), case[3])
   end
end

function TestMiddle.test_a_mark_stays_with_its_letter()
   local text = ("e\u{301}"):rep(9)
   lu.assertEquals(shorten.middle(text, 5, columns.width), "e\u{301}e\u{301}…e\u{301}e\u{301}")
end

function TestMiddle.test_any_text_fits_into_any_room()
   local generator = random.new(7)
   for _ = 1, 300 do
      local parts = {}
      for index = 1, generator:below(30) do
         parts[index] = ({ "a", "é", "漢", "🚀", "e\u{301}", " " })[generator:below(6)]
      end
      local text, room = table.concat(parts), generator:below(40)
      lu.assertTrue(columns.width(shorten.middle(text, room, columns.width)) <= room, text)
   end
end

TestApart = {}

local function shown(names, room)
   local of, list = shorten.apart(names, room, columns.width), {}
   for index, name in ipairs(names) do
      list[index] = of[name]
   end
   return list
end

function TestApart.test_names_that_fit_stay()
   lu.assertEquals(shown({ "threads", "loop", "threads" }, 8), { "threads", "loop", "threads" })
end

function TestApart.test_names_that_differ_at_their_ends_are_cut_in_the_middle()
   lu.assertEquals(shown({ "a long name of threads 1", "a long name of threads 2" }, 12),
      { "a lon…eads 1", "a lon…eads 2" })
end

function TestApart.test_what_differs_in_the_middle_stays()
   local names = { "threads of the pool number 16 with a buffer",
      "threads of the pool number 17 with a buffer" }
   lu.assertEquals(shown(names, 20), { "thread…16 wit…buffer", "thread…17 wit…buffer" })
end

function TestApart.test_many_long_names_stay_apart()
   local names = {}
   for first = 1, 12 do
      for second = 1, 12 do
         local command = "sh -c 'curl --max-time %d --limit-rate 100k --retry %d http://a.test/a/path'"
         names[#names + 1] = command:format(first, second)
      end
   end
   for _, room in ipairs { 30, 40, 60 } do
      local seen = {}
      for _, text in pairs(shorten.apart(names, room, columns.width)) do
         lu.assertNil(seen[text], text)
         lu.assertTrue(columns.width(text) <= room, text)
         seen[text] = true
      end
   end
end

function TestApart.test_too_little_room_is_no_endless_search()
   lu.assertEquals(shown({ "abcdef1", "abcdef2" }, 1), { "…", "…" })
   lu.assertEquals(#shown({ "a", "b", "ab", "" }, 0), 4)
end

os.exit(lu.LuaUnit.run(), true)
