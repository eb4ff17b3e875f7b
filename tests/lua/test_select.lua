--- Which worker count a chart shows that shows one.
local lu = require "luaunit"

local select = require "bakeoff.model.select"

-- Cells of contenders: { a = { 1, 4 } } → cells of a with 1 and 4 workers.
local function results_of(counts)
   local cells = {}
   for label, list in pairs(counts) do
      for _, workers in ipairs(list) do
         cells[#cells + 1] = { label = label, contender = "threads", workers = workers }
      end
   end
   return { cells = cells }
end

TestUsualCount = {}

function TestUsualCount.test_it_is_the_largest_that_all_contenders_ran()
   lu.assertEquals(select.usual_count(results_of { a = { 1, 4, 16 }, b = { 1, 4, 16 } }), 16)
   lu.assertEquals(select.usual_count(results_of { a = { 1, 4, 16 }, b = { 1, 4 } }), 4)
   lu.assertEquals(select.usual_count(results_of { a = { 1, 2, 4, 8, 16 } }), 16)
end

function TestUsualCount.test_without_one_it_is_the_count_that_most_ran()
   lu.assertEquals(select.usual_count(results_of { a = { 2, 8 }, b = { 2 }, c = { 8 }, d = { 2, 16 } }), 2)
end

function TestUsualCount.test_fixed_contenders_do_not_count()
   local results = results_of { a = { 4, 8 } }
   table.insert(results.cells, { label = "s", contender = "sequential", workers = 1 })
   lu.assertEquals(select.usual_count(results), 8)
   lu.assertNil(select.usual_count { cells = { results.cells[3] } })
end

os.exit(lu.LuaUnit.run(), true)
