--- tests/PEERS.md: every row names a public thread and a test that exists.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")

local function slurp(path)
   local file <close> = assert(io.open(SOURCE .. "/" .. path, "rb"))
   return file:read "a"
end

TestPeers = {}

function TestPeers.test_every_row_names_a_thread_and_a_test_that_exists()
   local rows = 0
   for case, source, path, test in slurp("tests/PEERS.md"):gmatch
      "\n| ([^|]+) | ([^|]+) | [^|]+ | `([^:`]+): ([%w_]+)` |" do
      rows = rows + 1
      lu.assertTrue(source:find("^[%w_.-]+/[%w_.-]+#%d+$") ~= nil, case .. ": " .. source)
      local content = slurp(path)
      local is_there = content:find("[ .]" .. test .. "%(") ~= nil
      lu.assertTrue(is_there, ("%s: %s has no %s"):format(case, path, test))
   end
   local lines = select(2, slurp("tests/PEERS.md"):gsub("\n| [^\n]*", ""))
   lu.assertEquals(rows, lines - 1, "a row has another form") -- besides the heads
   lu.assertTrue(rows > 10)
end

os.exit(lu.LuaUnit.run(), true)
