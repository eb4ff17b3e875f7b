--- TLS sessions: the transfers of a loop share them, and with a session per request there is none to share.
-- OpenSSL's test server closes each connection and says whether it was new or resumed a session.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local loops = require "bakeoff.async.loop"

local LONGEST_S = 20

local SCRIPT = [[
cd '%s' || exit
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
   -keyout key -out certificate >log 2>&1 || { echo ACCEPT failed >>log; exit; }
openssl s_server -accept 127.0.0.1:0 -www -cert certificate -key key >>log 2>&1 </dev/null &
read line
kill $!
]]

local folder, server, url

-- The server ends with its pipe, even when this process dies.
local function start_server()
   local pipe <close> = assert(io.popen "mktemp -d")
   folder = pipe:read()
   server = assert(io.popen(SCRIPT:format(folder), "w"))
   local deadline, port = core.now() + LONGEST_S, nil
   while not port do
      local log = core.file_kind(folder .. "/log") and files.read(folder .. "/log") or ""
      port = log:match "ACCEPT [%d.]+:(%d+)\n"
      assert(not log:find "ACCEPT failed" and core.now() < deadline, log)
      core.pause(0.001)
   end
   url = "https://127.0.0.1:" .. port .. "/"
end

local function fetch(loop)
   local response = assert(loop:fetch(url))
   return response.body:match "(%a+), TLSv1"
end

-- Makes two fetches one after the other, since of two at once only one could resume the session. The second
-- runs in another slot of the loop, because an unanswered request occupies the first one's.
local function handshakes(fields)
   local mute <close> = bake.server { latency = "1min" }
   fields.insecure = true
   local loop <close> = assert(loops.open({ in_flight = 2 }, fields))
   local seen = {}
   local main = loop:go(function()
      seen[1] = fetch(loop)
      local busy, second = loop:go(loop.fetch, loop, mute:url "/"), loop:go(fetch, loop)
      seen[2] = second:result()
      busy:cancel()
   end)
   assert(loop:run_tasks(main))
   lu.assertNil(main:error())
   return seen
end

TestTls = {}

function TestTls.setUp()
   if not os.execute "command -v openssl >/dev/null" then
      lu.skip "openssl is not installed (package openssl)"
   end
   start_server()
end

function TestTls.tearDown()
   if server then
      server:close()
      core.remove_tree(folder)
   end
end

function TestTls.test_transfers_of_a_loop_share_sessions()
   lu.assertEquals(handshakes {}, { "New", "Reused" })
end

function TestTls.test_a_session_per_request_shares_none()
   lu.assertEquals(handshakes { session_per_request = true }, { "New", "New" })
end

function TestTls.test_sessions_are_kept_apart_by_what_was_verified()
   local loop <close> = assert(loops.open({ in_flight = 2 }, { insecure = true }))
   local main = loop:go(function()
      lu.assertEquals(fetch(loop), "New")
      local response, _, code = loop:fetch { url = url, insecure = false }
      lu.assertEquals({ response, code }, { nil, "tls" })
   end)
   assert(loop:run_tasks(main))
   lu.assertNil(main:error())
end

os.exit(lu.LuaUnit.run(), true)
