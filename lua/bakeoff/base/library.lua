--- Loads the Lua libraries that bakeoff uses. It does not call `require`, which could load a file of the same
-- name from the current folder or beside the script. The copy is private and not in package.loaded, so a
-- script's `require` finds what it would find without bakeoff.

local library = {}

local OF_CURRENT_FOLDER = { ["./?.lua"] = true, ["./?/init.lua"] = true, ["./?.so"] = true }

local function names_it(variable, entry)
   local value = os.getenv(variable .. "_5_4") or os.getenv(variable) or ""
   return (";" .. value .. ";"):find(";" .. entry .. ";", 1, true)
end

-- A search path without the current folder. Lua's default path contains it; it stays if LUA_PATH names it.
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

-- → the module's loader, its file; or nil and the places searched
local function find(name, path, cpath)
   local file, message = package.searchpath(name, path)
   if file then
      return assert(loadfile(file)), file
   end
   local open, why = find_c_function(name, cpath)
   return open, open and "" or message .. why
end

-- Without descriptors, no library would be found.
local function refuse_if_nothing_opens(name)
   local file <close>, message = io.open "/dev/null"
   if not file then
      error(("the Lua library '%s': %s"):format(name, (message:gsub("^.*: ", ""))), 0)
   end
end

--- The module `name`, loaded again at each call. Raises if it isn't installed. Searches the paths at
-- start-up, which don't contain the script's folder yet.
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
      refuse_if_nothing_opens(name)
      error(("the Lua library '%s' is not installed:%s"):format(name, file), 0)
   end
   return make(name, file)
end

-- bakeoff.core is a C module: Lua searches for it after all Lua files, including those in the current folder.
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

--- For a stock interpreter: makes `require` find all of bakeoff's modules beside the first one, whose
-- `source` (debug.getinfo) is given. bakeoff's own programs do the same in C, before any Lua runs (src/lua).
function library.guard(source)
   local folder = source:match("^@(.*)bakeoff/init%.lua$")
   if package.preload["bakeoff.core"] or not folder then
      return
   end
   package.preload["bakeoff.core"] = load_core
   table.insert(package.searchers, 2, own_searcher(folder))
end

return library
