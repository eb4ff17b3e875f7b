--- A server resets kept connections without warning. Every contender, and bake.loop, then sends the request
-- again on a new connection, as curl does.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local hangup = dofile(here .. "support_hangup.lua")

local COUNT = 20

local peer

TestHangUp = {}

function TestHangUp.setUp()
   peer = hangup.start()
   lu.skipIf(not peer, "lua-luv is not installed (scripts/setup --tests installs it)")
end

function TestHangUp.tearDown()
   if peer then
      peer.stop()
   end
end

local function urls()
   local list = {}
   for i = 1, COUNT do
      list[i] = peer.url("/" .. i)
   end
   return list
end

-- One worker, because several can cause each other resets, and libcurl gives up after five in a row.
function TestHangUp.test_urls()
   for _, name in ipairs(support.CONTENDERS) do
      support.assert_done(name, support.run(name, { urls = urls() }, 1), COUNT)
   end
end

function TestHangUp.test_tasks()
   local function task(ctx, url) return assert(ctx:fetch(url)).status end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      support.assert_done(name, support.run(name, { items = urls(), task = task }, 1), COUNT)
   end
end

function TestHangUp.test_fetch_and_loop()
   local loop <close> = bake.loop { in_flight = 1 }
   for _, url in ipairs(urls()) do
      lu.assertEquals(assert(bake.fetch(url)).body, "fresh")
      lu.assertEquals(loop:run(function() return assert(loop:fetch(url)).body end), "fresh")
   end
end

os.exit(lu.LuaUnit.run(), true)
