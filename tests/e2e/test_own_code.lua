--- Bakeoff runs its own files and the installed libraries, never files of the same name in the current folder
-- or beside a script.

local lu = require "luaunit"
local source = assert(os.getenv("BAKEOFF_SOURCE"), "BAKEOFF_SOURCE is not set: use ctest or lua_runner")
local build = os.getenv("BAKEOFF_BUILD")
local support = dofile(source .. "/tests/e2e/support_command.lua")
local core = require "bakeoff.core"

-- The modules of bakeoff that Lua could look for, and the libraries it uses.
local function own_names()
   local names = { "cjson", "argparse", "bakeoff", "bakeoff.core" }
   local pipe <close> = assert(io.popen(("cd %s/lua && find bakeoff -name '*.lua'"):format(source)))
   for path in pipe:lines() do
      names[#names + 1] = path:gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
   end
   return names
end

-- Plants files for every name: Lua files that create the file "ran" when they run, and a false library.
local function plant(folder)
   local code = ('io.open(%q, "w"):close() error "a stranger\'s file ran"'):format(folder .. "/ran")
   for _, name in ipairs(own_names()) do
      local path = folder .. "/" .. name:gsub("%.", "/")
      assert(core.mkdirs(path))
      support.write(path .. ".lua", code)
      support.write(path .. "/init.lua", code)
      support.write(path .. ".so", "not a library")
   end
end

local EXPERIMENT = [[
local bake = require "bakeoff"
local site <close> = bake.server {}
bake.experiment { name = "own", urls = site:urls("/x?n=%d", 4),
   contenders = { "sequential", "threads", "processes" }, workers = { 2 }, repeats = 1, warmup = 0,
   process = function(r) return #r.body end }:run()
local function body() return require("bakeoff").version end
for _, how in ipairs { { "processes" }, { "processes", "spawn" }, { "threads" } } do
   local kind, start = table.unpack(how)
   local pool = bake[kind] { workers = 1, start = start }
   assert(pool:submit(body):result() == bake.version)
   pool:shutdown()
end
]]

TestOwnCode = {}

local folder, process

function TestOwnCode.setUp() folder = support.folder() end

function TestOwnCode.tearDown()
   support.remove(folder)
   if process then
      os.execute("kill " .. process)
      process = nil
   end
end

local function check(result)
   lu.assertEquals(result.code, 0, result.stderr .. result.stdout)
   lu.assertNil(core.file_kind(folder .. "/ran"))
   return result
end

-- A process that can be measured, until the test's end.
local function start_process()
   local pipe <close> = assert(io.popen "sleep 600 >/dev/null & echo $!")
   process = pipe:read "l"
   return process
end

function TestOwnCode.test_the_current_folder_lends_no_module()
   plant(folder)
   local scripts = support.folder()
   support.write(scripts .. "/own.lua", EXPERIMENT)
   support.write(scripts .. "/page.lua", "-- %% [markdown]\n-- # Page\n-- %%\nprint(1 + 1)\n")
   local lines = {
      { "exec", "--no-chart", "--repeats", "1", "--warmup", "0", "--", "true" },
      { "run", scripts .. "/own.lua" }, { "plot", "out/own" }, { "report", "out/own" },
      { "compare", "out/own", "out/own" }, { "env", "--json" }, { "help", "serve" }, { "--version" },
      { "notebook", "run", scripts .. "/page.lua", "--html" },
      { "attach", start_process(), "--duration", "10ms", "--no-chart" },
   }
   for _, words in ipairs(lines) do
      check(support.run({ "bakeoff", table.unpack(words) }, { folder = folder }))
   end
   support.remove(scripts)
end

function TestOwnCode.test_a_module_of_the_scripts_folder_is_the_scripts_alone()
   plant(folder)
   for _, name in ipairs { "cjson", "argparse" } do
      os.remove(folder .. "/" .. name .. "/init.lua")
      support.write(folder .. "/" .. name .. ".lua", ('return "the script\'s own %s"'):format(name))
   end
   support.write(folder .. "/neighbour.lua", "return 'next door'")
   support.write(folder .. "/own.lua", [[
      for _, name in ipairs { "cjson", "argparse" } do
         assert(require(name) == "the script's own " .. name)
      end
      assert(require "neighbour" == "next door")
      assert(require("bakeoff").options({ days = { 3, "days" } }).days == 4)
      local pool = require("bakeoff").threads { workers = 1 }
      assert(pool:submit(function() return require "neighbour" end):result() == "next door")
      pool:shutdown()
   ]] .. EXPERIMENT)
   local elsewhere = support.folder()
   check(support.run({ "bakeoff", "run", folder .. "/own.lua", "--days", "4" }, { folder = elsewhere }))
   support.remove(elsewhere)
end

function TestOwnCode.test_a_path_that_the_user_set_is_searched()
   local library = support.folder()
   support.write(library .. "/mine.lua", "return 7")
   support.write(folder .. "/here.lua", "return 8")
   local scripts = support.folder()
   support.write(scripts .. "/own.lua", "print(require 'mine', (pcall(require, 'here')))")
   local function printed(path)
      local settings = { folder = folder, environment = { LUA_PATH = path:format(library) } }
      return check(support.run({ "bakeoff", "run", scripts .. "/own.lua" }, settings)).stdout
   end
   lu.assertEquals(printed "%s/?.lua;;", "7\tfalse\n")
   lu.assertEquals(printed "%s/?.lua;./?.lua;;", "7\ttrue\n")
   support.remove(library)
   support.remove(scripts)
end

function TestOwnCode.test_a_stock_lua_loads_bakeoffs_own_modules_too()
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   lu.skipIf(cache:read("a"):match("BAKEOFF_SANITIZE:STRING=%a"), "a stock Lua can't load a sanitized module")
   plant(folder)
   local scripts = support.folder()
   support.write(scripts .. "/own.lua", EXPERIMENT)
   local environment = {
      LUA_PATH = ("%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;"):format(build, build),
      LUA_CPATH = build .. "/lib/lua/5.4/?.so;;",
   }
   check(support.run({ "lua5.4", scripts .. "/own.lua" }, { folder = folder, environment = environment }))
   support.remove(scripts)
end

os.exit(lu.LuaUnit.run(), true)
