--- Values that cross states: what arrives by value or by name, and what is refused with which message.
-- luacheck: allow defined top
local lu = require "luaunit"

local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_wire.lua")
local trip, refusal = support.trip, support.refusal

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
      "is nested more than 200 levels deep")
   lu.assertStrContains(refusal(nest(100000)), "is nested more than 200 levels deep")
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

TestWireRefusals = {}

function TestWireRefusals.test_the_value_itself()
   local file <close> = io.tmpfile()
   lu.assertEquals(refusal(file, "process"), "process is a userdata (FILE*)")
   lu.assertEquals(refusal(file), "the value is a userdata (FILE*)")
   lu.assertEquals(refusal(coroutine.create(print), "item"), "item is a thread")
   lu.assertEquals(refusal(string.gmatch("a", "a"), "item"),
      "item is a C function that no loaded module exports")
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
      "items: field with a number key is a thread")
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

os.exit(lu.LuaUnit.run(), true)
