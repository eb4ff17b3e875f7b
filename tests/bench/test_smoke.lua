-- The benchmark runs to its end and writes its files; its figures are not checked.

local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local SOURCE = os.getenv "BAKEOFF_SOURCE"
local TARGETS = "eventloop,threads,coroutines,large,latency,sleepers,version,empty,million,truth,"
   .. "peaks,verdicts,coverage,aa_real,report,drawing,notebook"
local RUN = SOURCE .. "/tests/bench/run"

-- The pool targets fork, which is not possible beside the thread sanitizer's own thread.
local sanitizer = dofile(SOURCE .. "/tests/lua/support_cases.lua").sanitizer()
local has_pools = core.file_kind "/usr/bin/python3" == "file" and sanitizer ~= "thread"

local aiohttp = core.command { argv = { "/usr/bin/python3", "-c", "import aiohttp, uvloop" } }
local has_aiohttp = aiohttp and aiohttp.code == 0 and sanitizer ~= "thread"

local function read_all(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read "a"
end

local function bench(...)
   return assert(core.command { argv = { RUN, ... }, timeout = 240 })
end

local has_hyperfine = core.program_find "hyperfine"

function TestRun()
   local out = os.tmpname()
   os.remove(out)
   local targets = TARGETS .. (has_pools and ",submit,map,cpu,start" or "")
      .. (has_aiohttp and ",peers" or "") .. ",exec"
   local ended = bench("--only", targets, "--blocks", "1", "--requests", "100", "--out", out)
   lu.assertEquals(ended.stderr, "")
   lu.assertEquals(ended.code, 0)
   local results = json.decode(read_all(out .. "/results.json"))
   lu.assertEquals(#results.lines, (has_pools and 117 or 104) + (has_aiohttp and 4 or 0)
      + (has_hyperfine and 3 or 0))
   for _, line in ipairs(results.lines) do
      lu.assertIsNumber(line.value, line.what)
   end
   for row in read_all(out .. "/rows.jsonl"):gmatch "[^\n]+" do
      lu.assertIsString(json.decode(row).target)
   end
   lu.assertStrContains(read_all(out .. "/results.md"), "| coroutines / eventloop, ×50")
   lu.assertStrContains(read_all(out .. "/results.md"), "| bakeoff exec, peak held for |")
   core.command { argv = { "rm", "-r", out } }
end

function TestUnknownTarget()
   local ended = bench("--only", "everything")
   lu.assertEquals(ended.code, 2)
   lu.assertStrContains(ended.stderr, "no target 'everything'; there are eventloop, threads")
end

os.exit(lu.LuaUnit.run(), true)
