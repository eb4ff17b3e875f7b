--- The order of the folders of src/ given by tests/house/c_layers.txt.
local lu = require "luaunit"

local source, build = os.getenv "BAKEOFF_SOURCE", os.getenv "BAKEOFF_BUILD"
local circles_of = dofile(source .. "/tests/house/circles.lua")
local graph = dofile(source .. "/tests/house/c_graph.lua").read(source, build)

--- Reads the layers: order[folder] is its rank; allowed[folder][other]; circles: its files, as text → reason.
local function read_layers()
   local layers, count, circle = { order = {}, allowed = {}, circles = {} }, 0, nil
   for line in io.lines(source .. "/tests/house/c_layers.txt") do
      local folder, others = line:match "^([%w/]+):(.*)$"
      if folder then
         count = count + 1
         layers.order[folder], layers.allowed[folder] = count, {}
         for other in others:gmatch "%S+" do
            layers.allowed[folder][other] = true
         end
      elseif line:find "^circle " then
         circle = line:match "^circle (.*)$"
         layers.circles[circle] = ""
      elseif circle and line:find "^%s+%S" then
         layers.circles[circle] = layers.circles[circle] .. line
      end
   end
   return layers
end

local layers = read_layers()

local function folders_of_sources()
   local found = {}
   for _, file in ipairs(graph.files) do
      found[file:match "^(.*)/"] = true
   end
   return found
end

--- The edges for which is_wrong(from, to) holds, as sorted texts.
local function pairs_where(edges, is_wrong)
   local found = {}
   for from, targets in pairs(edges) do
      for to in pairs(targets) do
         if is_wrong(from, to) then
            found[#found + 1] = from .. " → " .. to
         end
      end
   end
   table.sort(found)
   return found
end

TestHouseC = {}

function TestHouseC.test_every_folder_has_its_place_in_the_order()
   local placed = {}
   for folder in pairs(layers.order) do
      placed[folder] = true
   end
   lu.assertEquals(folders_of_sources(), placed)
end

function TestHouseC.test_the_order_allows_no_way_upwards()
   lu.assertEquals(pairs_where(layers.allowed, function(from, to)
      return not layers.order[to] or layers.order[to] >= layers.order[from]
   end), {})
end

function TestHouseC.test_a_folder_uses_only_what_the_order_allows()
   local wrong = pairs_where(graph.folders, function(from, to)
      return not (layers.allowed[from] and layers.allowed[from][to])
   end)
   for index, edge in ipairs(wrong) do
      local from, to = edge:match "^(%S+) → (%S+)$"
      wrong[index] = edge .. " (" .. graph.why[from][to] .. ")"
   end
   lu.assertEquals(wrong, {})
end

function TestHouseC.test_the_order_allows_only_what_is_used()
   lu.assertEquals(pairs_where(layers.allowed, function(from, to)
      return not (graph.folders[from] and graph.folders[from][to])
   end), {})
end

function TestHouseC.test_no_files_stand_in_a_circle_but_those_named_with_a_reason()
   local found = {}
   for _, edges in ipairs { graph.calls, graph.includes } do
      for _, circle in ipairs(circles_of(edges)) do
         found[table.concat(circle, " ")] = true
      end
   end
   local named = {}
   for circle, reason in pairs(layers.circles) do
      lu.assertNotEquals(reason, "", circle)
      named[circle] = true
   end
   lu.assertEquals(found, named)
end

function TestHouseC.test_names_that_files_of_the_binding_share_begin_with_bko__lua()
   local shared, wrong = 0, {}
   for symbol, file in pairs(graph.owner) do
      if file:find "^lua/" then
         shared = shared + 1
         if not symbol:find "^bko__lua_" and symbol ~= "luaopen_bakeoff_core" then
            wrong[#wrong + 1] = file .. ": " .. symbol
         end
      end
   end
   table.sort(wrong)
   lu.assertEquals(wrong, {})
   lu.assertTrue(shared > 100)
end

os.exit(lu.LuaUnit.run(), true)
