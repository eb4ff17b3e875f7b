--- Servers that still listen, and servers that have ended: core.reach; which of a list's servers has gone.

local lu = require "luaunit"

local core = require "bakeoff.core"
local server = require "bakeoff.net.server"
local servers = require "bakeoff.experiment.servers"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local relay = dofile(here .. "support_relay.lua")

local LIMIT_S = 20

-- A port on which nothing listens.
local function closed_port()
   local site <close> = server.start {}
   return site.port
end

TestReach = {}

local function code_of(at)
   at.timeout = at.timeout or LIMIT_S
   local reached, _, code = core.reach(at)
   return reached or code
end

function TestReach.test_a_port_on_which_somebody_listens_or_nobody_does()
   local site <close> = server.start {}
   lu.assertTrue(code_of { host = "127.0.0.1", port = tostring(site.port) })
   lu.assertEquals(code_of { host = "127.0.0.1", port = tostring(closed_port()) }, "connect")
end

-- localhost may be ::1 as well, where nobody listens: one address that answers is enough.
function TestReach.test_names_are_looked_up()
   local site <close> = server.start {}
   lu.assertTrue(code_of { host = "localhost", port = tostring(site.port) })
   lu.assertEquals(code_of { host = "localhost", port = tostring(closed_port()) }, "connect")
end

function TestReach.test_a_unix_socket()
   local site <close> = server.start {}
   local path = os.tmpname() .. ".socket"
   lu.assertEquals(code_of { unix = path }, "connect")
   local socket = relay.start(path, site.port)
   local reached = code_of { unix = path }
   socket.stop()
   os.remove(path)
   os.remove((path:gsub("%.socket$", "")))
   lu.assertTrue(reached)
   lu.assertEquals(code_of { unix = "@bakeoff-test-of-nobody" }, "connect")
end

-- What can't be known is no proof of a server's end.
function TestReach.test_doubt_is_no_refusal()
   lu.assertNotEquals(code_of { host = "no such host", port = "80" }, "connect")
   lu.assertNotEquals(code_of { unix = ("x"):rep(200) }, "connect")
   lu.assertErrorMsgContains("host and port, or unix", core.reach, { host = "127.0.0.1" })
end

TestGone = {}

-- A trial's result that tells of every origin the same.
local function result_of(answered, lost) return { answers = function() return answered, lost end } end

local FAILED = { status = "failed", jobs = { failed = 1 } }
local GOOD = { status = "ok", jobs = { failed = 0 } }

local function url_at(port) return ("http://user:secret@127.0.0.1:%d/a"):format(port) end

local function experiment_of(list, fetch) return { urls = list, fetch = fetch or { proxy = "" } } end

function TestGone.test_a_server_that_answered_and_now_refuses_is_gone_and_said_once()
   local port = closed_port()
   local watched = servers.new(experiment_of { url_at(port) })
   lu.assertNil(watched:gone(result_of(false, true), FAILED))
   lu.assertNil(watched:gone(result_of(true, false), GOOD))
   local gone = watched:gone(result_of(false, true), FAILED)
   lu.assertEquals(gone.said, ("the server at http://127.0.0.1:%d takes no more connections"):format(port))
   lu.assertNil(watched:gone(result_of(false, true), FAILED))
end

function TestGone.test_a_server_that_still_listens_is_not_gone()
   local site <close> = server.start {}
   local watched = servers.new(experiment_of { url_at(site.port) }, true)
   lu.assertNil(watched:gone(result_of(true, true), FAILED))
end

-- Another server of the same list may be the one that ended.
function TestGone.test_each_server_of_a_list_is_watched()
   local site <close> = server.start {}
   local port = closed_port()
   local watched = servers.new(experiment_of { url_at(site.port), url_at(port) }, true)
   lu.assertStrContains(watched:gone(result_of(true, true), FAILED).said, (":%d takes"):format(port))
end

function TestGone.test_programs_tell_only_that_their_trial_failed()
   local watched = servers.new(experiment_of { url_at(closed_port()) })
   lu.assertNil(watched:gone(nil, FAILED, nil, true))
   lu.assertNil(watched:gone(nil, GOOD, nil, true))
   lu.assertNotNil(watched:gone(nil, FAILED, nil, true))
end

-- Behind a proxy, its refusals would be taken for those of the server; many hosts are no test of one.
function TestGone.test_nobody_is_watched_behind_a_proxy_or_among_many()
   local list = { url_at(closed_port()) }
   local watched = servers.new(experiment_of(list, { proxy = "http://127.0.0.1:1" }), true)
   lu.assertNil(watched:gone(result_of(true, true), FAILED))
   for index = 1, 20 do
      list[index] = ("http://127.0.0.%d:1/"):format(index)
   end
   lu.assertNil(servers.new(experiment_of(list), true):gone(result_of(true, true), FAILED))
end

function TestGone.test_ports_and_addresses_of_urls()
   local function name_of(url)
      local one = servers.new(experiment_of { url }, true).others[1]
      return ("%s %s %s"):format(one.at.host, one.at.port, one.name)
   end
   lu.assertEquals(name_of "http://a.example/x?http://b", "a.example 80 http://a.example")
   lu.assertEquals(name_of "HTTPS://me:pw@a.example#x", "a.example 443 https://a.example")
   lu.assertEquals(name_of "http://[::1]:8080/", "::1 8080 http://[::1]:8080")
   lu.assertEquals(name_of "http://[fe80::1%25eth0]/", "fe80::1%eth0 80 http://[fe80::1%25eth0]")
end

os.exit(lu.LuaUnit.run(), true)
