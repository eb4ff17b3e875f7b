--- Watching a notebook: what the server answers and to whom, and that a saved file is woven once.
local lu = require "luaunit"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local http = require "bakeoff.notebook.watch.http"
local watch = require "bakeoff.notebook.watch"

local folder = os.tmpname()
os.remove(folder)
assert(core.mkdirs(folder .. "/x.files/deep"))
assert(core.store(folder .. "/x.files/a b.svg", "<svg/>"))
assert(core.store(folder .. "/x.files/notes.txt", "secret"))
assert(core.store(folder .. "/secret.svg", "secret"))
assert(core.store(folder .. "/x.html", "<p>the page</p>"))

local SITE = { port = 4711, title = "x.lua <b>", page = folder .. "/x.html", files = folder .. "/x.files" }

local function ask(target, method, hosts)
   local lines = { (method or "GET") .. " " .. target .. " HTTP/1.1" }
   for _, host in ipairs(hosts or { "127.0.0.1:4711" }) do
      lines[#lines + 1] = "Host: " .. host
   end
   return http.answer(table.concat(lines, "\r\n") .. "\r\n\r\n", SITE)
end

local function status(...) return tonumber((ask(...)):match "^HTTP/1.1 (%d+)") end

TestAnswers = {}

function TestAnswers.test_the_page_and_its_frame()
   lu.assertStrMatches((ask "/page"), "HTTP/1.1 200 OK\r\n.*\r\nContent%-Length: 15\r\n\r\n<p>the page</p>")
   local text = ask "/"
   lu.assertStrContains(text, "<title>x.lua &lt;b&gt;</title>")
   local script = text:match "<script>(.-)</script>"
   lu.assertStrContains(text, "script-src 'sha256-" .. core.sha256_base64(script) .. "'")
   local before = http.answer("GET /page HTTP/1.1\r\nHost: localhost:4711\r\n\r\n",
      { port = 4711, page = folder .. "/gone.html", files = SITE.files })
   lu.assertStrContains(before, "being woven")
end

function TestAnswers.test_events_are_a_stream()
   local text, is_stream = ask "/events"
   lu.assertStrContains(text, "Content-Type: text/event-stream\r\n")
   lu.assertNotStrContains(text, "Content-Length")
   lu.assertTrue(is_stream)
   lu.assertEquals(http.event("woven", "0"), "event: woven\ndata: 0\n\n")
end

-- Names are compared with those in the folder; "%2e" and the like are never decoded.
function TestAnswers.test_only_the_pages_own_pictures()
   assert(core.store(folder .. "/x.files/speed.svg", "<svg>speed</svg>"))
   lu.assertStrContains((ask "/x.files/speed.svg"), "\r\n\r\n<svg>speed</svg>")
   for _, target in ipairs { "/x.files/notes.txt", "/x.files/../secret.svg", "/x.files/%2e%2e/secret.svg",
      "/x.files//speed.svg", "/x.files/deep", "/x.files/", "/x.files/speed.svg?", "/secret.svg", "/x.lua",
      "/../secret.svg", "//page", "/page/", "/etc/passwd", "http://127.0.0.1:4711/page", "*" } do
      lu.assertEquals(status(target), 404, target)
   end
end

function TestAnswers.test_only_get()
   for _, method in ipairs { "POST", "HEAD", "OPTIONS", "PUT", "DELETE" } do
      lu.assertEquals(status("/page", method), 405, method)
   end
end

-- DNS rebinding: another site's name points to this machine.
function TestAnswers.test_only_its_own_names()
   lu.assertEquals(status("/page", "GET", { "localhost:4711" }), 200)
   for _, hosts in ipairs { {}, { "evil.example:4711" }, { "127.0.0.1" }, { "127.0.0.1:4712" },
      { "[::1]:4711" }, { "127.0.0.1:4711.evil.example" }, { "127.0.0.1:4711", "evil.example" }, { "" } } do
      lu.assertEquals(status("/page", "GET", hosts), 403, table.concat(hosts, ", "))
   end
end

function TestAnswers.test_what_is_not_http()
   for _, head in ipairs { "", "\r\n\r\n", "GET /page\r\n\r\n", "GET  /page HTTP/1.1\r\n\r\n",
      "get /page HTTP/1.1\r\n\r\n", "GET /page HTTP/2\r\n\r\n", "\22\3\1\0\5" } do
      lu.assertStrContains(http.answer(head, SITE), "HTTP/1.1 400 ")
   end
end

TestWatching = {}

local has_luv = pcall(watch.luv)

-- Weaves by copying, and counts how often.
local WEAVE = 'cat "$0" >"$1.new" && mv "$1.new" "$1"; echo . >>"$1.count"; exit "$2"'

local function start(code)
   lu.skipIf(not has_luv, "luv is not installed (package lua-luv)")
   assert(core.store(folder .. "/w.lua", "first"))
   os.remove(folder .. "/w.html.count")
   return watch.start { path = folder .. "/w.lua", page = folder .. "/w.html", files = folder .. "/w.files",
      port = 0, argv = { "sh", "-c", WEAVE, folder .. "/w.lua", folder .. "/w.html", code or "0" } }
end

-- Runs the loop until `is_done()`; fails if that takes more than 20 s.
local function run_until(uv, is_done)
   local late, limit = false, uv.new_timer()
   limit:start(20000, 0, function() late = true end)
   while not is_done() and not late do
      uv.run "once"
   end
   limit:close()
   lu.assertFalse(late, "it did not happen within 20 s")
end

-- Sends a request. → connection, whose `text` grows, and whose `is_over` is true at its end
local function connect(watcher, text)
   local connection = { text = "", socket = watcher.uv.new_tcp() }
   local port = tonumber(watcher:url():match ":(%d+)/")
   connection.socket:connect("127.0.0.1", port, function(problem)
      assert(not problem, problem)
      connection.socket:write((text:gsub("PORT", port)))
      connection.socket:read_start(function(_, bytes)
         connection.text = connection.text .. (bytes or "")
         connection.is_over = bytes == nil
         if not bytes then
            connection.socket:close()
         end
      end)
   end)
   return connection
end

local function get(target) return ("GET %s HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"):format(target) end

local function has(connection, text)
   return function() return connection.text:find(text, 1, true) ~= nil end
end

local function finish(watcher)
   watcher:stop()
   watcher.uv.run() -- ends, because nothing is open any more
end

-- Editors write a new file and put it in the old one's place.
local function save(content)
   assert(core.store(folder .. "/w.lua.tmp", content))
   assert(os.rename(folder .. "/w.lua.tmp", folder .. "/w.lua"))
end

function TestWatching.test_a_saved_file_is_woven_and_browsers_are_told()
   local watcher = start()
   local events = connect(watcher, get "/events")
   run_until(watcher.uv, has(events, "event: woven\ndata: 0"))
   save "second"
   run_until(watcher.uv, function() return select(2, events.text:gsub("event: woven", "")) == 2 end)
   local page = connect(watcher, get "/page")
   run_until(watcher.uv, function() return page.is_over end)
   lu.assertStrMatches(page.text, ".*\r\n\r\nsecond")
   finish(watcher)
   lu.assertEquals(files.read(folder .. "/w.html.count"), ".\n.\n")
end

function TestWatching.test_a_file_saved_while_it_is_woven_is_woven_again()
   local watcher = start()
   save "newer" -- the first weaving has only been started
   local events = connect(watcher, get "/events")
   run_until(watcher.uv, function()
      return files.read(folder .. "/w.html") == "newer" and not watcher.child
   end)
   lu.assertStrContains(events.text, "event: weaving")
   finish(watcher)
end

function TestWatching.test_a_failed_weaving_is_told()
   local watcher = start "3"
   local events = connect(watcher, get "/events")
   run_until(watcher.uv, has(events, "event: woven\ndata: 3\n\n"))
   finish(watcher)
end

function TestWatching.test_a_head_without_end_is_refused()
   local watcher = start()
   local connection = connect(watcher, "GET / HTTP/1.1\r\nX: " .. ("x"):rep(http.MOST))
   run_until(watcher.uv, function() return connection.is_over end)
   lu.assertStrContains(connection.text, "HTTP/1.1 431 ")
   finish(watcher)
end

-- Ctrl-C interrupts the weaving that runs, and waits for its end.
function TestWatching.test_stopping_ends_the_weaving_that_runs()
   lu.skipIf(not has_luv, "luv is not installed (package lua-luv)")
   assert(core.store(folder .. "/w.lua", "first"))
   local watcher = watch.start { path = folder .. "/w.lua", page = folder .. "/w.html",
      files = folder .. "/w.files", port = 0, argv = { "sleep", "600" } }
   lu.assertNotNil(watcher.child)
   watcher:stop()
   run_until(watcher.uv, function() return not watcher.child end)
   watcher.uv.run()
end

-- A weaving that runs is in a session of its own, so no other signal would end it.
function TestWatching.test_closing_the_terminal_ends_it()
   lu.skipIf(not has_luv, "luv is not installed (package lua-luv)")
   assert(core.store(folder .. "/w.lua", "first"))
   local uv, begun = watch.luv(), core.now()
   local options = { path = folder .. "/w.lua", page = folder .. "/w.html", files = folder .. "/w.files",
      port = 0, argv = { "sleep", "600" } }
   local code = watch.run(options, function() uv.kill(uv.os_getpid(), "sighup") end)
   lu.assertEquals(code, 0)
   lu.assertTrue(core.now() - begun < 300)
end

-- What is saved is the file to which a link leads.
function TestWatching.test_a_link_is_followed()
   lu.skipIf(not has_luv, "luv is not installed (package lua-luv)")
   assert(core.mkdirs(folder .. "/real"))
   assert(core.store(folder .. "/real/r.lua", "first"))
   os.remove(folder .. "/w.lua")
   assert(watch.luv().fs_symlink("real/r.lua", folder .. "/w.lua"))
   local watcher = watch.start { path = folder .. "/w.lua", page = folder .. "/w.html",
      files = folder .. "/w.files", port = 0,
      argv = { "sh", "-c", WEAVE, folder .. "/w.lua", folder .. "/w.html", "0" } }
   for _, content in ipairs { "first", "second" } do
      assert(core.store(folder .. "/real/r.lua", content))
      run_until(watcher.uv, function()
         return files.read(folder .. "/w.html") == content and not watcher.child
      end)
   end
   finish(watcher)
   os.remove(folder .. "/w.lua")
end

function TestWatching.test_a_port_in_use_is_named()
   local watcher = start()
   local port = tonumber(watcher:url():match ":(%d+)/")
   lu.assertErrorMsgContains(("--port: %d is in use; choose another"):format(port), watch.start,
      { path = folder .. "/w.lua", page = folder .. "/w.html", files = folder .. "/w.files", port = port,
         argv = { "true" } })
   finish(watcher)
end

local code = lu.LuaUnit.run()
core.remove_tree(folder)
os.exit(code, true)
