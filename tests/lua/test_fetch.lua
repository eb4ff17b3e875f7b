--- core.fetch: one blocking transfer, its options, and what it refuses.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"
local server = require "bakeoff.net.server"

local site, folder
local here = arg[0]:match("^(.*/)") or "./"
local files = dofile(here .. "../e2e/support_command.lua")
local endings = dofile(here .. "support_endings.lua")

TestFetch = {}

function TestFetch.setUp()
   site = server.start { body = "tickets" }
   folder = files.folder()
end

function TestFetch.tearDown()
   site:stop()
   files.remove(folder)
end

local function fetch(path, fields)
   local request = { url = path:match("^%a+:") and path or site:url(path), proxy = "" }
   for key, value in pairs(fields or {}) do
      request[key] = value
   end
   return core.fetch(request)
end

local function assert_error(code, words, response, message, given_code)
   lu.assertNil(response)
   lu.assertEquals(given_code, code, message)
   lu.assertStrContains(message, words)
   lu.assertNotStrContains(message, "\n")
end

function TestFetch.test_a_response()
   local response = assert(fetch("/tickets?day=2"))
   lu.assertEquals(response.status, 200)
   lu.assertEquals(response.url, site:url("/tickets?day=2"))
   lu.assertEquals(#response.body, response.bytes)
   lu.assertStrContains(response.headers["content-type"], "json")
   lu.assertTrue(response.time_s > 0)
   lu.assertNil(response.error)
end

function TestFetch.test_values_of_headers_are_without_blanks_around_them()
   local peer = endings.start()
   lu.skipIf(not peer, "lua-luv is not installed")
   local response = fetch(peer.url "/keep")
   peer.stop()
   lu.assertEquals({ response.headers["x-empty"], response.headers["x-blank"] }, { "", "a b" })
end

-- libcurl reads them with the locale's characters; here it is C's.
function TestFetch.test_names_of_hosts_may_have_letters_of_all_languages()
   local url = site:url("/tickets"):gsub("127%.0%.0%.1", "bücher.localhost")
   lu.assertEquals(assert(fetch(url)).status, 200)
   local loop <close> = bake.loop()
   lu.assertEquals(loop:run(function() return assert(bake.fetch { url = url, proxy = "" }).status end), 200)
end

function TestFetch.test_misuse_raises_and_names_the_option()
   local bad = {
      { { url = 5 }, "url: expected a string" },
      { { method = {} }, "method: expected a string, got table" },
      { { body = 5 }, "body: expected a string, got number" },
      { { timeout = "5s" }, "timeout: expected a number from 0 to 2^53, got '5s'" },
      { { timeout = -1 }, "timeout: expected a number from 0 to 2^53, got '-1'" },
      { { timeout = 0 / 0 }, "timeout: expected a number" },
      { { timeout = math.huge }, "timeout: expected a number" },
      { { max_bytes = 1e300 }, "max_bytes: expected a number" },
      { { headers = "A: b" }, "headers: expected a list" },
      { { headers = { A = "b" } }, "headers: expected a list" },
      { { headers = { "A: b", 5 } }, "headers[2]: expected a line" },
      { { headers = { "A: b\r\nHost: evil" } }, "headers[1]: expected a line" },
      { { headers = { "A: b\0c" } }, "headers[1]: expected a line" },
      { { method = "GET / HTTP/1.1\r\nX-Injected: 1\r\nX:" }, 'method: expected a word such as "PUT"' },
      { { method = "" }, 'method: expected a word such as "PUT"' },
      { { method = "GET\0" }, "method: contains a zero byte" },
      { { ca_file = "/a\0b" }, "ca_file: contains a zero byte" },
      { { http_version = "1" }, "http_version: '1' is unknown" },
      { { insecure = 1 }, "insecure: expected true or false" },
      { { follow = "no" }, "follow: expected true or false" },
   }
   for _, case in ipairs(bad) do
      lu.assertErrorMsgContains(case[2], fetch, "/", case[1])
   end
   lu.assertErrorMsgContains("table expected", core.fetch, "http://127.0.0.1/")
   lu.assertErrorMsgContains("url: expected a string", core.fetch, {})
end

function TestFetch.test_the_scripts_form_takes_units_and_refuses_slips()
   lu.assertEquals(assert(bake.fetch(site:url("/"))).status, 200)
   local whole = { url = site:url("/"), timeout = "5s", headers = { A = "b" } }
   lu.assertEquals(assert(bake.fetch(whole)).status, 200)
   local bad = {
      { { timeuot = 1 }, "fetch: unknown field 'timeuot'; did you mean 'timeout'?" },
      { { timeout = "soon" }, "fetch.timeout: 'soon' is not a quantity" },
      { { method = 5 }, "fetch.method: expected a string" },
      { { headers = 5 }, "fetch.headers: expected a table" },
      { { headers = { ["A:B"] = "c" } }, "fetch.headers: 'A:B: c' is not a header" },
      { { headers = { "A(B): c" } }, "fetch.headers: 'A(B): c' is not a header" },
      { { headers = { ["A: b\r\nX"] = "c" } }, "fetch.headers: 'A: b" },
      { { headers = { A = "b\nX: c" } }, "fetch.headers: 'A: b" },
      { { method = "PUT x" }, "fetch.method: expected a word" },
      { { url = 5 }, "fetch: expected a URL" },
   }
   for _, case in ipairs(bad) do
      local request = { url = site:url("/") }
      for key, value in pairs(case[1]) do
         request[key] = value
      end
      local ok, problem = pcall(bake.fetch, request)
      lu.assertFalse(ok)
      lu.assertStrContains(tostring(problem), case[2])
   end
end

-- Options behind the URL would be ignored.
function TestFetch.test_a_second_argument_is_refused()
   lu.assertErrorMsgContains("fetch: takes one argument; write bake.fetch {", bake.fetch, site:url "/",
      { compressed = true })
end

function TestFetch.test_only_http_and_https()
   local secret = files.write(folder .. "/secret", "sesame")
   for _, url in ipairs { "file://" .. secret, "FILE://" .. secret, "ftp://127.0.0.1/", "gopher://127.0.0.1/",
      "dict://127.0.0.1/" } do
      assert_error("scheme", "only http and https", fetch(url))
   end
   for _, path in ipairs { "", "127.0.0.1", "/etc/passwd" } do
      assert_error("scheme", "only http and https", core.fetch { url = path })
   end
   assert_error("invalid", "url", core.fetch { url = "http://" })
   assert_error("invalid", "url: contains a space; write %20", core.fetch { url = "http://127.0.0.1/a b" })
   assert_error("invalid", "url: contains a zero byte", fetch(site:url "/a\0b"))
end

function TestFetch.test_redirects_are_followed()
   local response = assert(fetch("/redirect?to=/tickets%3Fday=4"))
   lu.assertEquals(response.status, 200)
   lu.assertStrContains(response.body, '"day":4')
end

function TestFetch.test_redirects_elsewhere_are_refused()
   local secret = files.write(folder .. "/secret", "sesame")
   for _, target in ipairs { "file://" .. secret, "ftp://127.0.0.1/", "dict://127.0.0.1:1/" } do
      local response, message, code, last = fetch("/redirect?to=" .. target)
      assert_error("scheme", "only http and https", response, message, code)
      lu.assertNotStrContains(tostring(last.body), "sesame")
   end
end

function TestFetch.test_follow_false_hands_on_the_redirect()
   local response, message, code, last = fetch("/redirect?to=/x", { follow = false })
   local answer = response or last
   lu.assertEquals(answer.status, 302, tostring(message) .. tostring(code))
   lu.assertStrContains(answer.headers.location, "/x")
end

function TestFetch.test_errors_are_typed()
   local port = site.port
   site:stop()
   assert_error("connect", "127.0.0.1", fetch("/"))
   local faulty <close> = server.start { errors = 1 }
   local response, message, code, last = fetch(faulty:url("/"))
   assert_error("http", "500", response, message, code)
   lu.assertEquals(last.status, 500)
   local slow <close> = server.start { latency = "1h" }
   assert_error("timeout", "", fetch(slow:url("/"), { timeout = 0.02 }))
   assert_error("timeout", "timed out after ", fetch(slow:url("/"), { timeout = 1e-6 })) -- 0 is none
   lu.assertTrue(port > 0)
end

function TestFetch.test_bodies_have_a_limit()
   local response, message, code, last = fetch("/tickets?day=1", { max_bytes = 100 })
   assert_error("too_large", "", response, message, code)
   lu.assertTrue(last.body == nil or #last.body <= 100)
   lu.assertNotNil(fetch("/tickets?day=1", { max_bytes = 1e6 }))
end

function TestFetch.test_credentials_are_in_no_message()
   local port = site.port
   local response = assert(fetch(("http://user:sesame@127.0.0.1:%d/"):format(port)))
   lu.assertEquals(response.url, ("http://***@127.0.0.1:%d/"):format(port))
   site:stop()
   local urls = { ("http://user:sesame@127.0.0.1:%d/"):format(port), "http://user:sesame@",
      "ftp://user:sesame@x/" }
   for _, url in ipairs(urls) do
      local none, message, _, last = fetch(url)
      lu.assertNil(none)
      lu.assertNotStrContains(message, "sesame")
      lu.assertNotStrContains(tostring(last and last.url), "sesame")
      lu.assertNotStrContains(tostring(last and last.error), "sesame")
   end
end

function TestFetch.test_methods_and_bodies()
   local head = assert(fetch("/tickets?day=1", { method = "HEAD" }))
   lu.assertEquals(head.status, 200)
   lu.assertEquals(head.bytes, 0)
   local response, _, _, last = fetch("/", { method = "POST", body = "x\0y", headers = { "X-Test: 1" } })
   lu.assertTrue((response or last).status >= 200)
end

function TestFetch.test_file_names_of_urls_are_safe_and_distinct()
   local seen = {}
   for _, url in ipairs { "http://h/a/b", "http://h/a_b", "http://h/../../etc/passwd",
      "http://h/" .. ("x"):rep(5000), "http://h/%2e%2e/",
      "http://u:sesame@h/", "http://.hidden/", "http://h/\u{e4}?q=1&r='\"`$(x)" } do
      local name = core.url_file_name(url)
      lu.assertStrMatches(name, "[%w_-][%w._-]*")
      lu.assertTrue(#name < 128)
      lu.assertNotStrContains(name, "sesame")
      lu.assertNil(seen[name])
      seen[name] = true
   end
end

os.exit(lu.LuaUnit.run(), true)
