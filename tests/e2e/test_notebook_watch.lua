--- `bakeoff notebook watch`: shows the page, weaves it again when the file is saved, ends with Ctrl-C.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_command.lua")
local library = require "bakeoff.base.library"
local command = os.getenv("BAKEOFF_BUILD") .. "/bakeoff"

local NOTEBOOK = "-- %%%% [markdown]\n-- # %s\n\n-- %%%%\nprint(6 * 7)\n"

TestWatch = {}

local ASK = [[exec 3<>/dev/tcp/127.0.0.1/%s
printf 'GET /%s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' >&3
while IFS= read -r -t 60 line <&3; do
   printf '%%s\n' "$line"
   case $line in "%s"*) exit ;; esac
done]]

-- The server's answer up to a line that begins with `last`. bash, because curl waits for the end of a stream.
local function get(port, target, last) return support.run({ "bash", "-c",
   ASK:format(port, target, port, last) }).stdout end

function TestWatch.test_it_shows_the_page_and_ends_with_ctrl_c()
   lu.skipIf(not pcall(library.load, "luv"), "luv is not installed (package lua-luv)")
   local folder = support.folder()
   support.write(folder .. "/x.lua", NOTEBOOK:format "First")
   local pipe = assert(io.popen(("cd %s && echo $$ && exec %s notebook watch x.lua 2>&1"):format(
      support.quoted(folder), support.quoted(command))))
   local pid = pipe:read("l")
   local port = pipe:read("l"):match "http://127%.0%.0%.1:(%d+)/"
   get(port, "events", "event: woven") -- those who come later are told the last event
   local page = get(port, "page", "</html>")
   os.execute("kill -INT " .. pid)
   local rest = pipe:read("a")
   local closed = { pipe:close() }
   support.remove(folder)
   lu.assertStrContains(page, '<h1 class="finding">First</h1>')
   lu.assertStrContains(page, '<pre class="printed">42</pre>')
   lu.assertStrContains(rest, "x.html")
   lu.assertEquals(closed, { true, "exit", 0 })
end

os.exit(lu.LuaUnit.run(), true)
