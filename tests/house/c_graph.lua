--- Which files and folders of src/ use which others: through #includes, and through calls of functions that
-- another file defines. Calls are read from a build's object files, because several .c files may share a
-- header.
--
-- usage: lua5.4 tests/house/c_graph.lua SOURCE BUILD    prints the graph's sizes and its circles

local folder_here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."
local circles_of = dofile(folder_here .. "/circles.lua")

local graph = {}

local function read_file(path)
   local file = assert(io.open(path))
   local text = file:read "a"
   file:close()
   return text
end

local function lines_of(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read "a"
   assert(pipe:close(), command)
   return text:gmatch "[^\n]+"
end

local function add(edges, from, to)
   if from ~= to then
      edges[from] = edges[from] or {}
      edges[from][to] = true
   end
end

local function folder_of(file)
   return file:match "^(.*)/"
end

--- The .c files below src/ that the build compiles: path below src/ → its object files (two, if two programs
-- compile it).
local function objects_of(source, build)
   local objects = {}
   local text = read_file(build .. "/compile_commands.json")
   for directory, command, file in text:gmatch '"directory": "(.-)",%s*"command": "(.-)",%s*"file": "(.-)"' do
      local name = file:sub(1, #source + 5) == source .. "/src/" and file:sub(#source + 6)
      if name then
         objects[name] = objects[name] or {}
         table.insert(objects[name], directory .. "/" .. command:match " %-o (%S+)")
      end
   end
   return objects
end

--- Calls between files: an edge where one file leaves a symbol undefined and another defines it. Also returns
-- the file that defines each symbol.
local function calls_of(objects)
   local names, paths = {}, {}
   for name, list in pairs(objects) do
      for _, path in ipairs(list) do
         names[path] = name
         paths[#paths + 1] = "'" .. path .. "'"
      end
   end
   local owner, wanted, calls = {}, {}, {}
   for line in lines_of("nm -A -g " .. table.concat(paths, " ")) do
      local path, kind, symbol = line:match "^(.-):%x*%s+(%a) (%S+)$"
      if kind == "U" then
         wanted[#wanted + 1] = { names[path], symbol }
      elseif path then
         owner[symbol] = names[path]
      end
   end
   for _, one in ipairs(wanted) do
      if owner[one[2]] then
         add(calls, one[1], owner[one[2]])
      end
   end
   return calls, owner
end

--- Includes of internal headers between files below src/. Every file may include public headers.
local function includes_of(source)
   local includes, files = {}, {}
   for path in lines_of("find '" .. source .. "/src' -name '*.[ch]'") do
      local name = path:sub(#source + 6)
      files[#files + 1] = name
      for header in read_file(path):gmatch '#include "([^"]+)"' do
         if not header:find "^bakeoff/" then
            add(includes, name, header)
         end
      end
   end
   return includes, files
end

--- Calls between files: an edge where one file leaves a symbol undefined and another defines it. Also returns
-- the file that defines each symbol.
function graph.read(source, build)
   local includes, files = includes_of(source)
   local calls, owner = calls_of(objects_of(source, build))
   local self = { files = files, includes = includes, calls = calls, owner = owner, folders = {}, why = {} }
   for _, edges in ipairs { includes, self.calls } do
      for from, targets in pairs(edges) do
         for to in pairs(targets) do
            local a, b = folder_of(from), folder_of(to)
            add(self.folders, a, b)
            self.why[a] = self.why[a] or {}
            self.why[a][b] = from .. " → " .. to
         end
      end
   end
   return self
end

local function count(edges)
   local total = 0
   for _, targets in pairs(edges) do
      for _ in pairs(targets) do
         total = total + 1
      end
   end
   return total
end

--- The number of edges inside circles.
local function count_circling(edges, circles)
   local part, total = {}, 0
   for number, circle in ipairs(circles) do
      for _, node in ipairs(circle) do
         part[node] = number
      end
   end
   for from, targets in pairs(edges) do
      for to in pairs(targets) do
         total = total + (part[from] and part[from] == part[to] and 1 or 0)
      end
   end
   return total
end

local function print_figures(title, edges)
   local circles = circles_of(edges)
   print(("%s: %d edges, %d circles, %d edges inside circles"):format(title, count(edges), #circles,
      count_circling(edges, circles)))
   for _, circle in ipairs(circles) do
      print(("   %d: %s"):format(#circle, table.concat(circle, " ")))
   end
end

local function print_graph(self)
   local folders, number = {}, 0
   for _, file in ipairs(self.files) do
      number = number + (folders[folder_of(file)] and 0 or 1)
      folders[folder_of(file)] = true
   end
   print(("%d files in %d folders"):format(#self.files, number))
   print_figures("folders", self.folders)
   print_figures("files, by calls", self.calls)
   print_figures("headers and files, by includes", self.includes)
end

if arg and arg[0]:find "c_graph%.lua$" then
   print_graph(graph.read(arg[1], arg[2]))
end

return graph
