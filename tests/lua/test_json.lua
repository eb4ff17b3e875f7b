local lu = require "luaunit"
local json = require "bakeoff.base.json"

TestJson = {}

function TestJson.test_keys_are_sorted()
   lu.assertEquals(json.encode { b = 1, a = true, c = "x" }, '{"a":true,"b":1,"c":"x"}')
end

function TestJson.test_an_order_of_keys_can_be_given_for_all_or_for_one()
   lu.assertEquals(json.encode({ b = 1, a = 2, z = { b = 1, a = 2 } }, { keys = { "z", "b" } }),
      '{"z":{"b":1,"a":2},"b":1,"a":2}')
   lu.assertEquals(json.encode { x = json.ordered({ "q", "gone" }, { p = 1, q = 2 }), a = { q = 1, p = 2 } },
      '{"a":{"p":2,"q":1},"x":{"q":2,"p":1}}')
end

function TestJson.test_an_order_may_name_a_key_twice_or_none_at_all()
   lu.assertEquals(json.encode({ b = 1, a = 2 }, { keys = { "b", "b", "gone", 5 } }), '{"b":1,"a":2}')
   lu.assertEquals(json.encode({ b = 1, a = 2 }, { keys = {} }), '{"a":2,"b":1}')
end

function TestJson.test_a_long_text_is_whole()
   local list = json.array {}
   for index = 1, 5000 do
      list[index] = { name = ("x"):rep(index % 50), number = index }
   end
   local decoded = json.decode(json.encode(list))
   lu.assertEquals(#decoded, 5000)
   lu.assertEquals(decoded[4999], { name = ("x"):rep(49), number = 4999 })
end

function TestJson.test_empty_list_and_empty_object_differ()
   lu.assertEquals(json.encode { a = json.array {}, b = {} }, '{"a":[],"b":{}}')
   lu.assertEquals(json.encode { json.array { 1 }, { 2 } }, "[[1],[2]]")
end

function TestJson.test_numbers()
   lu.assertEquals(json.encode { 1, 1.0, 2 ^ 52, 0.1, 1 / 3, -0.5, 1e300 },
      "[1,1,4503599627370496,0.1,0.333333333,-0.5,1e+300]")
   lu.assertEquals(json.encode { math.huge, -math.huge, 0 / 0, math.maxinteger },
      "[null,null,null,9223372036854775807]")
end

function TestJson.test_whole_numbers_survive_a_round_trip()
   local text = '{"bytes":40894464,"exact":9007199254740991}'
   lu.assertEquals(json.encode(json.decode(text)), text)
end

function TestJson.test_strings()
   lu.assertEquals(json.encode { 'a/b\\/c"\n\1 é' }, [=[["a/b\\/c\"\n\u0001 é"]]=])
   lu.assertEquals(json.decode(json.encode { "http://h/ü?\xff" })[1], "http://h/ü?\u{fffd}")
end

function TestJson.test_null()
   lu.assertEquals(json.encode { a = json.null }, '{"a":null}')
   lu.assertEquals(json.decode('{"a":null}').a, json.null)
end

function TestJson.test_pretty()
   lu.assertEquals(json.encode({ a = { 1, 2 }, b = {} }, { pretty = true }),
      '{\n  "a": [\n    1,\n    2\n  ],\n  "b": {}\n}\n')
end

function TestJson.test_what_cannot_be_stored_raises()
   lu.assertErrorMsgContains("function", json.encode, { print })
   lu.assertErrorMsgContains("not a string", json.encode, { [{}] = 1 })
   local loop = {}
   loop.loop = loop
   lu.assertErrorMsgContains("too deep", json.encode, loop)
end

os.exit(lu.LuaUnit.run(), true)
