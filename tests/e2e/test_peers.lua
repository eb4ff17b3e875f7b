--- The peers in scripts/peers: each installed peer does exactly its work, and says so when it can't. Figures
-- are not checked, because the machine may be busy.
local lu = require "luaunit"
local source = os.getenv("BAKEOFF_SOURCE")
package.path = ("%s/scripts/?.lua;%s/scripts/?/init.lua;%s"):format(source, source, package.path)

local bake = require "bakeoff"
local core = require "bakeoff.core"
local peers = require "peers"
local placeholders = require "bakeoff.contenders.command.placeholders"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local URLS, WORKERS, LIMIT_S = 20, 4, 120
local folder
local checked = {} -- name → whether it can run here

local function run(argv) return assert(core.command { argv = argv, timeout = LIMIT_S }) end

-- Runs test(entry, record) for each installed peer of a comparison; prints and returns the others.
local function for_each(comparison, test)
   local absent = {}
   for _, record in ipairs(peers.of(comparison)) do
      local entry = peers.get(record.name)
      if checked[record.name] == nil then
         local found = os.execute(("command -v %s >/dev/null"):format(support.quoted(entry.argv[1])))
         checked[record.name] = found and (not entry.check or run(entry.check).code == 0) or false
      end
      if checked[record.name] then
         test(entry, record)
      else
         absent[#absent + 1] = ("%s (package %s)"):format(record.name, entry.package)
      end
   end
   if #absent > 0 then
      print("skipped, not installed: " .. table.concat(absent, ", "))
   end
   return absent
end

-- Each peer gets a fresh folder, so that its files are not taken for another's.
local function values_for(entry, file, url)
   local out = support.folder()
   return {
      urls = file, items = file, url = url, out = out, count = URLS,
      workers = entry.workers and entry.workers[1] or WORKERS,
   }
end

local function run_with(entry, values)
   local words, set = { "env" }, {}
   for name, value in pairs(entry.env) do
      if value then
         set[#set + 1] = ("%s=%s"):format(name, value)
      else
         words[#words + 1] = "--unset=" .. name
      end
   end
   table.move(set, 1, #set, #words + 1, words)
   table.move(placeholders.expand_all(entry.argv, values), 1, #entry.argv, #words + 1, words)
   return run(words)
end

local function write_lines(name, lines)
   return support.write(folder .. "/" .. name, table.concat(lines, "\n") .. "\n")
end

local function said(record, result)
   return ("%s: exit code %s\n%s\n%s"):format(record.name, result.code, result.stdout, result.stderr)
end

-- The contents of a folder's files: content → how often it occurs.
local function contents(path)
   local counts = {}
   for _, name in ipairs(core.list(path)) do
      local content = support.slurp(path .. "/" .. name)
      counts[content] = (counts[content] or 0) + 1
   end
   return counts
end

TestPeers = {}

function TestPeers.setUp() folder = support.folder() end

function TestPeers.tearDown() support.remove(folder) end

-- Runs each peer of a comparison; look(record, out, connections) checks what it did and left in `out`.
local function fetch_all(site, comparison, look)
   local list = site:urls("/tickets?day=%d", URLS)
   local file = write_lines("urls.txt", list)
   for_each(comparison, function(entry, record)
      local values = values_for(entry, file, list[1])
      local before = site:stats()
      local result = run_with(entry, values)
      local after = site:stats()
      lu.assertEquals(result.code, 0, said(record, result))
      lu.assertEquals(after.requests - before.requests, URLS, record.name .. ": requests served")
      look(record, values.out, after.connections - before.connections)
      support.remove(values.out)
   end)
end

function TestPeers.test_downloads_store_every_body()
   local site <close> = bake.server { latency = "1ms", body = "tickets" }
   local expected = {}
   for _, url in ipairs(site:urls("/tickets?day=%d", URLS)) do
      expected[assert(bake.fetch { url = url, proxy = "" }).body] = 1
   end
   fetch_all(site, "A", function(record, out)
      local stored = contents(out)
      for body in pairs(expected) do
         lu.assertEquals(stored[body], 1, record.name .. ": a body was not stored exactly once")
      end
      lu.assertEquals(#core.list(out), URLS, record.name .. ": wrong number of files")
   end)
end

function TestPeers.test_prepared_prices_are_those_of_all_days()
   local site <close> = bake.server { latency = "1ms", body = "tickets" }
   local first
   fetch_all(site, "B", function(record, out, connections)
      local prices = support.slurp(out .. "/prices.csv")
      first = first or prices
      lu.assertEquals(prices, first, record.name)
      lu.assertEquals(select(2, prices:gsub("\n", "")), URLS, record.name)
      lu.assertNotNil(prices:match("^%d+%-01%-01,%d+,%d+%.%d+\r\n"), record.name .. ": " .. prices)
      if record.name == "b1_no_session" then
         lu.assertEquals(connections, URLS, record.name .. ": wrong number of connections")
      else
         lu.assertTrue(connections <= WORKERS, ("%s: %d connections"):format(record.name, connections))
      end
   end)
end

function TestPeers.test_references_make_just_as_many_requests()
   local site <close> = bake.server { latency = "1ms" }
   fetch_all(site, "reference", function(record, out)
      lu.assertEquals(#core.list(out), 0, record.name)
   end)
end

function TestPeers.test_runtimes_alone_prepare_the_same_prices()
   local site <close> = bake.server { latency = "1ms", body = "tickets" }
   local first
   fetch_all(site, "tickets", function(record, out, connections)
      local prices = support.slurp(out .. "/prices.csv")
      first = first or prices
      lu.assertEquals(prices, first, record.name)
      lu.assertTrue(connections <= WORKERS, ("%s: %d connections"):format(record.name, connections))
   end)
end

local function assert_fails(entry, record, file, url)
   local values = values_for(entry, file, url)
   local result = run_with(entry, values)
   lu.assertFalse(result.timed_out, record.name .. " did not end")
   lu.assertNotEquals(result.code, 0, said(record, result))
   lu.assertTrue(result.stderr:find("%S") ~= nil, said(record, result))
   support.remove(values.out)
end

-- The URL of a stopped server: nothing listens on its port.
local function dead_url()
   local site <close> = bake.server {}
   return site:url "/tickets?day=1"
end

-- Under PyPy the same programs run as under CPython; once is enough for their errors.
local function is_pypy(record) return record.name:find("_pypy$") ~= nil end

function TestPeers.test_a_dead_url_ends_with_a_code_and_a_line()
   local url = dead_url()
   local file = write_lines("dead.txt", { url })
   for _, comparison in ipairs { "A", "B", "reference", "tickets" } do
      for_each(comparison, function(entry, record)
         return is_pypy(record) or assert_fails(entry, record, file, url)
      end)
   end
   local items = write_lines("items.txt", { "10", url })
   for_each("C", function(entry, record) assert_fails(entry, record, items, url) end)
end

function TestPeers.test_a_status_that_is_not_200_is_an_error()
   local site <close> = bake.server { errors = 1 }
   local list = site:urls("/page?number=%d", 3)
   local file = write_lines("urls.txt", list)
   for _, comparison in ipairs { "A", "B", "reference", "tickets" } do
      for_each(comparison, function(entry, record)
         return is_pypy(record) or assert_fails(entry, record, file, list[1])
      end)
   end
end

local function sum_up_to(n) return n * (n + 1) // 2 end

-- The items in the order in which the peer printed their sums.
local function items_of(record, result)
   lu.assertEquals(result.code, 0, said(record, result))
   local items = {}
   for n, total in result.stdout:gmatch("(%S+) (%d+)\n") do
      items[#items + 1] = math.tointeger(n)
      if math.tointeger(n) then
         lu.assertEquals(tonumber(total), sum_up_to(tonumber(n)), record.name)
      end
   end
   return items
end

local IN_ORDER = { c2_apply = true, c3_apply_async = true, c4_executor_map = true, d0_sequential = true,
   d3_asyncio = true, sums_sequential = true, sums_sequential_pypy = true, node_sums = true,
   ["lua5.4_sums"] = true, luajit_sums = true }

-- The first item takes a thousand times as long as the others; peers that can, report it last.
local NUMBERS = { 6000000, 5, 500, 3000 }

local function check_order(record, items)
   if IN_ORDER[record.name] then
      lu.assertEquals(items, NUMBERS, record.name)
      return
   end
   local last = items[#items]
   table.sort(items)
   lu.assertEquals(items, { 5, 500, 3000, 6000000 }, record.name)
   if is_pypy(record) then
      return -- its compiler needs less for the longest item than for starting a process
   end
   lu.assertEquals(last, NUMBERS[1], record.name .. ": the longest item must be reported last")
end

function TestPeers.test_sums_come_in_the_order_that_the_construct_gives()
   local file = write_lines("items.txt", NUMBERS)
   for _, comparison in ipairs { "C", "D", "sums" } do
      for_each(comparison, function(entry, record)
         check_order(record, items_of(record, run_with(entry, values_for(entry, file))))
      end)
   end
end

function TestPeers.test_only_a_loop_fetches_while_sums_are_computed()
   local site <close> = bake.server {}
   local url = site:url "/page"
   local file = write_lines("items.txt", { NUMBERS[1], url, 5 })
   for_each("C", function(entry, record)
      local before = site:stats().requests
      local result = run_with(entry, values_for(entry, file))
      items_of(record, result)
      lu.assertEquals(site:stats().requests - before, 1, record.name)
      local last = result.stdout:match("([^\n]*)\n$")
      local expected = record.name == "c5_run_in_executor" and tostring(NUMBERS[1]) or url
      lu.assertEquals(last:match("^%S+"), expected, said(record, result))
   end)
end

function TestPeers.test_tasks_wait_and_memory_is_held()
   for _, kind in ipairs { "waiting", "weight" } do
      for_each(kind, function(entry, record)
         local result = run_with(entry, values_for(entry))
         lu.assertEquals(result.code, 0, said(record, result))
      end)
   end
end

function TestPeers.test_what_cannot_be_meant_is_refused()
   local file = write_lines("urls.txt", { "http://127.0.0.1:1/" })
   if #for_each("D0", function() end) == 0 and #for_each("B1", function() end) == 0 then
      local python, script = peers.get("b1_requests").argv[1], peers.get("b1_requests").argv[2]
      local result = run { python, script, file, "2", folder }
      lu.assertEquals(result.code, 1)
      lu.assertStrContains(result.stderr, "WORKERS is 1, not 2")
      result = run { python, script, file, "zero", folder }
      lu.assertEquals(result.code, 1)
      lu.assertStrContains(result.stderr, "WORKERS: 'zero' is not a number from 1")
      result = run { python, script, file }
      lu.assertEquals(result.code, 2)
      lu.assertStrContains(result.stderr, "usage: b1_requests.py URLS WORKERS OUT [--no-session]")
   end
   if checked.curl_parallel then
      local result = run { "sh", source .. "/scripts/peers/curl_parallel.sh", file, "301", folder }
      lu.assertNotEquals(result.code, 0)
      lu.assertStrContains(result.stderr, "at most 300 transfers at once, not 301")
   end
end

-- --- the registry -----------------------------------------------------------------------------------

function TestPeers.test_every_published_system_has_a_peer()
   for comparison, last in pairs { A = 5, B = 4, C = 5, D = 3 } do
      for number = 1, last do
         lu.assertTrue(#peers.of(comparison .. number) >= 1, comparison .. number)
      end
   end
   lu.assertErrorMsgContains("'E' is not a comparison", peers.of, "E")
   lu.assertErrorMsgContains("there is no 'a5_aiohtp'; did you mean 'a5_aiohttp'?", peers.get, "a5_aiohtp")
end

function TestPeers.test_entries_are_fresh_and_take_overrides()
   local entry = peers.get("wrk", { label = "other", workers = { 2 }, env = { LANG = "C" } })
   lu.assertEquals({ entry[1], entry.label, entry.workers, entry.env.LANG, entry.env.http_proxy },
      { "command", "other", { 2 }, "C", false })
   entry.argv[1] = "changed"
   lu.assertEquals(peers.get("wrk").argv[1], "wrk")
   lu.assertNil(peers.get("wrk").env.LANG)
end

function TestPeers.test_setup_installs_the_packages_of_all()
   local setup = support.slurp(source .. "/scripts/setup"):match('\npeers="([^"]*)"') .. " "
   for _, name in ipairs(peers.names()) do
      for package in peers.get(name).package:gsub("^bakeoff$", ""):gmatch("%S+") do
         lu.assertStrContains(" " .. setup:gsub("%s+", " "), " " .. package .. " ")
      end
   end
end

function TestPeers.test_the_programs_compile()
   if not os.execute("command -v python3 >/dev/null") then
      lu.skip("python3 is not installed (package python3)")
   end
   local words = { "python3", "-W", "error", "-c",
      "import sys\nfor path in sys.argv[1:]: compile(open(path).read(), path, 'exec')" }
   for _, name in ipairs(core.list(source .. "/scripts/peers")) do
      if name:match("%.py$") then
         words[#words + 1] = ("%s/scripts/peers/%s"):format(source, name)
      end
   end
   lu.assertTrue(#words > 25)
   local result = run(words)
   lu.assertEquals(result.code, 0, result.stderr)
end

-- --- in an experiment -------------------------------------------------------------------------------

local SCRIPT = [[
local bake = require "bakeoff"
local peers = require "peers"
local site <close> = bake.server { latency = "1ms", body = "tickets" }
bake.experiment { name = "beside", urls = site:urls("/tickets?day=%d", 12),
   process = function(response) return #response.body end,
   contenders = { "threads", "eventloop", peers.get("b2_thread_pool", { label = "real threads" }),
      peers.get "b4_aiohttp", { "command", argv = { "no-such-peer" }, package = "none" } },
   workers = { 3 }, repeats = 1, warmup = 0 }:run()
]]

function TestPeers.test_peers_run_beside_native_contenders()
   if #for_each("B2", function() end) + #for_each("B4", function() end) > 0 then
      lu.skip("python3-requests, python3-aiohttp or python3-uvloop is not installed")
   end
   lu.assertTrue(os.execute(("ln -s %s/scripts/peers %s/peers"):format(support.quoted(source), folder)))
   support.write(folder .. "/beside.lua", SCRIPT)
   local result = support.run({ "bakeoff", "run", "beside.lua" }, { folder = folder })
   lu.assertEquals(result.code, 0, result.stderr .. result.stdout)
   local rows = support.trials(folder .. "/out/beside")
   lu.assertEquals(#rows, 4)
   for _, row in ipairs(rows) do
      lu.assertEquals({ row.status, row.jobs.done, row.server.requests }, { "ok", 12, 12 }, row.label)
   end
   local absent = support.manifest(folder .. "/out/beside").not_run
   lu.assertEquals({ #absent, absent[1].label, absent[1].package }, { 1, "no-such-peer", "none" })
end

os.exit(lu.LuaUnit.run(), true)
