-- The event loop and aiohttp (on asyncio's loop and on uvloop's) fetch the same URLs and drop the bodies.
-- tests/bench/programs.lua runs it with `bakeoff run`, as a user would; it also runs on its own.

local bake = require "bakeoff"
local core = require "bakeoff.core"

local opt = bake.options {
   requests = { 20000, "how many" },
   latency = { "0ms", "time the server takes to answer" },
}

local site <close> = bake.server { latency = opt.latency }

local HERE = core.absolute(debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or ".")
local PYTHON = core.file_kind "/usr/bin/python3" == "file" and "/usr/bin/python3" or "python3"

local function aiohttp(label, imports, package, flag)
   local empty = { PYTHON, "-c", "import " .. imports }
   return { "command", label = label, model = "eventloop", check = empty, empty = empty, package = package,
      argv = { PYTHON, HERE .. "/peers/aiohttp_fetch.py", "{urls}", "{workers}", flag },
      env = { http_proxy = false, HTTP_PROXY = false } }
end

bake.experiment {
   name = "against_aiohttp",
   urls = site:urls("/page?number=%d", opt.requests),
   contenders = {
      "eventloop", aiohttp("aiohttp", "aiohttp", "python3-aiohttp"),
      aiohttp("aiohttp + uvloop", "aiohttp, uvloop", "python3-aiohttp python3-uvloop", "--uvloop"),
   },
   workers = { 50 },
   repeats = 9,
   job_rows = 1,
}:run()
