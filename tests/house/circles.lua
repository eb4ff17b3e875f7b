--- Circles of a directed graph: its strongly connected components of two or more nodes (Tarjan).

local function sorted_keys(set)
   local keys = {}
   for key in pairs(set) do
      keys[#keys + 1] = key
   end
   table.sort(keys)
   return keys
end

--- edges[from][to] is true for each edge. Returns a list of circles, each a sorted list of nodes.
return function(edges)
   local index, low, on_stack, stack, found, count = {}, {}, {}, {}, {}, 0

   local function pop_circle(root)
      local circle = {}
      repeat
         local node = table.remove(stack)
         on_stack[node] = nil
         circle[#circle + 1] = node
      until node == root
      if #circle > 1 then
         table.sort(circle)
         found[#found + 1] = circle
      end
   end

   local function visit(node)
      count = count + 1
      index[node], low[node], on_stack[node] = count, count, true
      stack[#stack + 1] = node
      for _, to in ipairs(sorted_keys(edges[node] or {})) do
         if not index[to] then
            visit(to)
            low[node] = math.min(low[node], low[to])
         elseif on_stack[to] then
            low[node] = math.min(low[node], index[to])
         end
      end
      if low[node] == index[node] then
         pop_circle(node)
      end
   end

   for _, node in ipairs(sorted_keys(edges)) do
      if not index[node] then
         visit(node)
      end
   end
   table.sort(found, function(a, b) return a[1] < b[1] end)
   return found
end
