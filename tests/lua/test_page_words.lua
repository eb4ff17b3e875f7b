--- The line under a chart's title: what it says of the numbers of workers.
local lu = require "luaunit"
local page_words = require "bakeoff.analysis.wording.page"

local function cell(contender, workers) return { contender = contender, workers = workers } end

TestWorkers = {}

function TestWorkers.test_one_count_for_all_and_who_has_another()
   local cells = { cell("sequential", 1), cell("threads", 16), cell("eventloop", 16) }
   lu.assertEquals(page_words.workers(cells, 16), "16 workers (sequential: 1)")
   lu.assertEquals(page_words.workers({ cell("threads", 1), cell("sequential", 1) }, 1), "1 worker")
end

-- "1 to 8 workers (sequential: 1)" made readers ask what the bracket adds.
function TestWorkers.test_a_range_is_of_all()
   lu.assertEquals(page_words.workers { cell("sequential", 1), cell("threads", 2), cell("eventloop", 8) },
      "1 to 8 workers")
end

function TestWorkers.test_programs_that_are_not_told_have_none()
   lu.assertEquals(page_words.workers({ { contender = "command", untold = true } }, 4), false)
end

os.exit(lu.LuaUnit.run(), true)
