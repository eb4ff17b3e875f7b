--- What an attacker of the built programs would meet: the ELF files themselves say it.

local lu = require "luaunit"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/support_command.lua")
local build = os.getenv("BAKEOFF_BUILD")

local PROGRAMS = { "bakeoff", "libexec/bakeoff/fixture", "libexec/bakeoff/worker",
   "libexec/bakeoff/confine" }
local LIBRARIES = { "lib/lua/5.4/bakeoff/core.so", "lib/libbakeoff.so" }
local GUARDIAN = "libexec/bakeoff/guardian"

local function cached(name)
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   return cache:read("a"):match("\n" .. name .. ":%u+=([^\n]*)")
end

-- What readelf says of a file: headers, segments, the dynamic section, symbols.
local function read(path)
   local said = support.run { "readelf", "-hldsW", build .. "/" .. path }
   lu.assertEquals(said.code, 0, said.stderr)
   return said.stdout
end

local function each(check)
   for _, list in ipairs { PROGRAMS, LIBRARIES } do
      for _, path in ipairs(list) do
         check(path, read(path))
      end
   end
end

TestHardening = {}

function TestHardening.setUp()
   lu.skipIf((cached "BAKEOFF_SANITIZE" or "") ~= "", "a sanitizer has checks of its own")
end

function TestHardening.test_programs_have_no_fixed_address()
   for _, path in ipairs(PROGRAMS) do
      lu.assertStrMatches(read(path):gsub("\n", " "), ".*Flags:[^:]* PIE .*", nil, nil, path)
   end
end

function TestHardening.test_what_is_linked_is_read_only_before_anything_runs()
   each(function(path, text)
      lu.assertStrContains(text, "GNU_RELRO", path)
      lu.assertStrMatches(text:gsub("\n", " "), ".*Flags: NOW .*", nil, nil, path)
   end)
   lu.assertStrContains(read(GUARDIAN), "GNU_RELRO")
end

local function assert_stack_is_data(path, text)
   lu.assertStrMatches(text:match("GNU_STACK[^\n]*"), ".* RW +0x%x+", nil, nil, path)
end

function TestHardening.test_no_stack_is_executable()
   each(assert_stack_is_data)
   assert_stack_is_data(GUARDIAN, read(GUARDIAN))
end

function TestHardening.test_functions_with_arrays_check_the_stack()
   each(function(path, text) lu.assertStrContains(text, "__stack_chk_fail@", path) end)
end

function TestHardening.test_an_optimised_build_checks_the_sizes_given_to_libc()
   lu.skipIf(cached "CMAKE_BUILD_TYPE" == "Debug", "glibc's checks need an optimised build")
   each(function(path, text) lu.assertStrContains(text, "__snprintf_chk@", path) end)
end

os.exit(lu.LuaUnit.run(), true)
