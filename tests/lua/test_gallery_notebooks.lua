--- The notebooks in scripts/notebooks: each can be woven (it is not run here), has its method at the end, and
-- types no measured value; and what programs print is kept in the run folder.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
local SCRIPTS = here .. "/../../scripts"
package.path = ("%s/notebooks/?.lua;%s"):format(SCRIPTS, package.path)
local lu = require "luaunit"
local answers = require "answers"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local percent = require "bakeoff.notebook.percent"
local program = require "bakeoff.notebook.program"

-- path → text of each notebook
local function notebooks()
   local found = {}
   for _, name in ipairs(core.list(SCRIPTS .. "/notebooks")) do
      local text = name:match("%.lua$") and bake.files.read(SCRIPTS .. "/notebooks/" .. name)
      found[name] = text and text:find("\n-- %%", 1, true) and text or nil
   end
   return found
end

local UNITS = { ms = true, s = true, KiB = true, MiB = true, times = true }

TestNotebooks = {}

function TestNotebooks.test_each_is_one_chunk()
   local count = 0
   for name, text in pairs(notebooks()) do
      local _, chunk, problem = program.of(text, name)
      lu.assertNil(problem and ("%s:%d: %s"):format(name, problem.line, problem.message))
      lu.assertEquals(type(chunk), "function", name)
      count = count + 1
   end
   lu.assertTrue(count >= 4)
end

function TestNotebooks.test_the_method_comes_last()
   for name, text in pairs(notebooks()) do
      local headings = {}
      for _, cell in ipairs(percent.read(text).cells) do
         for heading in (cell.kind == "markdown" and "\n" .. cell.source or ""):gmatch("\n#+ ([^\n]*)") do
            headings[#headings + 1] = heading
         end
      end
      lu.assertEquals(headings[#headings], "Method", name)
   end
end

function TestNotebooks.test_no_measured_value_is_typed()
   for name, text in pairs(notebooks()) do
      for _, cell in ipairs(percent.read(text).cells) do
         local prose = cell.kind == "markdown" and cell.source:gsub("{{.-}}", "") or ""
         for value, unit in prose:gmatch("(%d+%.%d+ (%a+))") do
            lu.assertNil(UNITS[unit], ("%s: '%s': write {{ … }}, which follows the run"):format(name, value))
         end
      end
   end
end

TestAnswers = {}

function TestAnswers.test_texts_are_kept_in_the_run_folder()
   local folder = os.tmpname()
   os.remove(folder)
   local results = { dir = folder .. "/run", manifest = { repeats = 3.0 } }
   local told = answers.new "x"
   told.folder = folder .. "/printed"
   local entry = told:keep({ "command", argv = { "p" } }, "p")
   lu.assertEquals({ entry.prepare[3], entry.stdout }, { told.folder, told.folder .. "/p.{repeat}.txt" })
   assert(core.mkdirs(told.folder))
   for trial, text in ipairs { "4", "10", "7" } do
      assert(bake.files.write(("%s/p.%d.txt"):format(told.folder, trial), text))
   end
   told:collect(results)
   lu.assertNil(bake.files.kind(told.folder))
   told:collect(results) -- an earlier run: nothing to move
   lu.assertEquals(told:of(results, "p"), { "4", "10", "7" })
   lu.assertEquals(told:median(results, "p", tonumber), 7)
   lu.assertNil(told:median(results, "q", tonumber))
   local function except_10(text) return text ~= "10" and tonumber(text) or nil end
   lu.assertEquals(told:median(results, "p", except_10), 5.5)
   core.remove_tree(folder)
end

os.exit(lu.LuaUnit.run(), true)
