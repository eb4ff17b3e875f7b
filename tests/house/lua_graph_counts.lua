--- Prints the sizes of the require graph of lua/bakeoff:
--    lua5.4 tests/house/lua_graph_counts.lua [project folder [layers file]]

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local graph = require "lua_graph"

local source = arg[1] or here .. "/../.."
local places, order = graph.layers(arg[2] or here .. "/lua_layers.txt")
local read = graph.read(source)

local function count(set)
   local n = 0
   for _ in pairs(set) do
      n = n + 1
   end
   return n
end

local function print_circles(what, circles)
   print(("%s: %d"):format(what, #circles))
   for _, circle in ipairs(circles) do
      print(("  %d: %s"):format(#circle, table.concat(circle, " ")))
   end
end

local function edge_counts(folders)
   local edges = 0
   for _, to in pairs(folders) do
      edges = edges + count(to)
   end
   return edges
end

local folders, backward, unreached = graph.folders(read), graph.backward(read, places), graph.unreached(read)
print(("modules: %d, folders: %d (in the order: %d)"):format(count(read.modules), count(folders), #order))
print(("requires between folders: %d, from %d folders to folders"):format(#graph.between_folders(read),
   edge_counts(folders)))
print(("backward: %d"):format(#backward))
for _, edge in ipairs(backward) do
   print(("  %s → %s"):format(edge.from, edge.to))
end
print_circles("circles of folders", graph.circles(folders))
print_circles("circles of modules", graph.circles(read.edges))
print(("unreached: %d %s"):format(#unreached, table.concat(unreached, " ")))
