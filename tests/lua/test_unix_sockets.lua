--- Requests through a Unix socket: under every contender, in tasks and single fetches; what is refused.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local loops = require "bakeoff.async.loop"
local records = require "bakeoff.experiment.records"
local request = require "bakeoff.net.request"
local spec = require "bakeoff.experiment.spec"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local relay = dofile(here .. "support_relay.lua")

local COUNT = 40

local folder, site, sockets

-- Names of a socket in the folder, and of an abstract one, both passed on to the server.
local function set_up()
   folder, site = support.open { size = 100 }
   local names = { folder .. "/site.sock", "@bakeoff-test-" .. folder:match "[^/]*$" }
   sockets = {}
   for index, name in ipairs(names) do
      sockets[index] = { name = name, relay = relay.start(name, site.port) }
   end
end

local function tear_down()
   for _, socket in ipairs(sockets) do
      socket.relay.stop()
   end
   support.close(folder, site)
end

TestUnixSockets = { setUp = set_up, tearDown = tear_down }

local function task(ctx, url)
   local response, message = ctx:fetch(url)
   return response and response.bytes or error(message)
end

-- A host that nobody resolves, so that only the socket can answer.
local function urls()
   local list = { server = site }
   for index = 1, COUNT do
      list[index] = ("http://nowhere.invalid/%d"):format(index)
   end
   return list
end

-- Runs the URLs under every contender, as URLs and as items of a task: check(name, row)
local function each(fields, check)
   for _, forms in ipairs { { support.CONTENDERS, { urls = urls() } },
      { support.TASK_CONTENDERS, { items = urls(), task = task } } } do
      for _, name in ipairs(forms[1]) do
         local given = { server = site }
         for _, part in ipairs { fields, forms[2] } do
            for field, value in pairs(part) do
               given[field] = value
            end
         end
         check(name .. (given.task and " (task)" or ""), (support.run(name, given, 8)))
      end
   end
end

function TestUnixSockets.test_every_contender_reaches_the_server_through_one()
   for _, socket in ipairs(sockets) do
      each({ request = { unix = socket.name } }, function(name, row)
         name = socket.name .. ": " .. name
         support.assert_done(name, row, COUNT)
         lu.assertEquals({ row.bytes, row.server.requests, row.retries }, { 100 * COUNT, COUNT, 0 }, name)
         lu.assertEquals(row.connections, row.server.connections, name)
         if socket.name:find "^/" then -- kept and reused; older versions of libcurl don't reuse abstract ones
            lu.assertTrue(row.connections >= 1 and row.connections <= 8, name)
         end
      end)
   end
end

function TestUnixSockets.test_a_session_per_request_has_as_many_connections()
   each({ request = { unix = sockets[1].name }, session = "per-request" }, function(name, row)
      lu.assertEquals({ row.jobs.done, row.connections, row.server.connections }, { COUNT, COUNT, COUNT },
         name)
   end)
end

-- The kernel refuses those for which its queue has no room at once; a TCP connection would wait.
function TestUnixSockets.test_a_full_queue_makes_nobody_fail()
   local name = folder .. "/slow.sock"
   local slow = relay.start(name, site.port, 1)
   each({ request = { unix = name }, session = "per-request" }, function(contender, row)
      lu.assertEquals({ row.jobs.done, row.errors }, { COUNT }, contender)
   end)
   slow.stop()
end

function TestUnixSockets.test_a_missing_one_fails_every_job_alike()
   each({ request = { unix = folder .. "/missing.sock" } }, function(name, row)
      lu.assertEquals(row.errors, { connect = COUNT }, name)
      lu.assertStrContains(row.reason, "cannot connect to the Unix socket: No such file", false, name)
   end)
end

function TestUnixSockets.test_the_environments_proxy_is_not_used()
   local script = folder .. "/fetch.lua"
   support.write(script, ([[print(require("bakeoff").fetch { url = "http://nowhere.invalid/",
      unix = "%s" }.status)]]):format(sockets[1].name))
   local pipe <close> = io.popen(("http_proxy=http://127.0.0.1:1/ %s/bin/lua_runner %s"):format(
      os.getenv "BAKEOFF_BUILD", script))
   lu.assertEquals(pipe:read(), "200")
end

-- A fetch of its own may have another socket, or none beside one of the loop.
function TestUnixSockets.test_single_fetches_and_loops()
   lu.assertEquals(request.fetch({ url = "http://x/", unix = sockets[2].name }).bytes, 100)
   local loop <close> = loops.new { unix = sockets[1].name }
   lu.assertEquals({ loop:run(function()
      return loop:fetch("http://x/").bytes, loop:fetch({ url = "http://x/", unix = sockets[2].name }).bytes,
         loop:fetch("http://x/").bytes
   end) }, { 100, 100, 100 })
end

function TestUnixSockets.test_it_is_on_record_without_folders_of_this_machine()
   local experiment = spec.check({ name = "x", urls = urls(), request = { unix = folder .. "/a.sock" } }, {})
   experiment.settings = { script_folder = folder }
   lu.assertEquals(records.request(experiment).unix, "{script_folder}/a.sock")
   lu.assertStrContains(records.conditions(experiment), "over a Unix socket")
end

TestUnixSocketsRefused = {}

function TestUnixSocketsRefused.test_bad_ones_are_one_line()
   for _, case in ipairs {
      { { unix = 5 }, 'fetch.unix: expected the path of a Unix socket, or "@name"' },
      { { unix = "" }, 'fetch.unix: expected the path of a Unix socket, or "@name"' },
      { { unix = "@" }, 'fetch.unix: expected the path of a Unix socket, or "@name"' },
      { { unix = "/" .. ("x"):rep(107) }, "has 108 bytes, and a socket's address holds 107" },
      { { unix = "/a\0b" }, "fetch.unix: contains a zero byte" },
      { { unix = "/a.sock", proxy = "http://127.0.0.1:1" }, "is not reached through a proxy" },
   } do
      local ok, caught = pcall(request.check, case[1], "fetch")
      lu.assertFalse(ok)
      lu.assertTrue(failure.is(caught), tostring(caught))
      lu.assertStrContains(tostring(caught), case[2])
      lu.assertNotStrContains(tostring(caught), "\n")
   end
end

os.exit(lu.LuaUnit.run(), true)
