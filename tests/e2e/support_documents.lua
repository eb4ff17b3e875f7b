--- Reads and runs the snippets of a Markdown document, for test_documents.lua and test_recipes.lua.
--
-- A fenced block may have a comment above it, which readers don't see:
--
--    <!-- snippet
--    save: prices.lua          the file's name, for later blocks and lines of sh
--    options: --days 5         more words for `bakeoff run`
--    prints: threads           what standard output must contain
--    before:                   Lua code to put before the block, up to the end of the comment
--    local bake = require "bakeoff"
--    -->

local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
local support = dofile(SOURCE .. "/tests/e2e/support_run.lua")

local documents = {}

local function settings_of(comment)
   local settings = {}
   local head, before = comment:match "^(.-)%f[%a]before:\n(.*)$"
   settings.before = before
   for key, value in (head or comment):gmatch "([%w]+): ([^\n]+)" do
      settings[key] = value
   end
   return settings
end

--- The blocks of a document, in order: { language, text, line (of the fence), save, options, prints, before
-- }.
function documents.blocks(content)
   local blocks, block, comment, settings = {}, nil, nil, {}
   local number = 0
   for line in (content .. "\n"):gmatch "(.-)\n" do
      number = number + 1
      if comment then
         comment = line ~= "-->" and comment .. line .. "\n" or settings_of(comment)
         if type(comment) == "table" then
            settings, comment = comment, nil
         end
      elseif block and line == "```" then
         block.text = table.concat(block, "\n") .. "\n"
         blocks[#blocks + 1], block, settings = block, nil, {}
      elseif block then
         block[#block + 1] = line
      elseif line:match "^<!%-%- snippet$" then
         comment = ""
      elseif line:match "^```" then
         block = setmetatable({ language = line:sub(4), line = number }, { __index = settings })
      end
   end
   return blocks
end

-- Splits a line into words; blanks within quotes don't split.
local function words_of(line)
   local words = {}
   local bound = line:gsub("'([^']*)'", function(inner) return inner:gsub(" ", "\0") end)
   for word in bound:gmatch "%S+" do
      words[#words + 1] = (word:gsub("%z", " "))
   end
   return words
end

--- The lines of sh that call bakeoff, as lists of words without the command's path. Quotes keep words
-- together.
function documents.commands(text)
   local list = {}
   for line in text:gmatch "[^\n]+" do
      local rest = line:match "^build/release/bakeoff (.*)$" or line:match "^bakeoff (.*)$"
      if rest then
         list[#list + 1] = words_of((rest:gsub("%s+#.*$", "")))
      end
   end
   return list
end

--- The same words for a small run: with one repeat, and without warm-ups unless the words ask for repeats.
function documents.small(words)
   local small = table.move(words, 1, #words, 1, {})
   for index, word in ipairs(small) do
      if word == "--repeats" then
         if small[index + 1] ~= "auto" then
            small[index + 1] = "1"
         end
         return small
      end
   end
   return table.move({ "--repeats", "1", "--warmup", "0" }, 1, 4, #small + 1, small)
end

local function assert_well(result, place)
   lu.assertEquals(result.code, 0, place .. ": " .. result.stderr .. result.stdout)
end

local function run_lua(block, place, folder)
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

local function run_shell(block, place, folder)
   for _, words in ipairs(documents.commands(block.text)) do
      local line = words[1] == "run" and words[3] ~= "--help" and documents.small(words) or words
      assert_well(support.run({ "bakeoff", table.unpack(line) }, { folder = folder }),
         place .. ": bakeoff " .. table.concat(words, " "))
   end
end

local RUN = { lua = run_lua, sh = run_shell }

--- Runs a block in a folder; a failure names `place`. → whether there was anything to run
function documents.run(block, place, folder)
   local run = RUN[block.language]
   if run then
      run(block, place, folder)
   end
   return run ~= nil
end

--- Runs all blocks of a document one after the other in a folder. → the number of blocks run, by language
function documents.run_all(path, folder)
   local counts = { lua = 0, sh = 0 }
   for _, block in ipairs(documents.blocks(support.slurp(SOURCE .. "/" .. path))) do
      if documents.run(block, ("%s:%d"):format(path, block.line), folder) then
         counts[block.language] = counts[block.language] + 1
      end
   end
   return counts
end

local LINKS = { "%]%(([^)%s]+)%)", ' src="([^"]+)"', ' srcset="([^"]+)"' }

--- The targets of a document's links and pictures, except those on the web.
function documents.links(content)
   local list, text = {}, content:gsub("\n```.-\n```", "")
   for _, pattern in ipairs(LINKS) do
      for target in text:gmatch(pattern) do
         list[#list + 1] = not target:find "^%a+:" and target or nil
      end
   end
   return list
end

--- The anchors of a document's headings, as GitHub makes them.
function documents.anchors(content)
   local set = {}
   for title in ("\n" .. content:gsub("\n```.-\n```", "")):gmatch "\n#+ ([^\n]+)" do
      set[title:lower():gsub("[^%w _-]", ""):gsub(" ", "-")] = true
   end
   return set
end

return documents
