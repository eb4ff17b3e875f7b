--- Loads the Lua libraries that bakeoff uses itself. Not by `require`: a file of the same name in the current
-- folder or beside the script would be taken for one. The copy is bakeoff's own and in no package.loaded, so
-- that a script's `require` finds what it would find without bakeoff.

local library = {}

local OF_CURRENT_FOLDER = { ["./?.lua"] = true, ["./?/init.lua"] = true, ["./?.so"] = true }

local function names_it(variable, entry)
   local value = os.getenv(variable .. "_5_4") or os.getenv(variable) or ""
   return (";" .. value .. ";"):find(";" .. entry .. ";", 1, true)
end

-- A path without the current folder, which Lua's defaults name, unless the user's variable names it, too.
local function safe(path, variable)
   local kept = {}
   for entry in path:gmatch("[^;]+") do
      if not OF_CURRENT_FOLDER[entry] or names_it(variable, entry) then
         kept[#kept + 1] = entry
      end
   end
   return table.concat(kept, ";")
end

local function find_c_function(name, cpath)
   local file, message = package.searchpath(name, cpath)
   if not file then
      return nil, message
   end
   return package.loadlib(file, "luaopen_" .. name:gsub("%.", "_"))
end

-- → how to make the module, its file; nil and where it was looked for
local function find(name, path, cpath)
   local file, message = package.searchpath(name, path)
   if file then
      return assert(loadfile(file)), file
   end
   local open, why = find_c_function(name, cpath)
   return open, open and "" or message .. why
end

--- The module `name`, loaded anew at each call. Raises where it isn't installed. The paths of the start come
-- first: a script's folder is in package.path only later.
function library.load(name)
   local path, cpath = require("bakeoff.core").library_paths()
   local make, file
   if path then
      make, file = find(name, path, cpath)
   end
   if not make then
      make, file = find(name, safe(package.path, "LUA_PATH"), safe(package.cpath, "LUA_CPATH"))
   end
   if not make then
      error(("the Lua library '%s' is not installed:%s"):format(name, file), 0)
   end
   return make(name, file)
end

-- bakeoff.core is a C module: Lua looks for it after all Lua files, those of the current folder too.
local function load_core(name)
   local open, message = find_c_function(name, safe(package.cpath, "LUA_CPATH"))
   return assert(open, message)(name)
end

local function own_searcher(folder)
   local own = ("%s?.lua;%s?/init.lua"):format(folder, folder)
   return function(name)
      local file = name:find("^bakeoff%.") and package.searchpath(name, own)
      if file then
         return assert(loadfile(file)), file
      end
   end
end

--- In a stock interpreter: makes `require` find all of bakeoff's modules where it found the first, whose
-- `source` (debug.getinfo) is given. bakeoff's own programs see to it before any Lua runs (src/lua).
function library.guard(source)
   local folder = source:match("^@(.*)bakeoff/init%.lua$")
   if package.preload["bakeoff.core"] or not folder then
      return
   end
   package.preload["bakeoff.core"] = load_core
   table.insert(package.searchers, 2, own_searcher(folder))
end

return library
