--- tests/PEERS.md: every row names a public thread, and either a test that exists or the reason why not.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")

local TOOLS = { "hyperfine", "wrk", "wrk2", "oha", "vegeta", "k6", "hey", "bombardier", "sysbench",
   "criterion", "google/benchmark", "pyperf", "memory_profiler", "psrecord", "aiohttp", "CPython's executors",
   "curl", "libuv", "gnuplot" }
local FEWEST = 82

local function slurp(path)
   local file <close> = assert(io.open(SOURCE .. "/" .. path, "rb"))
   return file:read "a"
end

-- → rows { case, source, what, test }, the names of the tools in their order
local function read()
   local rows, tools = {}, {}
   for line in slurp("tests/PEERS.md"):gmatch "[^\n]+" do
      local case, source, what, test = line:match "^| ([^|]+) | ([^|]+) | ([^|]+) | ([^|]+) |$"
      tools[#tools + 1] = line:match "^## (.+)"
      if case and case ~= "case" then
         rows[#rows + 1] = { case = case, source = source, what = what, test = test }
      else
         lu.assertTrue(not line:find "^|" or case == "case" or line == "|---|---|---|---|", line)
      end
   end
   return rows, tools
end

local function assert_exists(row)
   local path, test = row.test:match "^`([^:`]+): ([%w_]+)`$"
   lu.assertNotNil(path, row.case .. ": " .. row.test)
   local is_there = slurp(path):find("[ .]" .. test .. "%(") ~= nil
   lu.assertTrue(is_there, ("%s: %s has no %s"):format(row.case, path, test))
end

TestPeers = {}

function TestPeers.test_every_row_has_a_test_that_exists_or_a_reason()
   for _, row in ipairs((read())) do
      if row.test == "–" then
         lu.assertTrue(row.what:find "^no: %S+ %S+" ~= nil, row.case)
      else
         lu.assertNil((row.what:find "^no: "), row.case)
         assert_exists(row)
      end
   end
end

function TestPeers.test_threads_are_named_once()
   local rows, seen = read(), {}
   for _, row in ipairs(rows) do
      lu.assertTrue(row.source:find "^[%w_.-]+/[%w_.-]+#%d+$" ~= nil, row.case .. ": " .. row.source)
      lu.assertNil(seen[row.source], row.source)
      seen[row.source] = true
   end
   lu.assertTrue(#rows >= FEWEST, #rows)
end

function TestPeers.test_all_tools_are_there()
   lu.assertEquals(select(2, read()), TOOLS)
end

os.exit(lu.LuaUnit.run(), true)
