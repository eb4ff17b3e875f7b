local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_command.lua")
local http = dofile(here .. "../lua/support_http.lua")
local command = os.getenv("BAKEOFF_BUILD") .. "/bakeoff"

TestServe = {}

-- Starts the server, which runs until a signal. → pipe with its output, its pid
local function serve(words)
   local line = ("echo $$; exec %s serve %s"):format(support.quoted(command), words)
   local pipe = assert(io.popen(line))
   return pipe, pipe:read("l")
end

local function stop_with(signal)
   local pipe, pid = serve("--body page --latency 1ms")
   local announced = pipe:read("l")
   lu.assertStrMatches(announced, "serving http://127%.0%.0%.1:%d+/ %(an HTML page; 1 ms latency%)")
   lu.assertStrContains(pipe:read("l"), "Ctrl-C")
   lu.assertStrContains(http.get(announced:match("http://%S+")), "</html>")
   os.execute(("kill -%s %s"):format(signal, pid))
   lu.assertStrMatches(pipe:read("l"), "served 1 request on 1 connection, .* KiB of bodies, 0 errors, .*")
   lu.assertEquals({ pipe:close() }, { true, "exit", 0 })
end

function TestServe.test_ends_with_ctrl_c_and_counts() stop_with("INT") end

function TestServe.test_ends_with_sigterm_and_counts() stop_with("TERM") end

function TestServe.test_port_in_use()
   local pipe, pid = serve("")
   local port = pipe:read("l"):match(":(%d+)/")
   local result = support.run { "bakeoff", "serve", "--port", port }
   os.execute("kill " .. pid)
   pipe:close()
   lu.assertEquals(result.code, 2)
   lu.assertEquals(result.stdout, "")
   lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1)
   lu.assertStrContains(result.stderr, "--port: " .. port .. " is in use; choose another")
end

function TestServe.test_faults()
   local pipe, pid = serve("--fault status_404=0.5 --fault status_429=50%")
   local announced = pipe:read("l")
   lu.assertStrContains(announced, "100 % faults (status_404, status_429)")
   lu.assertStrContains(pipe:read("l"), "Ctrl-C")
   lu.assertStrMatches(http.get(announced:match("http://%S+")), "HTTP/1.1 4%d[49] .*")
   os.execute("kill " .. pid)
   lu.assertStrContains(pipe:read("l"), ", 0 errors, 1 fault, ")
   pipe:close()
   for _, bad in ipairs { { "drip" }, { "drip=2" }, { "drop=0.1" }, { "drip=0.1", "--fault", "drip=0.2" } } do
      local result = support.run { "bakeoff", "serve", "--fault", table.unpack(bad) }
      lu.assertEquals(result.code, 2, bad[1])
      lu.assertStrContains(result.stderr, "--fault")
   end
   local help = support.run({ "bakeoff", "serve", "--help" }).stdout
   lu.assertStrContains(help,
      "   reset_mid        transfer 56   Resets the connection after half of the body.\n")
end

function TestServe.test_bad_values_are_one_line()
   local bad = { latency = "3x", body = "ticket", errors = "2", port = "x", connections = "-3" }
   for option, value in pairs(bad) do
      local result = support.run { "bakeoff", "serve", "--" .. option .. "=" .. value }
      lu.assertEquals(result.code, 2)
      lu.assertStrContains(result.stderr, "--" .. option)
      lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1)
   end
end

os.exit(lu.LuaUnit.run(), true)
