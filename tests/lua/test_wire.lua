-- Values and functions that cross states: what arrives, what is refused and how, broken messages.
-- luacheck: allow defined top
local lu = require "luaunit"
local core = require "bakeoff.core"

local function trip(value)
   local message = assert(core.wire_encode(value, "value"))
   local arrived, err = core.wire_decode(message)
   lu.assertNil(err)
   return arrived
end

local function refusal(value, what)
   local message, err, code = core.wire_encode(value, what)
   lu.assertNil(message)
   lu.assertEquals(code, "invalid")
   return err
end

TestWireValues = {}

function TestWireValues.test_scalars()
   for _, value in ipairs { true, false, 0, 1, -1, 63, 64, -64, -65, math.maxinteger, math.mininteger,
      0.5, -0.0, 1e308, math.huge, -math.huge, "", "text", "zero\0byte", ("x"):rep(100000) } do
      local arrived = trip(value)
      lu.assertEquals(arrived, value)
      lu.assertEquals(math.type(arrived), math.type(value))
   end
   lu.assertNil(trip(nil))
   lu.assertEquals(1 / trip(-0.0), -math.huge)
   local nan = trip(0 / 0)
   lu.assertTrue(nan ~= nan)
end

function TestWireValues.test_a_float_with_an_integral_value_stays_a_float()
   lu.assertEquals(math.type(trip(3.0)), "float")
   lu.assertEquals(math.type(trip(3)), "integer")
end

function TestWireValues.test_tables()
   local value = { 1, "two", { three = 3 }, [10] = "ten", [-1] = "minus", [1.5] = "float key",
      [true] = "yes", nested = { list = { {}, {}, { "deep" } } }, ["a key"] = false }
   lu.assertEquals(trip(value), value)
   lu.assertEquals(trip({}), {})
end

function TestWireValues.test_tables_with_holes()
   local value = { 1, nil, 3, nil, nil, 6 }
   lu.assertEquals(trip(value), value)
   local sparse = { 1, 2, [4] = 4, [8] = 8, [2 ^ 40] = "far" }
   lu.assertEquals(trip(sparse), sparse)
end

function TestWireValues.test_large_table()
   local value = {}
   for i = 1, 20000 do value[i] = { id = i, name = "row " .. i } end
   lu.assertEquals(trip(value), value)
end

function TestWireValues.test_cycles_and_shared_references()
   local shared = { "shared" }
   local value = { a = shared, b = shared }
   value.self = value
   value[value] = "a table as key"
   local arrived = trip(value)
   lu.assertTrue(arrived.self == arrived)
   lu.assertTrue(arrived.a == arrived.b)
   lu.assertFalse(arrived.a == shared)
   lu.assertEquals(arrived[arrived], "a table as key")
end

function TestWireValues.test_depth_limit()
   local function nest(levels)
      local value = {}
      for _ = 2, levels do value = { down = value } end
      return value
   end
   lu.assertNotNil(trip(nest(200)))
   lu.assertEquals(refusal(nest(201), "items"),
      "items: field 'down': field 'down': field 'down': field 'down': ...: field 'down': field 'down' " ..
      "is nested deeper than 200 levels")
   lu.assertStrContains(refusal(nest(100000)), "is nested deeper than 200 levels")
end

function TestWireValues.test_globals_arrive_as_globals()
   lu.assertTrue(trip(_G) == _G)
   lu.assertTrue(trip({ _G })[1] == _G)
end

TestWireNames = {}

function TestWireNames.test_modules_travel_by_name()
   for _, module in ipairs { string, table, math, core, lu } do
      lu.assertTrue(trip(module) == module)
   end
end

function TestWireNames.test_a_module_is_required_on_arrival()
   package.preload["wire test module"] = function() return { made = {} } end
   local module = require "wire test module"
   local message = assert(core.wire_encode({ module }))
   package.loaded["wire test module"] = nil
   local arrived = assert(core.wire_decode(message))[1]
   lu.assertFalse(arrived == module)
   lu.assertTrue(arrived == package.loaded["wire test module"])
   package.loaded["wire test module"], package.preload["wire test module"] = nil, nil
   local value, err, code = core.wire_decode(message)
   lu.assertNil(value)
   lu.assertEquals(code, "task")
   lu.assertStrContains(err, "module 'wire test module' not found")
   lu.assertNotStrContains(err, "\n")
end

function TestWireNames.test_c_functions_and_objects_of_modules()
   for _, value in ipairs { print, pairs, string.format, table.concat, os.time, core.now, io.stdout } do
      lu.assertTrue(trip(value) == value)
   end
   lu.assertTrue(trip({ string.rep, { string.rep } })[2][1] == string.rep)
end

function TestWireNames.test_a_global_alias_travels_under_the_modules_name()
   rawset(_G, "aaa_alias", string.upper)
   local message = assert(core.wire_encode(string.upper))
   rawset(_G, "aaa_alias", nil)
   lu.assertStrContains(message, "string\0upper")
   lu.assertTrue(core.wire_decode(message) == string.upper)
end

function TestWireNames.test_light_userdata_of_a_module()
   local found, cjson = pcall(require, "cjson")
   lu.skipIf(not found, "lua-cjson is not installed")
   lu.assertTrue(trip({ cjson.null, cjson.null })[2] == cjson.null)
   lu.assertEquals(trip(cjson.encode)({ 1 }), "[1]")
end

function TestWireNames.test_a_missing_field_is_named()
   local held = setmetatable({}, { __index = {} })
   package.loaded["wire.holder"] = { thing = held }
   local message = assert(core.wire_encode(held))
   package.loaded["wire.holder"] = {}
   local value, err, code = core.wire_decode(message)
   package.loaded["wire.holder"] = nil
   lu.assertNil(value)
   lu.assertEquals(code, "task")
   lu.assertStrContains(err, "module 'wire.holder' has no field 'thing' here")
end

function TestWireNames.test_a_modules_own_lua_function_travels_by_name()
   lu.assertTrue(trip(lu.assertEquals) == lu.assertEquals)
end

function TestWireNames.test_what_a_script_adds_to_a_module_travels_by_value()
   local function trimmed(text) return (text:gsub("^%s+", "")) end
   rawset(string, "trimmed", trimmed)
   local arrived = trip(trimmed)
   rawset(string, "trimmed", nil)
   lu.assertFalse(arrived == trimmed)
   lu.assertEquals(arrived("  x"), "x")
end

TestWireFunctions = {}

function TestWireFunctions.test_a_function_runs_on_arrival()
   local arrived = trip(function(a, b, ...) return a + b, select("#", ...) end)
   local sum, rest = arrived(1, 2, nil, nil)
   lu.assertEquals({ sum, rest }, { 3, 2 })
end

-- lua_load sets the first upvalue to the globals table, whichever variable that is.
function TestWireFunctions.test_an_integer_upvalue_before_env()
   local five = 5
   local arrived = trip(function() return five, tostring(five) end)
   local value, text = arrived()
   lu.assertEquals(value, 5)
   lu.assertEquals(text, "5")
end

function TestWireFunctions.test_an_integer_upvalue_after_env()
   local five = 5
   local arrived = trip(function() local text = tostring(1) return five, text end)
   lu.assertEquals((arrived()), 5)
end

function TestWireFunctions.test_an_integer_upvalue_alone()
   local five = 5
   lu.assertEquals(trip(function() return five end)(), 5)
end

function TestWireFunctions.test_nil_and_table_upvalues()
   local nothing, settings = nil, { depth = 3 }
   local first, second = trip(function() return nothing, settings.depth end)()
   lu.assertNil(first)
   lu.assertEquals(second, 3)
end

function TestWireFunctions.test_an_environment_of_its_own()
   local own = { answer = 42 }
   local arrived = trip(load("return answer", "=own", "t", own))
   lu.assertEquals(arrived(), 42)
end

function TestWireFunctions.test_recursion_through_an_upvalue()
   local function factorial(n) return n < 2 and 1 or n * factorial(n - 1) end
   local arrived = trip(factorial)
   lu.assertEquals(arrived(10), 3628800)
   local _, itself = debug.getupvalue(arrived, 1)
   lu.assertTrue(itself == arrived)
end

function TestWireFunctions.test_mutual_recursion()
   local even
   local function odd(n) if n == 0 then return false end return even(n - 1) end
   function even(n) if n == 0 then return true end return odd(n - 1) end
   lu.assertTrue(trip(even)(10))
   lu.assertTrue(trip({ odd, even })[1](7))
end

function TestWireFunctions.test_shared_upvalues_stay_shared()
   local count = 0
   local pair = { up = function() count = count + 1 end, get = function() return count end }
   local arrived = trip(pair)
   arrived.up()
   arrived.up()
   lu.assertEquals(arrived.get(), 2)
   lu.assertEquals(count, 0)
end

function TestWireFunctions.test_equal_upvalues_of_different_variables_stay_apart()
   local a, b = 1, 1
   local arrived = trip { function() a = a + 1 return a end, function() b = b + 1 return b end }
   arrived[1]()
   lu.assertEquals(arrived[2](), 2)
end

function TestWireFunctions.test_a_function_inside_its_own_upvalue_shares_the_variable()
   local state = { n = 0 }
   state.bump = function() state.n = state.n + 1 return state end
   local arrived = trip(state.bump)
   local after = arrived()
   lu.assertTrue(after.bump == arrived)
   lu.assertEquals(after.n, 1)
end

function TestWireFunctions.test_the_same_function_twice_arrives_as_one()
   local function f() return 1 end
   local arrived = trip { f, f }
   lu.assertTrue(arrived[1] == arrived[2])
end

function TestWireFunctions.test_errors_keep_their_line()
   local line = debug.getinfo(1, "l").currentline + 1
   local arrived = trip(function() error("oops") end)
   local _, err = pcall(arrived)
   lu.assertStrContains(err, ("test_wire.lua:%d: oops"):format(line))
end

function TestWireFunctions.test_nested_functions()
   local prefix = ">"
   local arrived = trip(function(text) return (function() return prefix .. text end)() end)
   lu.assertEquals(arrived("x"), ">x")
end

TestWireRefusals = {}

function TestWireRefusals.test_the_value_itself()
   local file <close> = io.tmpfile()
   lu.assertEquals(refusal(file, "process"), "process is a userdata (FILE*)")
   lu.assertEquals(refusal(file), "the value is a userdata (FILE*)")
   lu.assertEquals(refusal(coroutine.create(print), "item"), "item is a thread")
   lu.assertEquals(refusal(string.gmatch("a", "a"), "item"),
      "item is a C function that no loaded module holds")
   lu.assertEquals(refusal(setmetatable({}, {}), "item"), "item is a table with a metatable")
end

function TestWireRefusals.test_an_upvalue()
   local db <close> = io.tmpfile()
   lu.assertEquals(refusal(function() return db end), "upvalue 'db' is a userdata (FILE*)")
end

function TestWireRefusals.test_the_path_to_a_part()
   local config = { handle = { ["x"] = coroutine.create(print) } }
   lu.assertEquals(refusal(function() return config end, "process"),
      "process: upvalue 'config': field 'handle': field 'x' is a thread")
   lu.assertEquals(refusal({ 1, { coroutine.create(print) } }, "items"), "items: item 2: item 1 is a thread")
   lu.assertEquals(refusal({ [1.5] = coroutine.create(print) }, "items"),
      "items: field with a number as key is a thread")
   lu.assertEquals(refusal({ [coroutine.create(print)] = 1 }, "items"), "items: a key is a thread")
end

function TestWireRefusals.test_an_upvalue_of_an_upvalue()
   local db = coroutine.create(print)
   local function helper() return db end
   lu.assertEquals(refusal(function() return helper() end, "task"),
      "task: upvalue 'helper': upvalue 'db' is a thread")
end

function TestWireRefusals.test_odd_names_stay_on_one_line()
   lu.assertEquals(refusal({ ["a\nb\27[1m"] = coroutine.create(print) }, "item"),
      "item: field 'a?b?[1m' is a thread")
   lu.assertEquals(refusal({ [("é"):rep(100)] = coroutine.create(print) }, "item"),
      "item: field '" .. ("é"):rep(20) .. "...' is a thread")
end

function TestWireRefusals.test_a_refusal_leaves_nothing_behind()
   lu.assertEquals(refusal({ 1, 2, print, coroutine.create(print) }, "item"), "item: item 4 is a thread")
   lu.assertEquals(trip { 1, 2 }, { 1, 2 })
end

function TestWireRefusals.test_misuse_raises()
   lu.assertErrorMsgContains("bad argument #1", core.wire_encode)
   lu.assertErrorMsgContains("bad argument #1", core.wire_decode, {})
end

TestWireBroken = {}

local function sample()
   local shared = { "shared", 1.25 }
   local value = { 1, -2, 3.5, true, false, "text", shared, again = shared, [shared] = "key" }
   value.list = { {}, { {} } }
   value.self, value.print, value.string = value, print, string
   return value
end

-- Broken bytes may decode to another value; they may not crash, and failure has one of these codes.
local function must_survive(message)
   local _, err, code = core.wire_decode(message)
   if err then lu.assertTrue(code == "protocol" or code == "task", code) end
   return code
end

function TestWireBroken.test_cut_short_at_every_byte()
   local up = 5
   for _, value in ipairs { sample(), { function() return up, print end } } do
      local message = assert(core.wire_encode(value))
      for size = 0, #message - 1 do
         lu.assertEquals(must_survive(message:sub(1, size)), "protocol")
      end
   end
end

function TestWireBroken.test_bytes_left_over()
   local message = assert(core.wire_encode("x"))
   local _, err, code = core.wire_decode(message .. "y")
   lu.assertEquals(code, "protocol")
   lu.assertStrContains(err, ("byte %d of %d"):format(#message, #message + 1))
end

function TestWireBroken.test_every_single_bit_flipped()
   local message = assert(core.wire_encode(sample()))
   for at = 1, #message do
      for bit = 0, 7 do
         local flipped = string.char(message:byte(at) ~ (1 << bit))
         must_survive(message:sub(1, at - 1) .. flipped .. message:sub(at + 1))
      end
   end
end

-- The thread sanitizer does not see Lua's longjmp and loses a stack frame with every error: few fit.
local function rounds()
   local build = os.getenv("BAKEOFF_BUILD") or ""
   return build:match("tsan$") and 1000 or 20000
end

function TestWireBroken.test_random_bytes()
   math.randomseed(20)
   local message = assert(core.wire_encode(sample()))
   for _ = 1, rounds() do
      local bytes = { message:byte(1, -1) }
      for _ = 1, math.random(1, 6) do
         local byte = math.random(0, 255)
         bytes[math.random(1, #bytes)] = byte == 7 and 8 or byte -- 7 opens bytecode
      end
      must_survive(string.char(table.unpack(bytes)))
   end
end

function TestWireBroken.test_nothing_but_opening_tables()
   local open = "\6\1\0\0\0\0\0\0\0"
   lu.assertEquals(must_survive("\xB1" .. open:rep(100000)), "protocol")
end

function TestWireBroken.test_claims_of_huge_sizes()
   local most = ("\xFF"):rep(9)
   for _, claim in ipairs { "\5" .. most .. "\1", "\5" .. most .. "\xFF\1",
      "\6\xFF\xFF\xFF\xFF\0\0\0\0",
      "\6\0\0\0\0\xFF\xFF\xFF\xFF", "\8\0", "\8\xFF\1", "\7\xFF\xFF\xFF\xFF" } do
      lu.assertEquals(must_survive("\xB1" .. claim), "protocol")
   end
end

function TestWireBroken.test_other_versions()
   lu.assertEquals(must_survive("\xB0\0"), "protocol")
   lu.assertEquals(must_survive(""), "protocol")
end

os.exit(lu.LuaUnit.run(), true)
