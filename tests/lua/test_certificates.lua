--- Client certificates: a server that asks for one, under every contender; keys with a password, which
-- appears nowhere.
local lu = require "luaunit"

local core = require "bakeoff.core"
local request = require "bakeoff.net.request"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

local folder, site, process, url

-- A certificate of its own for the server and for the client; the client's key also with a password.
local MAKE = [[
cd '%s' &&
make() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
   -addext "subjectAltName=IP:127.0.0.1" -keyout "$1.key" -out "$1.pem"; } &&
make server && make client && make stranger &&
openssl ec -in client.key -aes128 -passout pass:sesame12 -out locked.key &&
cat client.pem client.key > both.pem]]

-- Answers a page about the connection to whoever has the client's certificate.
-- It ends with the input of its shell.
local SERVE = "cd '%s' && { openssl s_server -accept 127.0.0.1:0 -www -cert server.pem -key server.key "
   .. "-CAfile client.pem -Verify 2 -verify_return_error < /dev/null > told 2> /dev/null & read end; "
   .. "kill $!; }"

local function set_up()
   folder, site = support.open()
   local is_there = os.execute("(" .. MAKE:format(folder) .. ") > /dev/null 2>&1")
   lu.skipIf(not is_there, "openssl is not installed")
   support.write(folder .. "/told", "")
   process = assert(io.popen(SERVE:format(folder), "w"))
   local port
   repeat
      core.pause(0.01)
      port = support.slurp(folder .. "/told"):match "ACCEPT 127%.0%.0%.1:(%d+)\n"
   until port
   url = ("https://127.0.0.1:%s/"):format(port)
end

local function tear_down()
   if process then
      process:close()
      process = nil
   end
   support.close(folder, site)
end

TestCertificates = { setUp = set_up, tearDown = tear_down }

local function given(fields)
   local whole = { ca_file = folder .. "/server.pem", timeout = "20s" }
   for field, name in pairs(fields) do
      whole[field] = field == "key_password" and name or folder .. "/" .. name
   end
   return whole
end

local GOOD = { { cert = "client.pem", key = "client.key" }, { cert = "both.pem" },
   { cert = "client.pem", key = "locked.key", key_password = "sesame12" } }

function TestCertificates.test_every_contender_shows_its_own()
   local function task(ctx, one) return assert(ctx:fetch(one)).bytes end
   for index, fields in ipairs(GOOD) do
      for _, forms in ipairs { { support.CONTENDERS, { urls = { url, url, url } } },
         { support.TASK_CONTENDERS, { items = { url, url, url }, task = task } } } do
         for _, name in ipairs(forms[1]) do
            local experiment = { request = given(fields) }
            for field, value in pairs(forms[2]) do
               experiment[field] = value
            end
            local row = support.run(name, experiment, 1)
            lu.assertEquals({ row.reason, row.jobs.done }, { nil, 3 }, ("%d: %s"):format(index, name))
         end
      end
   end
end

-- Which class a refusal has, depends on the version of TLS: in 1.3, the server refuses after the handshake.
function TestCertificates.test_others_get_no_answer()
   for _, fields in ipairs { {}, { cert = "stranger.pem", key = "stranger.key" } } do
      local whole = given(fields)
      whole.url = url
      local response, message, code = request.fetch(whole)
      lu.assertNil(response)
      lu.assertTrue(code == "tls" or code == "transfer", message)
   end
end

function TestCertificates.test_a_wrong_password_is_told_without_it()
   for _, fields in ipairs { { cert = "client.pem", key = "locked.key", key_password = "sesame99" },
      { cert = "client.pem", key = "stranger.key" }, { cert = "client.key" } } do
      local whole = given(fields)
      whole.url = url
      local response, message, code = request.fetch(whole)
      lu.assertEquals({ response, code }, { nil, "tls" }, message)
      lu.assertNotStrContains(message, "sesame")
   end
end

os.exit(lu.LuaUnit.run(), true)
