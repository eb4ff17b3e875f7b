--- Only model/contender.lua decides by a contender's name, no other module of lua/bakeoff. lua_contenders.lua
-- checks the sources; the last tests run it on lines that it must find.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local contender_type = require "bakeoff.model.contender"
local graph = require "lua_graph"
local reader = require "lua_contenders"

local SOURCE = os.getenv "BAKEOFF_SOURCE"

-- "command" is also a form of experiments and a word of command lines, so it counts only where code compares
-- a contender with it.
local NAMES = {}
for _, name in ipairs(contender_type.NAMES) do
   NAMES[#NAMES + 1] = contender_type.is_model(name) and name or nil
end

-- Modules in which these words are not names of contenders, and what they mean there.
local MAY_NAME = {
   ["bakeoff"] = { "processes", "threads" }, -- bake.threads and bake.processes
   ["bakeoff.pools"] = { "threads" }, -- a kind of pools
   ["bakeoff.contenders.hybrid"] = { "hybrid", "processes", "threads" }, -- its own name, and kinds of pools
   ["bakeoff.experiment.spec_contenders"] = { "processes", "threads" }, -- the kinds of pools for offload
   ["bakeoff.report.programs"] = { "processes" }, -- the title of a column
   ["bakeoff.commands.attach"] = { "processes" }, -- those of the watched tree
   ["bakeoff.runs.holdings"] = { "processes" }, -- those of a tree, and a column of memory_processes.csv
   ["bakeoff.runs.schema"] = { "processes" }, -- a column of memory.csv
   ["bakeoff.commands.env"] = { "processes" }, -- the system's limit
   ["bakeoff.compare.foreign.pyperf"] = { "processes" }, -- those that pyperf starts
   ["bakeoff.probe.environment"] = { "processes" }, -- the same
}

local function contents(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

local function may_name(module)
   local own = module:match "^bakeoff%.contenders%.(%w+)$"
   return MAY_NAME[module] or { own }
end

TestNames = {}

function TestNames.test_no_other_module_decides_by_a_contenders_name()
   for module, path in pairs(graph.read(SOURCE).modules) do
      if module ~= "bakeoff.model.contender" then
         for _, name in ipairs(reader.named(contents(path), NAMES)) do
            lu.assertTableContains(may_name(module), name, ("%s: %s"):format(module, name))
         end
      end
   end
end

-- An exception that no longer occurs must go.
function TestNames.test_every_exception_occurs()
   local modules = graph.read(SOURCE).modules
   for module, names in pairs(MAY_NAME) do
      lu.assertEquals(reader.named(contents(modules[module]), NAMES), names, module)
   end
end

function TestNames.test_every_contender_has_a_module_of_its_name()
   for _, name in ipairs(contender_type.NAMES) do
      lu.assertEquals(require("bakeoff.contenders." .. name).name, name)
   end
end

-- Editors complete the names with lua/meta.
function TestNames.test_the_annotations_name_every_contender()
   local text = contents(SOURCE .. "/lua/meta/experiment.lua")
   local listed = text:match "%-%-%-@class bakeoff%.Contender\n.-%-%-%-@field %[1%] ([^\n]*)"
   lu.assertEquals(listed, '"' .. table.concat(NAMES, '"|"') .. '"')
end

TestProgram = {}

function TestProgram.test_it_finds_names()
   for _, line in ipairs { 'if name == "hybrid" then', "local NOUNS = { threads = 1 }",
      "x = { a = 1, hybrid = true }", 'x = { ["eventloop"] = true }' } do
      lu.assertEquals(#reader.named(line, NAMES), 1, line)
   end
   lu.assertEquals(reader.named('return cell.contender ~= "command"', NAMES), { 'contender == "command"' })
end

function TestProgram.test_it_passes_over_comments_and_longer_words()
   for _, line in ipairs { '-- "hybrid"', 'say("the threads")', "if threads == 1 then", "threads = 2",
      'form == "command"' } do
      lu.assertEquals(reader.named(line, NAMES), {}, line)
   end
end

os.exit(lu.LuaUnit.run(), true)
