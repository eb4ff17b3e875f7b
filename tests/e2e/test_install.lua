-- `cmake --install` into an empty prefix: the command, the C library and the Lua module work from there and
-- use nothing from elsewhere.

local lu = require "luaunit"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/support_command.lua")
local build = os.getenv("BAKEOFF_BUILD")

TestInstall = {}

function TestInstall:setUp()
   self.folder = support.folder()
   self.prefix = self.folder .. "/prefix"
   local installed = support.run { "cmake", "--install", build, "--prefix", self.prefix }
   lu.assertEquals(installed.code, 0, installed.stderr)
end

function TestInstall:tearDown() support.remove(self.folder) end

local function sanitized()
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   return cache:read("a"):match("BAKEOFF_SANITIZE:STRING=%a") ~= nil
end

local SCRIPT = [[
local bake = require "bakeoff"
local site <close> = bake.server { latency = "1ms" }
local results = bake.experiment { name = "tiny", urls = site:urls("/%d", 8),
   contenders = { "sequential", "eventloop" }, workers = { 4 }, repeats = 1, warmup = 0 }:run()
assert(results)
bake.experiment { name = "program", contenders = { { "command", argv = { "true" } } }, repeats = 1 }:run()
]]

function TestInstall:test_command_runs_an_experiment_from_the_prefix()
   support.write(self.folder .. "/tiny.lua", SCRIPT)
   local ran = support.run({ self.prefix .. "/bin/bakeoff", "run", "tiny.lua" }, { folder = self.folder })
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertStrContains(ran.stdout, "Open:  out/tiny/report.html")
end

function TestInstall:test_stock_lua_finds_the_module_in_the_prefix()
   if sanitized() then
      lu.skip("a stock interpreter cannot load a module built with a sanitizer")
   end
   support.write(self.folder .. "/tiny.lua", SCRIPT)
   local ran = support.run({ "lua5.4", "tiny.lua" }, { folder = self.folder, environment = {
      LUA_PATH = self.prefix .. "/share/lua/5.4/?.lua;" .. self.prefix .. "/share/lua/5.4/?/init.lua;;",
      LUA_CPATH = self.prefix .. "/lib/lua/5.4/?.so;;",
   } })
   lu.assertEquals(ran.code, 0, ran.stderr)
end

-- Users point their editors to share/bakeoff/meta.
function TestInstall:test_annotations_are_installed()
   for _, name in ipairs { "bakeoff", "experiment", "results" } do
      local file <close> = assert(io.open(("%s/share/bakeoff/meta/%s.lua"):format(self.prefix, name)))
      lu.assertStrContains(file:read "l", "---@meta")
   end
end

function TestInstall:test_spawned_workers_are_programs_of_the_prefix()
   support.write(self.folder .. "/spawn.lua", [[
      local pool <close> = require("bakeoff").processes { workers = 1, start = "spawn" }
      local function program() return io.open("/proc/self/cmdline"):read("a"):match("^[^\0]*") end
      print(assert(pool:submit(program):result()))
   ]])
   local ran = support.run({ self.prefix .. "/bin/bakeoff", "run", "spawn.lua" }, { folder = self.folder })
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertStrContains(ran.stdout, self.prefix .. "/libexec/bakeoff/worker")
end

function TestInstall:test_a_c_program_embeds_the_library()
   if sanitized() then
      lu.skip("the program is compiled as a user would, without a sanitizer")
   end
   local flags = support.run({ "pkg-config", "--cflags", "--libs", "bakeoff" },
      { environment = { PKG_CONFIG_PATH = self.prefix .. "/lib/pkgconfig" } })
   lu.assertEquals(flags.code, 0, flags.stderr)
   local words = { "cc", "-std=c11", "-Wall", "-Werror", here .. "/embed.c", "-o", self.folder .. "/embed" }
   for word in flags.stdout:gmatch("%S+") do
      words[#words + 1] = word
   end
   local compiled = support.run(words)
   lu.assertEquals(compiled.code, 0, compiled.stderr)
   local ran = support.run({ self.folder .. "/embed" },
      { environment = { LD_LIBRARY_PATH = self.prefix .. "/lib" } })
   lu.assertEquals(ran.code, 0, ran.stdout .. ran.stderr)
   lu.assertStrContains(ran.stdout, "eventloop ok done=40")
end

os.exit(lu.LuaUnit.run(), true)
