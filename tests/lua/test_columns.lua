--- How wide texts are on a terminal, and how they are wrapped.
local lu = require "luaunit"
local columns = require "bakeoff.base.columns"
local text = require "bakeoff.base.text"

TestWidth = {}

function TestWidth.test_a_character_is_as_wide_as_terminals_draw_it()
   local widths = { ["ms ± µ"] = 6, ["漢字かな"] = 8, ["한국어"] = 6, ["e\u{301}"] = 1, ["ก\u{e34}น"] = 2,
      ["\u{5d0}\u{5b0}"] = 1, ["🚀"] = 2, ["⚡"] = 2, ["a\u{200b}b\u{2060}"] = 2, ["█▌●"] = 3, ["ｆ"] = 2,
      ["\u{fe0f}"] = 0, [""] = 0, ["\u{20000}"] = 2, ["é"] = 1, ["\u{1160}"] = 0 }
   for words, width in pairs(widths) do
      lu.assertEquals(columns.width(words), width, words)
   end
end

function TestWidth.test_bytes_that_are_not_utf8_count_one_each()
   lu.assertEquals(columns.width("\xff\xfe"), 2)
end

TestWrap = {}

function TestWrap.test_lines_are_broken_between_words_at_any_width()
   local words = "Without the 34 noisy trials, 漢字漢字 verdicts e\u{301} are the same: 🚀 and so on."
   for width = 1, 90 do
      local joined = {}
      for _, line in ipairs(columns.wrap(words, width)) do
         lu.assertTrue(columns.width(line) <= width or not line:gsub("(%d) ", "%1"):find(" "), line)
         joined[#joined + 1] = line
      end
      lu.assertEquals(table.concat(joined, " "), words)
   end
end

function TestWrap.test_a_number_stays_beside_its_unit()
   for width = 1, 40 do
      local lines = columns.wrap("(up to 37 %). It took 1.20 ms, 5 MiB at 2.01 ± 0.05 [1.1, 1.3].", width)
      for _, whole in ipairs { "37 %).", "1.20 ms,", "5 MiB", "2.01 ± 0.05", "[1.1, 1.3]." } do
         lu.assertStrContains(table.concat(lines, "\n"), whole)
      end
   end
end

function TestWrap.test_further_lines_are_indented()
   lu.assertEquals(columns.wrap("one two three", 11, "  x: "), { "  x: one", "     two", "     three" })
   lu.assertEquals(columns.wrap("one two", 6, "- ", ""), { "- one", "two" })
   lu.assertEquals(columns.wrap("", 10, "Failed: "), { "Failed:" })
end

function TestWrap.test_a_word_that_is_too_long_is_whole()
   lu.assertEquals(columns.wrap("see http://a.test/a/long/path now", 10),
      { "see", "http://a.test/a/long/path", "now" })
end

TestBrief = {}

function TestBrief.test_a_text_from_outside_becomes_one_short_line()
   lu.assertEquals({ text.brief("a\27[2Jb\tc\nmore\nlines", 40) }, { "a\\x1b[2Jb c", "more\nlines" })
   lu.assertEquals({ text.brief(("é"):rep(100), 21) }, { ("é"):rep(10) .. "…" })
   lu.assertEquals({ text.brief("a\u{85}\u{202e}b", 40) }, { "a\\xc2\\x85\\xe2\\x80\\xaeb" })
   lu.assertEquals({ text.brief("one\n \n", 40) }, { "one" })
end

os.exit(lu.LuaUnit.run(), true)
