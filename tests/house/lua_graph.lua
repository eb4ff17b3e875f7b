--- The require graph of lua/bakeoff, read from the sources without running them: which modules and folders
-- need which others, and which edges break the order of the folders (lua_layers.txt).
--
-- Every string that names a module is an edge: in a `require` at the top of a file or inside a function, and
-- in tables such as FIELDS in init.lua. A string that ends in a dot ("bakeoff.charts.") opens a registry: it
-- stands for each module of that folder whose name is a string in the same file, or in a module that
-- this file names (as contenders/init.lua names the registry model/contender.lua).
--
-- A module's folder is the one directly below lua/bakeoff, and includes its subfolders. A file beside
-- init.lua counts as a folder of its own. The module "bakeoff" (init.lua) is the top.

local circles_of = require "circles"

local graph = {}

local PREFIX = "bakeoff"

local function contents(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

local function files_below(root, endings)
   local paths = {}
   local pipe <close> = assert(io.popen(("find '%s' -type f \\( %s \\) | sort"):format(root, endings)))
   for path in pipe:lines() do
      paths[#paths + 1] = path
   end
   return paths
end

-- The end of a long comment or long string that opens at `at`, and its text.
local function long_bracket(source, at)
   local level = source:match("^%[(=*)%[", at)
   if level then
      local _, stop, inner = source:find("^%[" .. level .. "%[(.-)%]" .. level .. "%]", at)
      return stop or #source, inner
   end
end

local function comment_end(source, at)
   return long_bracket(source, at + 2) or (source:find("\n", at, true) or #source)
end

local function quoted_end(source, at, quote)
   local stop = at
   repeat
      stop = source:find("[\\" .. quote .. "]", stop + 1) or #source
      local is_escape = source:sub(stop, stop) == "\\"
      stop = is_escape and stop + 1 or stop
   until not is_escape
   return stop, source:sub(at + 1, stop - 1)
end

-- "bakeoff" alone is the module only where it is required; elsewhere it is the project's name.
local function is_plain_word(source, at, inner)
   return inner == PREFIX and not source:sub(1, at - 1):find("require%s*%(?%s*$")
end

--- The string literals of a Lua source in order, except those in comments.
function graph.strings(source)
   local list, at = {}, 1
   while true do
      at = source:find("[-\"'%[]", at)
      if not at then
         return list
      end
      local stop, inner
      local first = source:sub(at, at)
      if first == "-" then
         stop = source:sub(at, at + 1) == "--" and comment_end(source, at)
      elseif first == "[" then
         stop, inner = long_bracket(source, at)
      else
         stop, inner = quoted_end(source, at, first)
      end
      list[#list + 1] = not is_plain_word(source, at, inner) and inner or nil
      at = (stop or at) + 1
   end
end

local function module_name(root, path)
   local name = path:sub(#root + 2):gsub("%.lua$", ""):gsub("/", "."):gsub("%.?init$", "")
   return name == "" and PREFIX or PREFIX .. "." .. name
end

--- The folder of a module: "charts" of "bakeoff.charts.speed", "init" of "bakeoff".
function graph.folder(name) return name:match("^" .. PREFIX .. "%.([%w_]+)") or "init" end

-- The modules that strings name.
local function named(modules, strings)
   local found = {}
   for _, one in ipairs(strings) do
      found[one] = modules[one] and true or nil
   end
   return found
end

local function add_registry(found, modules, folder, strings)
   for _, entry in ipairs(strings) do
      found[folder .. entry] = modules[folder .. entry] and true or nil
   end
end

-- The modules that `name` requires. strings_of: module → its strings.
local function targets(modules, strings_of, name)
   local found, direct = {}, named(modules, strings_of[name])
   for _, one in ipairs(strings_of[name]) do
      if one:find("^" .. PREFIX .. "%.[%w_.]+%.$") then
         add_registry(found, modules, one, strings_of[name])
         for other in pairs(direct) do
            add_registry(found, modules, one, strings_of[other])
         end
      end
   end
   for other in pairs(direct) do
      found[other] = true
   end
   return found
end

-- The modules that C code names.
local function roots_in_c(folder, modules)
   local roots = {}
   for _, path in ipairs(files_below(folder, "-name '*.[ch]'")) do
      for name in contents(path):gmatch('"(' .. PREFIX .. '[%w_.]*)"') do
         roots[name] = modules[name] and path or nil
      end
   end
   return roots
end

--- Reads the sources: { modules = name → path, edges = name → { name → true }, roots = name → who needs it }.
-- source: the project's folder.
function graph.read(source)
   local root = source .. "/lua/" .. PREFIX
   local self = { modules = {}, edges = {} }
   for _, path in ipairs(files_below(root, "-name '*.lua'")) do
      self.modules[module_name(root, path)] = path
   end
   local strings_of = {}
   for name, path in pairs(self.modules) do
      strings_of[name] = graph.strings(contents(path))
   end
   for name in pairs(self.modules) do
      self.edges[name] = targets(self.modules, strings_of, name)
      self.edges[name][name] = nil
   end
   self.roots = roots_in_c(source .. "/src", self.modules)
   self.roots[PREFIX] = "scripts"
   return self
end

local function sorted(set)
   local list = {}
   for key in pairs(set) do
      list[#list + 1] = key
   end
   table.sort(list)
   return list
end

--- The edges between folders, as a sorted list of { from = module, to = module }.
function graph.between_folders(self)
   local list = {}
   for _, from in ipairs(sorted(self.edges)) do
      for _, to in ipairs(sorted(self.edges[from])) do
         if graph.folder(from) ~= graph.folder(to) then
            list[#list + 1] = { from = from, to = to }
         end
      end
   end
   return list
end

--- folder → { folder → true }
function graph.folders(self)
   local edges = {}
   for name in pairs(self.modules) do
      edges[graph.folder(name)] = edges[graph.folder(name)] or {}
   end
   for _, edge in ipairs(graph.between_folders(self)) do
      edges[graph.folder(edge.from)][graph.folder(edge.to)] = true
   end
   return edges
end

local function reach(edges, from)
   local seen, waiting = {}, { from }
   while #waiting > 0 do
      for to in pairs(edges[table.remove(waiting)] or {}) do
         if not seen[to] then
            seen[to] = true
            waiting[#waiting + 1] = to
         end
      end
   end
   return seen
end

--- The circles of a graph (name → { name → true }): see circles.lua.
graph.circles = circles_of

--- The folders in order, lowest first: name → rank, and the list. Each line of the file holds a name and what
-- the folder is; '#' opens a comment.
function graph.layers(path)
   local places, list = {}, {}
   for line in io.lines(path) do
      local name = line:match("^([%w_]+)")
      if name then
         assert(not places[name], name .. " is listed twice in " .. path)
         list[#list + 1] = name
         places[name] = #list
      end
   end
   return places, list
end

--- The edges between folders that do not go down, as between_folders returns them. They include all edges to
-- or from a folder without a rank.
function graph.backward(self, places)
   local list = {}
   for _, edge in ipairs(graph.between_folders(self)) do
      local from, to = places[graph.folder(edge.from)], places[graph.folder(edge.to)]
      if not from or not to or to > from then
         list[#list + 1] = edge
      end
   end
   return list
end

--- The modules that neither the module "bakeoff" nor C code reaches, sorted.
function graph.unreached(self)
   local seen = {}
   for root in pairs(self.roots) do
      seen[root] = true
      for name in pairs(reach(self.edges, root)) do
         seen[name] = true
      end
   end
   local list = {}
   for _, name in ipairs(sorted(self.modules)) do
      list[#list + 1] = not seen[name] and name or nil
   end
   return list
end

return graph
