-- The bench runs to its end and writes what it says; no figure of it is looked at.

local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.json"

local TARGETS = "eventloop,threads,coroutines,large,latency,version,empty,submit,map,cpu,start"
local RUN = os.getenv "BAKEOFF_SOURCE" .. "/tests/bench/run"

local function read_all(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read "a"
end

local function bench(...)
   return assert(core.command { argv = { RUN, ... }, timeout = 240 })
end

function TestRun()
   local out = os.tmpname()
   os.remove(out)
   local ended = bench("--only", TARGETS, "--blocks", "1", "--requests", "100", "--out", out)
   lu.assertEquals(ended.stderr, "")
   lu.assertEquals(ended.code, 0)
   local results = json.decode(read_all(out .. "/results.json"))
   lu.assertEquals(#results.lines, 10)
   for _, line in ipairs(results.lines) do
      lu.assertIsNumber(line.value, line.what)
   end
   for row in read_all(out .. "/rows.jsonl"):gmatch "[^\n]+" do
      lu.assertIsString(json.decode(row).target)
   end
   lu.assertStrContains(read_all(out .. "/results.md"), "| coroutines / eventloop, ×50")
   core.command { argv = { "rm", "-r", out } }
end

function TestUnknownTarget()
   local ended = bench("--only", "everything")
   lu.assertEquals(ended.code, 2)
   lu.assertStrContains(ended.stderr, "no target 'everything'; there are eventloop, threads")
end

os.exit(lu.LuaUnit.run(), true)
