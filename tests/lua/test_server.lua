local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local request = require "bakeoff.net.request"
local server = require "bakeoff.net.server"

local here = arg[0]:match("^(.*/)") or "./"
local http = dofile(here .. "support_http.lua")

TestServerOptions = {}

local function refusal(options, prefix)
   local ok, caught = pcall(server.parse, options, prefix)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertEquals(caught.exit_code, 2)
   return tostring(caught)
end

function TestServerOptions.test_base_units_and_defaults()
   local o = server.parse { latency = "120ms", jitter = 0.04, size = "2KB", errors = "5%", rate = "200/s" }
   lu.assertAlmostEquals(o.latency_s, 0.12, 1e-12)
   lu.assertEquals(o.jitter_s, 0.04)
   lu.assertEquals(o.distribution, "uniform")
   lu.assertEquals(o.size_bytes, 2000)
   lu.assertAlmostEquals(o.errors, 0.05, 1e-12)
   lu.assertEquals(o.rate, 200)
   lu.assertEquals({ o.connections, o.seed, o.port, o.body }, { 0, 1, 0, "plain" })
   lu.assertEquals(server.parse({}).distribution, "fixed")
   lu.assertEquals(server.parse({}).size_bytes, 2048)
end

function TestServerOptions.test_refusals_name_option_and_remedy()
   lu.assertStrContains(refusal { latencey = 1 }, "'latencey'; did you mean 'latency'?")
   lu.assertStrContains(refusal({ latencey = 1 }, "--"), "--latencey")
   lu.assertStrContains(refusal { latency = "3 weeks" }, "latency: '3 weeks'")
   lu.assertStrContains(refusal { latency = 4000 }, "latency: '4000' is out of range")
   lu.assertStrContains(refusal { latency = {} }, "latency:")
   lu.assertStrContains(refusal { body = "ticket" }, "did you mean 'tickets'?")
   lu.assertStrContains(refusal { distribution = "gamma" }, "fixed, uniform, normal, lognormal")
   lu.assertStrContains(refusal { errors = 2 }, "errors: '2'")
   lu.assertStrContains(refusal { connections = -1 }, "connections: '-1'")
   lu.assertStrContains(refusal { connections = 1.5 }, "connections: '1.5'")
   lu.assertStrContains(refusal({ port = 70000 }, "--"), "--port: '70000'")
   lu.assertStrContains(refusal({ stall_after = "x" }, "--"), "--stall-after: 'x'")
   lu.assertStrContains(refusal({ stall_after = 1 }, "--"), "--stall-after: needs --stall above 0")
   lu.assertStrContains(refusal { stall_after = 1 }, "stall_after: needs stall above 0")
   lu.assertStrContains(refusal { connections = 2 ^ 40 }, "a whole number from 1 to 4294967295")
   lu.assertStrContains(refusal { size = 0 }, "size: '0'")
   lu.assertStrContains(refusal { size = 10, body = "page" }, "size: only body plain has one")
   lu.assertStrContains(refusal { jitter = 1, distribution = "fixed" }, "jitter: a fixed latency")
   lu.assertStrContains(refusal { distribution = "normal" }, "needs jitter")
   lu.assertStrContains(refusal { distribution = "lognormal", jitter = 1 }, "needs latency")
   lu.assertStrContains(refusal "30ms", "expected a table of options")
end

function TestServerOptions.test_faults()
   local o = server.parse { faults = { drip = "2%", reset_mid = 0.01 } }
   lu.assertEquals(o.faults, { drip = 0.02, reset_mid = 0.01 })
   lu.assertNil(server.parse({ faults = {} }).faults)
   lu.assertStrContains(refusal { faults = { rest_mid = 0.1 } }, "faults: ")
   lu.assertStrContains(refusal { faults = { rest_mid = 0.1 } }, "did you mean 'reset_mid'?")
   lu.assertStrContains(refusal({ faults = { rest_mid = 0.1 } }, "--"), "--fault: ")
   lu.assertStrContains(refusal { faults = { drip = 2 } }, "faults.drip: '2' is not a share")
   lu.assertStrContains(refusal({ faults = { drip = "x" } }, "--"), "--fault drip: 'x' is not a share")
   lu.assertStrContains(refusal { faults = { drip = 0.6, endless = 0.6 } }, "the shares add up to 1.2")
   lu.assertStrContains(refusal { faults = "drip" }, "faults: expected a table of shares")
end

-- One table says what each fault does (bakeoff/faults.h); the reference says it in the same words.
function TestServerOptions.test_the_reference_has_every_fault()
   local file <close> = assert(io.open(os.getenv "BAKEOFF_SOURCE" .. "/lua/meta/fetch.lua"))
   local meta, count = file:read("a"):match "@class bakeoff.Faults\n(.-)\n\n", 0
   for _, fault in ipairs(server.faults()) do
      local line = "---%s Ends as `%s`, %d.\n---@field %s? bakeoff.Share"
      lu.assertStrContains(meta, line:format(fault.about, fault.class, fault.curl_code, fault.name))
      count = count + 1
   end
   lu.assertEquals(select(2, meta:gsub("@field", "")), count)
end

TestServer = {}

function TestServer.test_faults_are_drawn_described_and_counted()
   local site <close> = server.start { faults = { status_404 = "50%", close_idle = "25%" }, errors = "10%" }
   lu.assertEquals(site:describe(), "no latency, 10 % errors, 75 % faults (close_idle, status_404)")
   local bad = 0
   for i = 1, 40 do
      bad = bad + (http.get(site:url("/" .. i)):match "^HTTP/1.1 404" and 1 or 0)
   end
   lu.assertTrue(bad > 5 and bad < 35, bad)
   lu.assertTrue(site:stats().faults >= bad)
end

-- Whoever trusts both certificates is told what is wrong with each; whoever doesn't look, gets an answer.
function TestServer.test_certificates_can_be_trusted()
   local site <close> = server.start()
   local path = os.tmpname()
   local file <close> = assert(io.open(path, "w"))
   file:write(request.fetch(site:url "/certificates").body):flush()
   for name, words in pairs { tls_expired = "has expired", tls_wrong_host = "subject name" } do
      local url = site:url("/fault/" .. name)
      local _, message, code = request.fetch { url = url, ca_file = path, proxy = "" }
      lu.assertEquals(code, "tls")
      lu.assertStrContains(message, words)
      lu.assertStrContains(assert(request.fetch { url = url, insecure = true, proxy = "" }).body, "trusted")
   end
   os.remove(path)
end

function TestServer.test_serves_urls_and_counts()
   local kept
   do
      local site <close> = server.start { body = "tickets" }
      kept = site
      local urls = site:urls("/tickets?day=%d", 3)
      lu.assertEquals(#urls, 3)
      lu.assertIs(urls.server, site)
      lu.assertEquals(urls[3], ("http://127.0.0.1:%d/tickets?day=3"):format(site.port))
      lu.assertStrContains(http.get(urls[3]), '"date":"2026-01-03"')
      lu.assertEquals(site:stats().requests, 1)
      lu.assertEquals(site:stats().connections, 1)
   end
   lu.assertEquals(kept:stats().requests, 1)
   lu.assertNil(kept.handle:pid())
   kept:stop()
end

function TestServer.test_the_body_is_json()
   local site <close> = server.start { body = "tickets" }
   local head, body = http.get(site:url("/?day=5")):match("^(.-)\r\n\r\n(.*)$")
   lu.assertStrContains(head, "application/json")
   local day = require("cjson").decode(body)
   lu.assertEquals(day.day, 5)
   lu.assertTrue(#day.prices > 100)
   lu.assertEquals(type(day.prices[1].price), "number")
   lu.assertEquals(#body, tonumber(head:match("Content%-Length: (%d+)")))
end

function TestServer.test_epochs_are_different_series()
   local site <close> = server.start { errors = 0.5 }
   local function series(epoch)
      site:epoch(epoch)
      local statuses = {}
      for i = 1, 24 do
         statuses[i] = http.get(site:url("/" .. i)):match("^HTTP/1.%d (%d+)")
      end
      return table.concat(statuses, " ")
   end
   local first = series(1)
   lu.assertNotEquals(series(2), first)
   lu.assertNotEquals(series(1):len(), 0)
end

function TestServer.test_describe()
   local function words(options)
      local site <close> = server.start(options)
      return site:describe()
   end
   lu.assertEquals(words {}, "no latency")
   lu.assertEquals(words { latency = "30ms", jitter = "10ms" }, "30 ms latency ± 10 ms")
   lu.assertEquals(words { latency = 1.5, connections = 5 }, "1.5 s latency, 5 served at once")
   local all = { latency = "3ms", jitter = "1ms", distribution = "normal", rate = 20, errors = 0.01 }
   lu.assertEquals(words(all), "3 ms latency (normal, sd 1 ms), 20 requests/s, 1 % errors")
end

-- Its connections, which it closed, stay in the kernel for a minute.
function TestServer.test_a_server_starts_again_on_the_port_that_was_chosen_for_it()
   local port
   do
      local site <close> = server.start { latency = "1ms" }
      port = site.port
      lu.assertStrContains(http.get(site:url "/"), "200 OK")
   end
   local again <close> = server.start { port = port }
   lu.assertEquals(again.port, port)
end

function TestServer.test_port_in_use()
   local site <close> = server.start {}
   local ok, caught = pcall(server.start, { port = site.port })
   lu.assertFalse(ok)
   lu.assertEquals(tostring(caught),
      ("port: %d is in use; choose another, or 0 for any free one"):format(site.port))
   lu.assertEquals(caught.exit_code, 2)
end

function TestServer.test_binding_misuse_names_the_argument()
   local core = require "bakeoff.core"
   lu.assertErrorMsgContains("latency_s: expected a number, got table", core.server, { latency_s = {} })
   lu.assertErrorMsgContains("port: expected a whole number from 0 to 65535", core.server, { port = 1e9 })
   lu.assertErrorMsgContains("body", core.server, { body = "x" })
   lu.assertErrorMsgContains("latency: must be from", core.server, { latency_s = -1 })
   lu.assertErrorMsgContains("table expected", core.server)
end

function TestServer.test_wait_hands_on_errors()
   local site <close> = server.start {}
   lu.assertErrorMsgContains("enough", function() site:wait(function() error("enough") end) end)
   site:stop()
   local _, _, code = site:wait()
   lu.assertEquals(code, "closed")
end

os.exit(lu.LuaUnit.run(), true)
