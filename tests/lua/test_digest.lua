--- Digests of values: the same content gives the same digest in any process, any other content another one.
local lu = require "luaunit"

local bytecode = require "bakeoff.base.bytecode"
local digests = require "bakeoff.base.digest"
local files = require "bakeoff.base.files"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/../e2e/support_command.lua")

local function of(value, options) return digests.new(options):of(value, "it") end

-- A chunk's result, as if it stood in a file of its own.
local function made_by(source) return assert(load(source))() end

TestBytecode = {}

function TestBytecode.test_place_names_and_comments_do_not_count()
   local one = made_by "return function(a) local b = a + 1.5 return function() return b, 'x', a end end"
   local other = made_by [[-- a comment
      return function(c)

         local d = c + 1.5 -- another
         return function() return d, 'x', c end
      end]]
   lu.assertEquals(bytecode.of(one), bytecode.of(other))
   lu.assertNotEquals(string.dump(one, true), string.dump(other, true))
end

function TestBytecode.test_code_and_constants_count_also_in_inner_functions()
   local seen = {}
   for _, source in ipairs { "return 1", "return 2", "return 1.0", "return 'a'", "return 'b'", "return a + b",
      "return a - b", "return function() return 1 end", "return function() return 2 end", "return ...",
      "return nil, true", ("return '%s'"):format(("x"):rep(300)), ("return '%s'"):format(("x"):rep(301)) } do
      local code = bytecode.of(assert(load("local a, b = ... " .. source)))
      lu.assertNil(seen[code], source)
      seen[code] = source
   end
end

-- Files with every kind of code.
function TestBytecode.test_large_files_are_understood()
   for _, path in ipairs { here .. "/test_digest.lua", package.searchpath("luaunit", package.path) } do
      lu.assertTrue(#bytecode.of(assert(loadfile(path))) > 1000)
   end
end

TestValues = {}

function TestValues.test_equal_values_have_equal_digests()
   lu.assertEquals(of { 1, 2.5, "a", true, x = { y = 1 }, [10] = "z" },
      of { [10] = "z", x = { y = 1 }, 1, 2.5, "a", true })
   lu.assertEquals(of { [{ 1 }] = "a", [{ 2 }] = "b" }, of { [{ 2 }] = "b", [{ 1 }] = "a" })
end

function TestValues.test_different_values_have_different_digests()
   local shared, loop = {}, {}
   loop[1] = loop
   local seen = {}
   for i, value in ipairs { 1, 1.0, 2, "1", "", true, false, {}, { 1 }, { { 1 } }, { 1, 2 }, { 12 },
      { a = 1 }, { a = 2 }, { b = 1 }, { "a", 1 }, { shared, shared }, { {}, {} }, loop, print, math, 1 / 0,
      -1 / 0, setmetatable({}, { __index = { 1 } }), { [2] = 1 }, "ab", { "ab", "c" }, { "a", "bc" } } do
      local digest = of(value)
      lu.assertNil(seen[digest], ("values %s and %d"):format(seen[digest], i))
      seen[digest] = i
   end
end

function TestValues.test_a_long_text_counts_to_its_end()
   local long = ("x"):rep(200000)
   lu.assertNotEquals(of(long .. "a"), of(long .. "b"))
   lu.assertNotEquals(of { long, long, "a" }, of { long, long, "b" })
end

function TestValues.test_items_that_are_one_table_count_as_two()
   local one = { 1 }
   local digester = digests.new()
   lu.assertEquals(digester:of_items({ one, one }), digester:of_items { { 1 }, { 1 } })
   lu.assertNotEquals(digester:of_items { { 1 }, { 2 } }, digester:of_items { { 2 }, { 1 } })
end

TestFunctions = {}

function TestFunctions.test_upvalues_count_with_their_functions()
   local function with(limit, factor)
      local function scaled(x) return x * factor end
      return function(x) return scaled(x) < limit end
   end
   lu.assertEquals(of(with(1, 2)), of(with(1, 2)))
   lu.assertNotEquals(of(with(1, 2)), of(with(3, 2)))
   lu.assertNotEquals(of(with(1, 2)), of(with(1, 3)))
end

-- Two functions that call each other.
function TestFunctions.test_recursion_ends()
   local function pair(last)
      local odd
      local function even(n) return n == 0 or odd(n - 1) end
      function odd(n) return n == last or even(n - 1) end
      return even
   end
   lu.assertEquals(of(pair(1)), of(pair(1)))
   lu.assertNotEquals(of(pair(1)), of(pair(2)))
end

function TestFunctions.test_globals_of_the_script_count_where_they_are_named()
   local function digest(body)
      rawset(_G, "of_a_script", assert(load(body)))
      local named = of(function() return _G and of_a_script() end) -- luacheck: ignore of_a_script
      local other = of(function() return _G and 1 end)
      rawset(_G, "of_a_script", nil)
      return named, other
   end
   local named, other = digest "return 1"
   local named_now, other_now = digest "return 2"
   lu.assertNotEquals(named, named_now)
   lu.assertEquals(other, other_now)
end

function TestFunctions.test_variables_are_listed()
   local limit, factor = 1, 2
   local list = digests.new():variables(function() return limit, factor end)
   lu.assertEquals(list, { { kind = "upvalue", name = "limit", value = 1 },
      { kind = "upvalue", name = "factor", value = 2 } })
end

TestLimits = {}

function TestLimits.test_what_cannot_be_read_is_named()
   local digester = digests.new()
   digester:of({ coroutine.create(print) }, "a")
   digester:of({ io.tmpfile() }, "b")
   digester:of(("x"):gmatch("."), "c")
   digester:of({ io.stdout, print, require("bakeoff.core").now, "x" }, "d")
   lu.assertEquals(digester.unknown, { { what = "a", kind = "a coroutine" }, { what = "b",
      kind = "a userdata" }, { what = "c", kind = "a C function" } })
end

function TestLimits.test_an_object_counts_by_its_key()
   local function object(options, handle)
      return setmetatable({ options = options, handle = handle },
         { __key = function(self) return self.options end })
   end
   lu.assertEquals(of(object({ 1 }, io.tmpfile())), of(object({ 1 }, 5)))
   lu.assertNotEquals(of(object({ 1 }, 5)), of(object({ 2 }, 5)))
end

function TestLimits.test_secrets_do_not_count()
   local options = { is_hidden = function(name) return name == "token" end }
   lu.assertEquals(of({ token = "a", x = 1 }, options), of({ token = "b", x = 1 }, options))
   lu.assertNotEquals(of({ token = "a", x = 1 }, options), of({ token = "a", x = 2 }, options))
   lu.assertNotEquals(of({ token = 1 }, options), of({ token = 2 }, options)) -- a count
   lu.assertNotEquals(of({ token = print }, options), of({ token = tostring }, options))
end

TestFiles = {}

function TestFiles.test_content_counts_in_small_and_large_files()
   local folder = support.folder()
   local path = folder .. "/file"
   lu.assertNil(files.digest(path))
   local seen = {}
   for _, content in ipairs { "", "a", "b", ("x"):rep(2 ^ 21), ("x"):rep(2 ^ 21) .. "y" } do
      support.write(path, content)
      local digest = files.digest(path)
      lu.assertEquals(#digest, 64)
      lu.assertNil(seen[digest])
      seen[digest] = true
   end
   assert(os.execute(("truncate -s 40M '%s'"):format(path)))
   local before = files.digest(path)
   assert(os.execute(("printf end >> '%s'"):format(path)))
   lu.assertNotEquals(files.digest(path), before)
   support.remove(folder)
end

os.exit(lu.LuaUnit.run(), true)
