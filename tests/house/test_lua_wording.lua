--- No code decides by English text, and sentences about verdicts live in one place:
-- tests/house/lua_wording.lua checks the sources of lua/bakeoff. The checker is also run on lines that it
-- must find.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local graph = require "lua_graph"
local wording = require "lua_wording"

local SOURCE = os.getenv "BAKEOFF_SOURCE"

-- Other modules in which such words may stand, and why.
local MAY_SAY = {
   ["bakeoff.model.verdict"] = true, -- the words of each code in files
   ["bakeoff.commands.compare"] = true, -- its help explains the verdicts
   ["bakeoff.report.notes"] = true, -- explains how verdicts are made
}

-- Modules that may take such a text apart in order to write it, not to decide by it.
local MAY_LOOK = {
   ["bakeoff.plotting.panels"] = true, -- puts no-break spaces between numbers and units
   ["bakeoff.report.markdown"] = true, -- escapes brackets
}

-- module → its text
local function sources()
   local texts = {}
   for name, path in pairs(graph.read(SOURCE).modules) do
      local file <close> = assert(io.open(path, "rb"))
      texts[name] = file:read("a")
   end
   return texts
end

TestSources = {}

function TestSources.test_sentences_of_verdicts_stand_in_wording()
   local count = 0
   for name, text in pairs(sources()) do
      count = count + 1
      if not MAY_SAY[name] and not name:find("^bakeoff%.analysis%.wording") then
         lu.assertEquals(wording.sentences(text), {}, name)
      end
   end
   lu.assertTrue(count > 150, "only " .. count .. " modules were read")
end

function TestSources.test_no_code_looks_into_titles_and_sentences()
   for name, text in pairs(sources()) do
      if not MAY_LOOK[name] and not name:find("^bakeoff%.analysis%.wording") then
         lu.assertEquals(wording.looks(text), {}, name)
      end
   end
end

-- Modules that talk to gnuplot or to the user about formats; they do no layout.
local NO_LAYOUT = { "characters", "draw", "formats", "gnuplot", "gp", "script", "terminal" }

function TestSources.test_layout_holds_no_prose()
   local count, skip = 0, {}
   for _, name in ipairs(NO_LAYOUT) do
      skip["bakeoff.plotting." .. name] = true
   end
   for name, text in pairs(sources()) do
      if name:find("^bakeoff%.plotting%.") and not skip[name] then
         count = count + 1
         lu.assertEquals(wording.prose(text), {}, name)
      end
   end
   lu.assertTrue(count > 10, "only " .. count .. " modules were read")
end

TestProgram = {}

function TestProgram.test_it_finds_sentences()
   for _, words in ipairs { "no difference shown to %s", "Threads are fastest", "%s takes %s times as long" }
   do
      lu.assertEquals(wording.sentences(('return "%s" -- fastest'):format(words)), { words })
   end
   lu.assertEquals(wording.sentences '-- "X is fastest"\nreturn "no_difference"', {})
end

function TestProgram.test_it_finds_prose()
   lu.assertEquals(wording.prose 'return "%d of %d failed", "x_title", "%s %d"', { "%d of %d failed" })
   lu.assertEquals(wording.prose 'say("one trial: %s") -- "two words"', { "one trial: %s" })
   lu.assertEquals(wording.prose '{ title = "two words", columns = { "a", "b" } }', {})
end

function TestProgram.test_it_finds_looks()
   for _, line in ipairs { 'if title:find("^No trial") then', 'way:find "time$" and "than"',
      '(page.title(results, cells):gsub("^median", "ratio"))', 'chart.title:match("%d+")',
      'string.find(built.title, "x")', 'safe(verdict):gsub("a", "b")', 'rows[1].title:sub(1, 3)' } do
      lu.assertEquals(#wording.looks(line), 1, line)
   end
   lu.assertEquals(wording.looks '-- title:find("x")\nfield.title = text.cut(title, 80)', {})
end

os.exit(lu.LuaUnit.run(), true)
