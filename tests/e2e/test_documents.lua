--- The documents are right: every snippet of README.md and of the tutorial (scripts/README.md) runs through
-- the command, and links lead somewhere. Runs are small, and figures are not checked. test_recipes.lua runs
-- the recipes.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
local support = dofile(SOURCE .. "/tests/e2e/support_run.lua")
local documents = dofile(SOURCE .. "/tests/e2e/support_documents.lua")

local folder

local function run_all(path) return documents.run_all(path, folder) end

local function content_of(path) return support.slurp(SOURCE .. "/" .. path) end

TestSnippets = {}

function TestSnippets.setUp() folder = support.folder() end

function TestSnippets.tearDown() support.remove(folder) end

function TestSnippets.test_the_readme() lu.assertTrue(run_all("README.md").lua >= 3) end

function TestSnippets.test_the_tutorial()
   local counts = run_all "scripts/README.md"
   lu.assertTrue(counts.lua >= 4 and counts.sh >= 4)
end

function TestSnippets.test_one_that_fails_is_told_with_its_place()
   local block = { language = "lua", line = 7, text = "error 'on purpose'\n" }
   local ok, problem = pcall(documents.run, block, "page.md:7", folder)
   lu.assertFalse(ok)
   lu.assertStrContains(tostring(problem.msg or problem), "page.md:7")
   block = { language = "sh", text = "bakeoff plot out/none\n" }
   ok, problem = pcall(documents.run, block, "page.md:9", folder)
   lu.assertFalse(ok)
   lu.assertStrContains(tostring(problem.msg or problem), "page.md:9: bakeoff plot out/none")
end

-- --- reading them ---------------------------------------------------------------------------------

TestReading = {}

function TestReading.test_blocks_and_what_is_said_about_them()
   local blocks = documents.blocks(table.concat({ "text", "```sh", "bakeoff env  # this", "```",
      "<!-- snippet", "save: a.lua", "prints: 3", "before:", "local x = 1", "-->",
      "```lua", "print(x)", "```", "```lua", "y()", "```" }, "\n"))
   lu.assertEquals(#blocks, 3)
   lu.assertEquals({ blocks[1].language, blocks[1].line }, { "sh", 2 })
   lu.assertEquals(blocks[1].text, "bakeoff env  # this\n")
   lu.assertEquals({ blocks[2].save, blocks[2].prints, blocks[2].before, blocks[2].text },
      { "a.lua", "3", "local x = 1\n", "print(x)\n" })
   lu.assertEquals({ blocks[3].save, blocks[3].before, blocks[3].text }, { nil, nil, "y()\n" })
end

function TestReading.test_words_of_commands()
   local text = "cmake .\nbuild/release/bakeoff exec --vs 'a b' -- c   # say\nbakeoff env\n"
   lu.assertEquals(documents.commands(text), { { "exec", "--vs", "a b", "--", "c" }, { "env" } })
   lu.assertEquals(documents.small { "run", "x" }, { "run", "x", "--repeats", "1", "--warmup", "0" })
   lu.assertEquals(documents.small { "run", "x", "--repeats", "20" }, { "run", "x", "--repeats", "1" })
   lu.assertEquals(documents.small { "run", "--repeats", "auto" }, { "run", "--repeats", "auto" })
end

-- --- links ----------------------------------------------------------------------------------------

TestLinks = {}

local function assert_link(path, target)
   local file, anchor = target:match "^([^#]*)#?(.*)$"
   local whole = file == "" and path or (path:match "^.*/" or "") .. file
   local kind = require("bakeoff").files.kind(SOURCE .. "/" .. whole)
   lu.assertNotNil(kind, ("%s links to %s, which isn't there"):format(path, target))
   if anchor ~= "" then
      lu.assertTrue(documents.anchors(content_of(whole))[anchor],
         ("%s links to %s: there is no such heading"):format(path, target))
   end
end

function TestLinks.test_links_lead_somewhere()
   for _, path in ipairs { "README.md", "plots/GALLERY.md", "scripts/README.md", "scripts/HOWTO.md",
      "lua/REFERENCE.md" } do
      local links = documents.links(content_of(path))
      lu.assertTrue(#links > 3, path)
      for _, target in ipairs(links) do
         assert_link(path, target)
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
