--- The parts of scripts/gallery and scripts/film: pages, pictures, kept rows, and the screen of a film.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = ("%s/../../lua/gallery/?.lua;"):format(here) .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local pages = require "pages"
local pictures = require "pictures"
local rows = require "rows"
local screen = require "screen"
local trial_lines = require "bakeoff.runs.trial_lines"

local folder

local function setup()
   folder = os.tmpname()
   os.remove(folder)
   assert(core.mkdirs(folder))
end

local function teardown() core.remove_tree(folder) end

TestPages = {}

function TestPages.test_summaries_replace_the_blocks_of_their_folders()
   local page = "a\n<!-- gallery: bakeoff report plots/gallery/%s -->\n```\nold\n```\nb\n"
   lu.assertEquals(pages.with_summaries(page:format "pool", { pool = "100 %\n" }),
      (page:format("pool"):gsub("old", "100 %%")))
   lu.assertEquals(pages.with_summaries(page:format "pool", { tickets = "new\n" }), page:format "pool")
end

function TestPages.test_pictures_shown_dark()
   local shown = pages.pictures(here .. "/../..")
   lu.assertTableContains(shown.tickets, "quadrant")
   lu.assertTableContains(shown.open_loop, "latency")
end

TestPictures = { setUp = setup, tearDown = teardown }

function TestPictures.test_a_picture_has_the_title_of_its_script()
   local path = folder .. "/speed"
   files.write(path .. ".gp", "\narray title[2] = ['A & B''s', 'tie, 1 < 2']\narray title_at[1] = [0.9]\n")
   lu.assertFalse(pictures.is_of_script(path), "there is no picture")
   files.write(path .. ".svg", "<text>A &amp; B's</text><text>tie, 1 &lt; 2</text>")
   lu.assertTrue(pictures.is_of_script(path))
   lu.assertFalse(pictures.is_of_script(path, "dark"), "there is no dark one")
   files.write(path .. ".svg", "<text>A &amp; B's</text><text>tie, 1 &lt; 3</text>")
   lu.assertFalse(pictures.is_of_script(path), "the second line is another")
end

TestRows = { setUp = setup, tearDown = teardown }

function TestRows.test_only_trials_that_were_read_are_kept()
   local from, to = folder .. "/from", folder .. "/to"
   core.mkdirs(from)
   files.write(from .. "/manifest.json", "{}")
   files.write(from .. "/jobs.csv", 'label,workers,repeat,error\nx,1,1,\nx,1,2,"a,""b"""\nx,1,2,c\nx,1,3,\n')
   files.write(from .. "/memory.csv", "label,workers,repeat\nx,1,1\n")
   local watching, read = rows.watch()
   local key = require("bakeoff.model.cell").trial_key("x", "1", "2")
   trial_lines.each(from .. "/jobs.csv", { [key] = true }, function() end)
   getmetatable(watching).__close()
   rows.keep(from, to, read)
   lu.assertEquals(files.read(to .. "/jobs.csv"), 'label,workers,repeat,error\nx,1,2,"a,""b"""\nx,1,2,c\n')
   lu.assertEquals(files.read(to .. "/manifest.json"), "{}")
   lu.assertNil(core.file_kind(to .. "/memory.csv"), "nothing of it was read")
end

TestScreen = {}

local function shown(...)
   local one = screen.new()
   for _, bytes in ipairs { ... } do
      one:write(bytes)
   end
   local lines = {}
   for row = 1, #one.lines do
      for _, piece in ipairs(one:pieces(row)) do
         table.insert(lines, ("%d,%d %s%s"):format(row, piece.column, piece.style, piece.text))
      end
   end
   return lines
end

function TestScreen.test_what_a_terminal_shows()
   lu.assertEquals(shown("trial 10\r\27[Ktrial 1\r\27[K", "done\r\n"), { "1,1 done" })
   lu.assertEquals(shown "abc\rx\r\n\r\nd", { "1,1 xbc", "3,1 d" })
   lu.assertEquals(shown "a \27[32mb\27[0m  ", { "1,1 a ", "1,3 greenb" })
end

function TestScreen.test_characters_and_sequences_may_arrive_in_parts()
   lu.assertEquals(shown("\xe2\x97", "\x8f\27[3", "1mx\27[0m"), { "1,1 ●", "1,2 redx" })
end

os.exit(lu.LuaUnit.run(), true)
