--- Items for tests of map, imap and imap_unordered, and their results.
-- local listed = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_items.lua")

local lu = require "luaunit"

local listed = {}

--- For tasks.
function listed.square(x) return x * x end

--- The list first … last.
function listed.range(first, last)
   local list = {}
   for i = first, last do
      list[#list + 1] = i
   end
   return list
end

--- Their squares.
function listed.squares(first, last)
   local list = listed.range(first, last)
   for i, x in ipairs(list) do
      list[i] = x * x
   end
   return list
end

--- An iterator over 1 … total that raises at number `at` instead of returning it.
function listed.raising(total, at)
   local i = 0
   return function()
      i = i + 1
      if i == at then
         error("somebody said when", 0)
      end
      return i <= total and i or nil
   end
end

--- An iterator over 1 … total.
function listed.counting(total) return listed.raising(total, 0) end

--- Collects everything that the iterator returns: index → value. Each index may come only once.
function listed.gathered(iterator, state, control)
   local values = {}
   for index, value, message in iterator, state, control do
      lu.assertNotNil(value, message)
      lu.assertNil(values[index], "an index came twice")
      values[index] = value
   end
   return values
end

return listed
