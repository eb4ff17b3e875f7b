--- Secrets are known by their names, wherever they are: in command lines, texts, tables and URLs.
local lu = require "luaunit"

local command_label = require "bakeoff.exec.label"
local core = require "bakeoff.core"
local plan = require "bakeoff.exec.plan"
local scan = require "bakeoff.exec.scan"
local secrets = require "bakeoff.base.secrets"

TestWords = {}

local HIDDEN_WORDS = {
   { { "curl", "-u", "me:sesame1", "http://h/" }, { "curl", "-u", "…", "http://h/" } },
   { { "curl", "-ume:sesame1" }, { "curl", "-u…" } },
   { { "curl", "--proxy-user", "me:sesame1" }, { "curl", "--proxy-user", "…" } },
   { { "curl", "-H", "Authorization: Bearer sesame1" }, { "curl", "-H", "Authorization: …" } },
   { { "curl", "-HX-Api-Key: sesame1" }, { "curl", "-HX-Api-Key: …" } },
   { { "curl", "-b", "Cookie: id=sesame1" }, { "curl", "-b", "…" } },
   { { "curl", "http://me:sesame1@h/?token=sesame1&day=5" }, { "curl", "http://…@h/?token=…&day=5" } },
   { { "x", "--apikey", "sesame1", "y" }, { "x", "--apikey", "…", "y" } },
   { { "x", "--api-key=sesame1" }, { "x", "--api-key=…" } },
   { { "x", "-token", "sesame1" }, { "x", "-token", "…" } },
   { { "bakeoff", "exec", "--env", "MY_TOKEN=sesame1" }, { "bakeoff", "exec", "--env", "MY_TOKEN=…" } },
   { { "env", "PGPASSWORD=open sesame1", "psql" }, { "env", "PGPASSWORD=…", "psql" } },
   { { "sh", "-c", "curl -u 'me:sesame1' --token \"sesame1\" h" },
      { "sh", "-c", "curl -u '…' --token \"…\" h" } },
   { { "sh", "-c", "x; PASSWORD='a sesame1' y" }, { "sh", "-c", "x; PASSWORD='…' y" } },
   { { "curl", "-d", '{"password": "sesame1", "a": "b"}' }, { "curl", "-d", '{"password": "…", "a": "b"}' } },
   { { "curl", "-d", "user=me&password=sesame1&x=1" }, { "curl", "-d", "user=me&password=…&x=1" } },
}

function TestWords.test_values_of_secret_names_are_hidden()
   for _, pair in ipairs(HIDDEN_WORDS) do
      lu.assertEquals(secrets.words(pair[1]), pair[2])
   end
end

-- Options whose meaning depends on the program.
local OF_PROGRAMS = {
   { { "mysql", "-psesame1", "db" }, { "mysql", "-p…", "db" } },
   { { "timeout", "5", "/usr/bin/mysqldump", "-psesame1" }, { "timeout", "5", "/usr/bin/mysqldump", "-p…" } },
   { { "mysql", "-p", "database" }, { "mysql", "-p", "database" } },
   { { "curl", "-b", "a=sesame1" }, { "curl", "-b", "…" } },
   { { "curl", "-ba=sesame1" }, { "curl", "-b…" } },
   { { "curl", "-b", "jar.txt", "-c", "jar.txt" }, { "curl", "-b", "jar.txt", "-c", "jar.txt" } },
   { { "curl", "--cookie", "a=sesame1" }, { "curl", "--cookie", "…" } },
   { { "curl", "--cookie=a=sesame1" }, { "curl", "--cookie=…" } },
   { { "curl", "-x", "u:sesame1@h:8080" }, { "curl", "-x", "…" } },
   { { "curl", "-x", "h:8080", "-E", "c.pem" }, { "curl", "-x", "h:8080", "-E", "c.pem" } },
   { { "curl", "--cert", "c.pem:sesame1" }, { "curl", "--cert", "c.pem:…" } },
   { { "sshpass", "-p", "sesame1", "ssh", "-p", "22" }, { "sshpass", "-p", "…", "ssh", "-p", "22" } },
   { { "docker", "run", "-p", "80:80" }, { "docker", "run", "-p", "80:80" } },
   { { "redis-cli", "-a", "sesame1" }, { "redis-cli", "-a", "…" } },
   { { "hey", "-a", "me:sesame1" }, { "hey", "-a", "…" } },
   { { "ab", "-C", "a=sesame1", "-A", "me:sesame1" }, { "ab", "-C", "…", "-A", "…" } },
   { { "smbclient", "-U", "me%sesame1" }, { "smbclient", "-U", "me%…" } },
   { { "mkdir", "-p", "build/dir" }, { "mkdir", "-p", "build/dir" } },
   { { "gcc", "-pthread" }, { "gcc", "-pthread" } },
   { { "x", "COOKIE=sesame1" }, { "x", "COOKIE=…" } },
   { { "wget", "--load-cookies", "jar.txt" }, { "wget", "--load-cookies", "jar.txt" } },
}

function TestWords.test_options_of_known_programs_are_hidden()
   for _, pair in ipairs(OF_PROGRAMS) do
      lu.assertEquals(secrets.words(pair[1]), pair[2])
      lu.assertEquals(secrets.words(pair[2]), pair[2])
      lu.assertEquals(secrets.text(table.concat(pair[1], " ")), table.concat(pair[2], " "))
   end
end

function TestWords.test_a_value_in_quotes_is_hidden_to_its_end()
   for given, expected in pairs {
      ["curl -b 'a=1; b=sesame1' h; curl h"] = "curl -b '…' h; curl h",
      ['x --password "open sesame1" y'] = 'x --password "…" y',
      ["curl -u 'me:open sesame1' h"] = "curl -u '…' h",
      ["x | mysql -p'open sesame1' | y"] = "x | mysql -p'…' | y" } do
      lu.assertEquals(secrets.text(given), expected)
   end
end

function TestWords.test_parameters_that_sign_in_are_hidden()
   for _, name in ipairs { "code", "sig", "X-Amz-Signature", "X-Goog-Signature", "jwt", "otp", "hmac" } do
      local url = "http://h/?a=1&" .. name
      lu.assertEquals(secrets.urls(url .. "=SECRET"), url .. "=…")
   end
   lu.assertEquals(secrets.urls "http://h/?code=17&zipcode=SW1A2AA", "http://h/?code=17&zipcode=SW1A2AA")
end

function TestWords.test_hiding_twice_changes_nothing()
   for _, pair in ipairs(HIDDEN_WORDS) do
      local once = secrets.words(pair[1])
      lu.assertEquals(secrets.words(once), once)
   end
end

-- What is hidden after a colon looks like an account afterwards.
function TestWords.test_hiding_twice_changes_nothing_in_texts()
   for _, given in ipairs { " -ue--token:: sesame99x", " -u me:sesame99", " -u me:…sesame99",
      " -u -u me:sesame99", "-u  -u  -u 'me:sesame99'", " -u-me:sesame99", "-U\tme:sesame99 -u x",
      "--token sesame99 x" } do
      local once = secrets.text(given)
      lu.assertNotStrContains(once, "sesame99")
      lu.assertEquals(secrets.text(once), once)
   end
end

function TestWords.test_ordinary_words_stay()
   local words = { "git", "log", "--author", "me", "--max-tokens", "100", "docker", "run", "-u", "1000:1000",
      "sort", "-u", "file", "--key", "server.pem", "http://h/?key=17&session=3", "--no-auth", "--", "a=b",
      "time: 5 s", "C:/x", "", "-", "=", "?", "://" }
   lu.assertEquals(secrets.words(words), words)
end

function TestWords.test_what_was_hidden_is_said()
   local found = secrets.collection()
   secrets.words({ "curl", "-u", "me:sesame1", "--apikey=sesame2", "http://h/?sig=sesame33" }, found)
   lu.assertEquals(found.names, { ["-u"] = true, ["--apikey"] = true, sig = true })
   lu.assertEquals(found.values, { "me:sesame1", "sesame2", "sesame33" })
   lu.assertEquals(secrets.without("login me:sesame1 failed: sesame2, sesame2", found.values),
      "login … failed: …, …")
end

function TestWords.test_parameters_are_hidden_in_the_command_that_they_fill()
   local record = secrets.fields { argv = { "echo", "-psesame1", "web" }, stdin = "f-sesame1",
      parameters = { { "token", "sesame1" }, { "pass", "b" }, { "n", "12345678" } } }
   lu.assertEquals(record, { argv = { "echo", "-p…", "web" }, stdin = "f-…",
      parameters = { { "token", "…" }, { "pass", "…" }, { "n", "12345678" } } })
end

function TestWords.test_names_in_words_of_all_forms()
   for _, word in ipairs { "client_secret: %s", "X-Amz-Signature=%s&b=1", "jwt=%s", "session_id=%s",
      "--dbpass=%s", "--db-pass=%s" } do
      local hidden = secrets.words { "send", word:format "hunter22" }[2]
      lu.assertNotStrContains(hidden, "hunter22")
      lu.assertStrContains(hidden, "…")
   end
   lu.assertTrue(secrets.is_name "dbpass")
end

function TestWords.test_names_of_passwords_are_whole_words()
   for _, name in ipairs { "pass", "--pwd", "db_pass", "PASS" } do
      lu.assertTrue(secrets.is_name(name), name)
   end
   for _, name in ipairs { "passes", "bypass", "compass", "cwd", "passing" } do
      lu.assertFalse(secrets.is_name(name), name)
   end
end

function TestWords.test_tables()
   lu.assertEquals(secrets.fields { argv = { "x", "--token", "sesame1" },
      env = { MY_TOKEN = "sesame1", A = "b" }, parameters = { { "token", "sesame1" }, { "n", "1" } },
      rate = false, apikey = "sesame1", password = "" },
      { argv = { "x", "--token", "…" }, env = { MY_TOKEN = "…", A = "b" },
         parameters = { { "token", "…" }, { "n", "1" } }, rate = false, apikey = "…", password = "" })
end

TestTexts = {}

function TestTexts.test_what_programs_say()
   for given, expected in pairs {
      ["> Authorization: Basic c2VzYW1lMQ==\r\n> Host: h"] = "> Authorization: …\r\n> Host: h",
      ["GET /x?access_token=sesame1 HTTP/1.1: 401"] = "GET /x?access_token=… HTTP/1.1: 401",
      ["bad Bearer sesame12345"] = "bad Bearer …",
      ["Bearer Bearer sesame12345"] = "Bearer Bearer …",
      ['{"a": "password": "sesame1", "token": "cut'] = '{"a": "password": "…", "token": "cut',
      ['{"password": "password": "sesame1"'] = '{"password": "password": "…"',
      ["http://h/?to=?sig=sesame12&key=?key=17"] = "http://h/?to=?sig=…&key=…",
      ["attempt to index a nil value (local 'token')"] = "attempt to index a nil value (local 'token')",
      ["tasks.lua:4: authentication: failed"] = "tasks.lua:4: authentication: failed" } do
      lu.assertEquals(secrets.text(given), expected)
   end
end

-- Time in proportion to the length: a quadratic pass over 300 KB takes minutes.
function TestTexts.test_long_texts_take_no_longer_than_their_length()
   for _, piece in ipairs { "x", "a-", "a.", "=", ":", "a=", "a:", "a:b ", "token=", "x-key:", "?token=a",
      "a://", "?a", "--a ", '"a"', "://", "-u ", "Bearer ", "mysql -pa ", "curl ", "curl -b", "curl -b '",
      "-x 'token", "--token '", "--token" } do
      local value, steps = piece:rep(300000 // #piece), 0
      debug.sethook(function()
         steps = steps + 1
         assert(steps < 100, piece)
      end, "", 1000000)
      local start = os.clock()
      secrets.text(value)
      debug.sethook()
      lu.assertTrue(os.clock() - start < 20, piece)
   end
end

TestUrls = {}

-- What C hides in reasons and file names, and what Lua hides in command lines.
function TestUrls.test_both_languages_hide_the_same()
   local names = { "token", "Access-Token", "client_secret", "password", "passphrase", "credential", "apikey",
      "api_key", "api.key", "access_key", "privatekey", "auth", "oauth", "author", "authors", "authority",
      "authorship", "author_token", "key", "keys", "my-key", "session_id", "cookie", "sig", "sign",
      "signature", "day", "n", "page", "code", "zipcode", "jwt", "sid", "otp", "pin", "pw", "hmac", "ticket",
      "tickets", "assertion", "SAMLResponse", "X-Amz-Signature" }
   for _, name in ipairs(names) do
      for _, value in ipairs { "1", "12345678", "abcde", "abcdef", "a%20b-c.d_e~f" } do
         local url = ("http://h/?a=1&%s=%s&b=2#c"):format(name, value)
         lu.assertEquals(secrets.urls(url), (core.url_redact(url):gsub("%*%*%*", "…")), url)
      end
   end
end

function TestUrls.test_no_file_name_has_a_secret()
   local one = core.url_file_name "http://h/x?token=sesame1"
   local two = core.url_file_name "http://h/x?token=sesame2"
   lu.assertNotStrContains(one .. two, "sesame")
   lu.assertNotEquals(one, two)
end

TestLabels = {}

local function labels_of(args)
   local labels = {}
   for index, entry in ipairs(plan.make(args).contenders) do
      labels[index] = entry.label
   end
   return labels
end

function TestLabels.test_labels_have_no_secrets_and_stay_apart()
   lu.assertEquals(labels_of { command = { "curl", "-u", "me:sesame1" },
      vs = { { "curl", "-u", "me:sesame2" } } }, { "curl -u …", "curl -u … (2)" })
   local scanned = { scan.parse "token=sesame1,sesame2" }
   for _, label in ipairs(labels_of { command = { "x", "--token={token}", "{token}" }, scan = scanned }) do
      lu.assertNotStrContains(label, "sesame")
   end
   lu.assertEquals(command_label.of { "curl", "…" }, "curl …")
end

os.exit(lu.LuaUnit.run(), true)
