--- The order of lua/bakeoff: no folder requires one above it (tests/house/lua_layers.txt), requires form no
-- circle, and every module is reached. The checker is also run on invented projects that break each rule.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local graph = require "lua_graph"

local SOURCE = os.getenv "BAKEOFF_SOURCE"

local function named(edges)
   local list = {}
   for index, edge in ipairs(edges) do
      list[index] = edge.from .. " → " .. edge.to
   end
   return list
end

TestHouse = {}

function TestHouse.setUp()
   TestHouse.read = graph.read(SOURCE)
   TestHouse.places, TestHouse.order = graph.layers(SOURCE .. "/tests/house/lua_layers.txt")
end

function TestHouse.test_every_require_goes_down()
   lu.assertEquals(named(graph.backward(TestHouse.read, TestHouse.places)), {})
end

function TestHouse.test_nothing_goes_in_a_circle()
   lu.assertEquals(graph.circles(graph.folders(TestHouse.read)), {})
   lu.assertEquals(graph.circles(TestHouse.read.edges), {})
end

function TestHouse.test_every_module_is_reached()
   lu.assertEquals(graph.unreached(TestHouse.read), {})
end

function TestHouse.test_every_folder_has_a_place_and_every_place_a_folder()
   local folders, listed = {}, table.move(TestHouse.order, 1, #TestHouse.order, 1, {})
   for folder in pairs(graph.folders(TestHouse.read)) do
      folders[#folders + 1] = folder
   end
   lu.assertItemsEquals(folders, listed)
end

-- The README lists the folders in the same order, lowest first.
function TestHouse.test_the_readme_shows_the_same_order()
   local shown = {}
   for line in io.lines(SOURCE .. "/lua/bakeoff/README.md") do
      for name in (line:match("^(| %[.-|)") or ""):gmatch("%[`([%w_]+)/`%]") do
         shown[#shown + 1] = name
      end
   end
   shown[#shown + 1] = "init"
   lu.assertEquals(shown, TestHouse.order)
end

TestProgram = {}

local function store(path, text)
   assert(core.mkdirs(path:match("^(.*)/")))
   assert(core.store(path, text))
end

-- Makes a project. files: path in lua/bakeoff → text. → its graph, the ranks of low, high and init
local function invented(files, in_c)
   local folder = TestProgram.folder
   store(folder .. "/src/main.c", in_c or "")
   store(folder .. "/layers.txt", "# lowest first\nlow   below\nhigh  above\ninit  top\n")
   store(folder .. "/lua/bakeoff/init.lua", files.init or "")
   files.init = nil
   for name, text in pairs(files) do
      store(("%s/lua/bakeoff/%s.lua"):format(folder, name), text)
   end
   return graph.read(folder), (graph.layers(folder .. "/layers.txt"))
end

function TestProgram.setUp() TestProgram.folder = os.tmpname() .. "-house" end

function TestProgram.tearDown()
   core.remove_tree(TestProgram.folder)
   os.remove((TestProgram.folder:gsub("%-house$", "")))
end

function TestProgram.test_what_is_required_upwards_is_named()
   local read, places = invented {
      ["low/a"] = 'local function later() return require("bakeoff.high.b") end',
      ["low/c"] = "local name = 'bakeoff.high.b'", ["high/b"] = 'require "bakeoff.low.d"', ["low/d"] = "",
   }
   lu.assertEquals(named(graph.backward(read, places)),
      { "bakeoff.low.a → bakeoff.high.b", "bakeoff.low.c → bakeoff.high.b" })
end

function TestProgram.test_a_folder_without_a_place_is_above_all_and_below_none()
   local read, places = invented { ["other/a"] = 'require "bakeoff.low.b"', ["low/b"] = "" }
   lu.assertEquals(named(graph.backward(read, places)), { "bakeoff.other.a → bakeoff.low.b" })
end

function TestProgram.test_comments_and_the_projects_name_are_no_requires()
   local read = invented {
      ["low/a"] = '-- "bakeoff.high.b"\n--[[ "bakeoff.high.b" ]] return { "bakeoff", "\\"bakeoff.high.b" }',
      ["high/b"] = "",
   }
   lu.assertEquals(read.edges["bakeoff.low.a"], {})
end

function TestProgram.test_an_open_end_is_a_registry()
   local read = invented {
      ["high/init"] = 'local NAMES = { "b", "none" } return require("bakeoff.low." .. NAMES[1])',
      ["low/b"] = "", ["low/c"] = "",
   }
   lu.assertEquals(read.edges["bakeoff.high"], { ["bakeoff.low.b"] = true })
end

function TestProgram.test_the_names_of_a_registry_may_be_in_another_module()
   local read = invented {
      ["high/init"] = 'return require("bakeoff.low." .. require("bakeoff.low.names")[1])',
      ["low/names"] = 'return { "b", "none" }', ["low/b"] = "", ["low/c"] = "",
   }
   lu.assertEquals(read.edges["bakeoff.high"], { ["bakeoff.low.b"] = true, ["bakeoff.low.names"] = true })
end

function TestProgram.test_circles_are_named()
   local read = invented {
      ["low/a"] = 'require "bakeoff.low.b"', ["low/b"] = 'require "bakeoff.low.c"',
      ["low/c"] = 'require "bakeoff.low.a"', ["low/d"] = 'require "bakeoff.low.a"',
      ["high/e"] = 'require "bakeoff.low.d"', ["low/f"] = 'require "bakeoff.high.e"',
   }
   lu.assertEquals(graph.circles(read.edges), { { "bakeoff.low.a", "bakeoff.low.b", "bakeoff.low.c" } })
   lu.assertEquals(graph.circles(graph.folders(read)), { { "high", "low" } })
end

function TestProgram.test_what_neither_scripts_nor_c_reach_is_named()
   local read = invented({
      init = 'local FIELDS = { x = { "bakeoff.low.a" } }', ["low/a"] = "", ["low/b"] = 'require "bakeoff"',
      ["high/c"] = 'require "bakeoff.high.d"', ["high/d"] = "",
   }, 'lua_pushliteral(L, "bakeoff.high.c");')
   lu.assertEquals(graph.unreached(read), { "bakeoff.low.b" })
end

os.exit(lu.LuaUnit.run(), true)
