--- Documents keep their word: every snippet of README.md, the tutorial (scripts/README.md) and the recipes
-- (scripts/HOWTO.md) runs through the command, and their links lead somewhere. Runs are small; no figure is
-- looked at.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
local support = dofile(SOURCE .. "/tests/e2e/support_run.lua")
local documents = dofile(SOURCE .. "/tests/e2e/support_documents.lua")

local folder

local function content_of(path) return support.slurp(SOURCE .. "/" .. path) end

local function assert_well(result, place)
   lu.assertEquals(result.code, 0, place .. ": " .. result.stderr .. result.stdout)
end

local function run_lua(block, place)
   local name = block.save or ("snippet_%d.lua"):format(block.line)
   support.write(folder .. "/" .. name, (block.before or "") .. block.text)
   local words = { "bakeoff", "run", name }
   for word in (block.options or ""):gmatch "%S+" do
      words[#words + 1] = word
   end
   local result = support.run(documents.small(words), { folder = folder })
   assert_well(result, place)
   if block.prints then
      lu.assertStrContains(result.stdout, block.prints, false, place)
   end
end

local function run_shell(block, place)
   for _, words in ipairs(documents.commands(block.text)) do
      local line = words[1] == "run" and words[3] ~= "--help" and documents.small(words) or words
      assert_well(support.run({ "bakeoff", table.unpack(line) }, { folder = folder }),
         place .. ": bakeoff " .. table.concat(words, " "))
   end
end

local RUN = { lua = run_lua, sh = run_shell }

-- → how many blocks of each language were run
local function run_all(path)
   local counts = { lua = 0, sh = 0 }
   for _, block in ipairs(documents.blocks(content_of(path))) do
      local run = RUN[block.language]
      if run then
         run(block, ("%s:%d"):format(path, block.line))
         counts[block.language] = counts[block.language] + 1
      end
   end
   return counts
end

TestSnippets = {}

function TestSnippets.setUp() folder = support.folder() end

function TestSnippets.tearDown() support.remove(folder) end

function TestSnippets.test_the_readme() lu.assertTrue(run_all("README.md").lua >= 3) end

function TestSnippets.test_the_tutorial()
   local counts = run_all "scripts/README.md"
   lu.assertTrue(counts.lua >= 4 and counts.sh >= 4)
end

function TestSnippets.test_the_recipes()
   local counts = run_all "scripts/HOWTO.md"
   lu.assertTrue(counts.lua >= 15 and counts.sh >= 3)
end

function TestSnippets.test_one_that_fails_is_told_with_its_place()
   local block = { language = "lua", line = 7, text = "error 'on purpose'\n" }
   local ok, problem = pcall(run_lua, block, "page.md:7")
   lu.assertFalse(ok)
   lu.assertStrContains(tostring(problem.msg or problem), "page.md:7")
   ok, problem = pcall(run_shell, { text = "bakeoff plot out/none\n" }, "page.md:9")
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
   for _, path in ipairs { "README.md", "scripts/README.md", "scripts/HOWTO.md", "lua/REFERENCE.md" } do
      local links = documents.links(content_of(path))
      lu.assertTrue(#links > 3, path)
      for _, target in ipairs(links) do
         assert_link(path, target)
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
