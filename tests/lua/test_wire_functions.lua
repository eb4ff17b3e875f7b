--- Functions that cross states: code, upvalues, environment.
-- luacheck: allow defined top
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_wire.lua")
local trip = support.trip

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
   lu.assertStrContains(err, ("test_wire_functions.lua:%d: oops"):format(line))
end

function TestWireFunctions.test_nested_functions()
   local prefix = ">"
   local arrived = trip(function(text) return (function() return prefix .. text end)() end)
   lu.assertEquals(arrived("x"), ">x")
end

os.exit(lu.LuaUnit.run(), true)
