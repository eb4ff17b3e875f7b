--- Real programs of other ecosystems as contenders: the list of them, and how each is run.
--
--    local peers = require "peers"
--    contenders = { "eventloop", peers.get "a5_aiohttp", peers.get("b3_gevent", { label = "greenlets" }) }
--
-- A record has: name; systems (the published systems it implements, such as "A5"; "A" alone: the same job by
-- another program; "reference": a load generator that keeps no bodies; "tickets", "sums": runtimes with their
-- standard libraries alone; "waiting": tasks that wait; "weight": known memory); construct, in words; and the
-- fields of the contender entry: label, model, argv, env, check, package, empty, workers.

local bake = require "bakeoff"

local peers = {}

local function protected(path) return (path:gsub("{[%a_][%w_]*}", "{%0}")) end

-- Otherwise braces in the name of a folder would be taken for placeholders.
local HERE = protected(assert(bake.files.absolute(debug.getinfo(1, "S").source:match("^@(.*/)") or ".")))

-- Debian's own interpreter has Debian's packages; another one found earlier in PATH may not.
local DEBIANS_PYTHON = "/usr/bin/python3"
local PYTHON = os.getenv("BAKEOFF_PYTHON")
   or bake.files.kind(DEBIANS_PYTHON) == "file" and DEBIANS_PYTHON or "python3"

-- The test server is on this machine. Programs that read these variables would ask a proxy for it.
local PROXY_VARIABLES = { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" }

local records, by_name = {}, {}

local function add(record)
   record.env = record.env or {}
   for _, variable in ipairs(PROXY_VARIABLES) do
      record.env[variable] = false
   end
   records[#records + 1] = record
   by_name[record.name] = record
end

local function file(name) return HERE .. "/" .. name end

local function words_of(usage)
   local words = {}
   for word in usage:gmatch("%S+") do
      words[#words + 1] = word
   end
   return words
end

-- --- Python -----------------------------------------------------------------------------------------

-- An empty run starts the interpreter and imports the libraries that the program imports.
local function python(name, system, record)
   local script, imports = record.script or name, "import " .. record.imports
   record.name, record.systems, record.script = name, { system }, nil
   record.argv = { PYTHON, file(script .. ".py"), table.unpack(words_of(record.usage)) }
   record.check, record.empty = { PYTHON, "-c", imports }, { PYTHON, "-c", imports }
   record.package = record.package or "python3"
   record.usage, record.imports = nil, nil
   add(record)
end

local STORE = "{urls} {workers} {out}" -- and so do the programs that prepare what they fetch
local COMPUTE = "{items} {workers}"

local function with_requests(name, system, record)
   record.imports = record.imports or "requests"
   record.package = record.package or "python3-requests"
   record.usage = record.usage or STORE
   python(name, system, record)
end

with_requests("a1_requests", "A1", { label = "requests", model = "sequential", workers = { 1 },
   construct = "one loop, requests.Session" })
with_requests("a2_threads_queue", "A2", { label = "threading + Queue", model = "threads",
   construct = "daemon threads, queue.Queue, task_done, join" })
with_requests("a3_processes_queue", "A3", { label = "Process + JoinableQueue", model = "processes",
   imports = "multiprocessing, requests", construct = "multiprocessing.Process, JoinableQueue" })
with_requests("a4_pool_map", "A4", { label = "Pool.map", model = "processes",
   imports = "multiprocessing.pool, requests", construct = "multiprocessing.Pool.map" })
python("a5_aiohttp", "A5", { label = "asyncio + aiohttp", model = "eventloop", imports = "aiohttp",
   package = "python3-aiohttp", usage = STORE, construct = "asyncio.gather, a coroutine per URL, aiohttp" })
python("a5_uvloop", "A5", { label = "aiohttp + uvloop", model = "eventloop", imports = "aiohttp, uvloop",
   package = "python3-aiohttp python3-uvloop", script = "a5_aiohttp", usage = STORE .. " --uvloop",
   construct = "the same on uvloop's loop" })

with_requests("b1_requests", "B1", { label = "requests", model = "sequential", workers = { 1 },
   construct = "one loop, requests.Session" })
with_requests("b1_no_session", "B1", { label = "requests (no session)", model = "sequential",
   workers = { 1 }, script = "b1_requests", usage = STORE .. " --no-session",
   construct = "one loop, a connection per request" })
with_requests("b2_thread_pool", "B2", { label = "ThreadPoolExecutor", model = "threads",
   imports = "concurrent.futures.thread, requests", construct = "concurrent.futures.ThreadPoolExecutor.map" })
with_requests("b3_gevent", "B3", { label = "gevent", model = "coroutines",
   imports = "gevent.monkey, gevent.pool, requests", package = "python3-gevent python3-requests",
   construct = "monkey.patch_all, gevent.pool.Pool" })
python("b4_aiohttp", "B4", { label = "asyncio + aiohttp", model = "eventloop", imports = "aiohttp",
   package = "python3-aiohttp", usage = STORE, construct = "asyncio.gather of workers, aiohttp" })
python("b4_uvloop", "B4", { label = "aiohttp + uvloop", model = "eventloop", imports = "aiohttp, uvloop",
   package = "python3-aiohttp python3-uvloop", script = "b4_aiohttp", usage = STORE .. " --uvloop",
   construct = "the same on uvloop's loop" })

local function computing(name, system, label, model, construct, imports, workers)
   python(name, system, { label = label, model = model, construct = construct, usage = COMPUTE,
      imports = imports .. ", urllib.request", workers = workers })
end

computing("c1_processes", "C1", "Process start + join", "processes",
   "multiprocessing.Process, start, join", "multiprocessing")
computing("c2_apply", "C2", "Pool.apply", "processes", "multiprocessing.Pool.apply", "multiprocessing.pool")
computing("c3_apply_async", "C3", "Pool.apply_async", "processes", "multiprocessing.Pool.apply_async, get",
   "multiprocessing.pool")
computing("c4_executor_map", "C4", "ProcessPoolExecutor.map", "processes", "ProcessPoolExecutor.map",
   "concurrent.futures.process")
computing("c4b_executor_completed", "C4", "ProcessPoolExecutor + as_completed", "processes",
   "ProcessPoolExecutor.submit, concurrent.futures.as_completed", "concurrent.futures.process")
computing("c5_run_in_executor", "C5", "asyncio + run_in_executor", "hybrid",
   "loop.run_in_executor, asyncio.as_completed", "asyncio, concurrent.futures.process")

computing("d0_sequential", "D0", "one loop", "sequential", "one loop", "sys", { 1 })
computing("d1_threads", "D1", "ThreadPoolExecutor", "threads", "concurrent.futures.ThreadPoolExecutor",
   "concurrent.futures.thread")
computing("d2_processes", "D2", "ProcessPoolExecutor", "processes",
   "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process")
computing("d3_asyncio", "D3", "asyncio", "coroutines", "asyncio.gather of coroutines that compute", "asyncio")

-- --- beyond Python ----------------------------------------------------------------------------------

local function shell(condition) return { "sh", "-c", condition } end

add { name = "curl_parallel", systems = { "A" }, label = "curl --parallel", model = "eventloop",
   construct = "curl --parallel (libcurl's multi interface)", package = "curl",
   argv = { "sh", file "curl_parallel.sh", "{urls}", "{workers}", "{out}" },
   check = shell "command -v curl", empty = { "curl", "--version" } }
add { name = "aria2c", systems = { "A" }, label = "aria2c", model = "eventloop",
   construct = "aria2c --max-concurrent-downloads", package = "aria2",
   argv = { "sh", file "aria2c.sh", "{urls}", "{workers}", "{out}" },
   check = shell "command -v aria2c", empty = { "aria2c", "--version" } }
add { name = "wget", systems = { "A" }, label = "wget", model = "sequential", workers = { 1 },
   construct = "wget --input-file, one connection", package = "wget",
   argv = { "wget", "--input-file={urls}", "--directory-prefix={out}", "--no-verbose", "--tries=1" },
   empty = { "wget", "--version" } }
add { name = "gnu_parallel", systems = { "A" }, label = "GNU parallel + curl", model = "processes",
   construct = "parallel --jobs, a curl per URL", package = "parallel curl",
   argv = { "sh", file "gnu_parallel.sh", "{urls}", "{workers}", "{out}" },
   check = shell "command -v curl && parallel --version | grep -q '^GNU parallel'", -- moreutils has one, too
   empty = { "parallel", "--version" } }
add { name = "node_fetch", systems = { "A" }, label = "node fetch", model = "eventloop",
   construct = "node's fetch, async workers", package = "nodejs",
   argv = { "node", file "node_fetch.mjs", "{urls}", "{workers}", "{out}" },
   check = { "node", "-e", "if (typeof fetch !== 'function') throw new Error('this node has no fetch')" },
   empty = { "node", "-e", "fetch" } }
add { name = "luv_curl", systems = { "A" }, label = "Lua: luv + lua-curl", model = "threads",
   construct = "luv's new_work, lua-curl's easy interface (Lua 5.1)", package = "lua5.1 lua-luv lua-curl",
   argv = { "lua5.1", file "luv_curl.lua", "{urls}", "{workers}", "{out}" },
   check = { "lua5.1", "-e", "require 'luv' require 'curl'" },
   empty = { "lua5.1", "-e", "require 'luv' require 'curl'" } }
add { name = "wrk", systems = { "reference" }, label = "wrk", model = "eventloop",
   construct = "one thread, each URL once, bodies dropped", package = "wrk",
   argv = { "wrk", "-t", "1", "-c", "{workers}", "-d", "1h", "-s", file "wrk.lua", "{url}", "--", "{urls}",
      "{workers}" } }
add { name = "h2load", systems = { "reference" }, label = "h2load", model = "eventloop",
   construct = "h2load --h1, one thread, bodies dropped", package = "nghttp2-client",
   argv = { "sh", file "h2load.sh", "{urls}", "{workers}" },
   check = shell "command -v h2load", empty = { "h2load", "--version" } }

-- --- runtimes with their standard libraries alone ---------------------------------------------------

local RUNTIMES = {
   { suffix = "", name = "Python", command = PYTHON, package = "python3" },
   { suffix = "_pypy", name = "PyPy", command = "pypy3", package = "pypy3" },
}

-- The same program under CPython and under PyPy.
local function in_both(name, record)
   for _, runtime in ipairs(RUNTIMES) do
      local imports = { runtime.command, "-c", "import " .. record.imports }
      add { name = name .. runtime.suffix, systems = { record.system }, model = record.model,
         label = ("%s %s"):format(runtime.name, record.form), construct = record.construct,
         argv = { runtime.command, file(record.script .. ".py"), table.unpack(words_of(record.usage)) },
         workers = record.workers, check = imports, empty = imports, package = runtime.package }
   end
end

in_both("std_sequential", { system = "tickets", form = "sequential", model = "sequential", workers = { 1 },
   script = "std_tickets", usage = STORE, imports = "http.client, json, concurrent.futures, asyncio",
   construct = "one loop, http.client" })
in_both("std_threads", { system = "tickets", form = "threads", model = "threads", script = "std_tickets",
   usage = STORE .. " --threads", imports = "http.client, json, concurrent.futures, asyncio",
   construct = "ThreadPoolExecutor, http.client" })
in_both("std_asyncio", { system = "tickets", form = "asyncio", model = "eventloop", script = "std_tickets",
   usage = STORE .. " --asyncio", imports = "http.client, json, concurrent.futures, asyncio",
   construct = "asyncio.open_connection" })
in_both("sums_sequential", { system = "sums", form = "sum", model = "sequential", workers = { 1 },
   script = "d0_sequential", usage = COMPUTE, imports = "urllib.request", construct = "one loop" })
in_both("sums_threads", { system = "sums", form = "sum in threads", model = "threads",
   script = "d1_threads", usage = COMPUTE, imports = "urllib.request, concurrent.futures.thread",
   construct = "ThreadPoolExecutor" })
in_both("sums_processes", { system = "sums", form = "sum in processes", model = "processes",
   script = "d2_processes", usage = COMPUTE, imports = "urllib.request, concurrent.futures.process",
   construct = "ProcessPoolExecutor" })

add { name = "node_tickets", systems = { "tickets" }, label = "node", model = "eventloop",
   construct = "node:http, async workers", package = "nodejs",
   argv = { "node", file "node_tickets.mjs", "{urls}", "{workers}", "{out}" },
   check = shell "command -v node", empty = { "node", "-e", "require('node:http')" } }
add { name = "node_sums", systems = { "sums" }, label = "node sum", model = "sequential", workers = { 1 },
   construct = "one loop", package = "nodejs",
   argv = { "node", file "node_sums.mjs", "{items}", "{workers}" },
   check = shell "command -v node", empty = { "node", "-e", "0" } }
for _, lua in ipairs { { "lua5.4", "Lua" }, { "luajit", "LuaJIT" } } do
   add { name = lua[1] .. "_sums", systems = { "sums" }, label = lua[2] .. " sum", model = "sequential",
      workers = { 1 }, construct = "one loop", package = lua[1],
      argv = { lua[1], file "lua_sums.lua", "{items}", "{workers}" },
      check = shell("command -v " .. lua[1]), empty = { lua[1], "-e", "" } }
end

-- --- tasks that wait --------------------------------------------------------------------------------

local function waiting(name, label, model, construct, imports, package)
   add { name = name, systems = { "waiting" }, label = label, model = model, construct = construct,
      argv = { PYTHON, file(name .. ".py"), "{workers}" }, check = { PYTHON, "-c", "import " .. imports },
      empty = { PYTHON, "-c", "import " .. imports }, package = package }
end

waiting("wait_asyncio", "asyncio", "eventloop", "asyncio.Event", "asyncio", "python3")
waiting("wait_gevent", "gevent", "coroutines", "gevent.event.Event", "gevent.event", "python3-gevent")
waiting("wait_threads", "threading", "threads", "threading.Event", "threading", "python3")
add { name = "wait_node", systems = { "waiting" }, label = "node", model = "eventloop",
   construct = "async functions, one promise", package = "nodejs",
   argv = { "node", file "wait_node.mjs", "{workers}" }, check = shell "command -v node",
   empty = { "node", "-e", "0" } }

local BAKEOFF = protected(bake.command_path())

for _, model in ipairs { "coroutines", "threads", "processes" } do
   add { name = "wait_" .. model .. "_bakeoff", systems = { "waiting" }, label = "bakeoff " .. model,
      model = model, package = "bakeoff",
      construct = model == "coroutines" and "a loop, a semaphore" or "a pool, idle",
      argv = { BAKEOFF, "run", file "wait_bakeoff.lua", "--model", model, "--tasks", "{workers}" },
      empty = { BAKEOFF, "--version" } }
end

-- --- memory that is known ---------------------------------------------------------------------------

local function weight(form, model, construct, variables)
   local suffix = variables and " (one arena)" or ""
   add { name = "weigh_" .. (form .. suffix):gsub("[()]", ""):gsub("[- ]", "_"), systems = { "weight" },
      label = form .. suffix, model = model, construct = construct, package = "python3",
      argv = { PYTHON, file "weigh.py", "{workers}", "--" .. form }, env = variables,
      check = { PYTHON, "-c", "import multiprocessing" }, empty = { PYTHON, "-c", "import multiprocessing" } }
end

weight("fork-read", "processes", "forked workers read the parent's data")
weight("fork-write", "processes", "forked workers write to the parent's data")
weight("spawn", "processes", "fresh workers make the data again")
weight("threads", "threads", "threads allocate and free in turn")
weight("threads", "threads", "the same with MALLOC_ARENA_MAX=1", { MALLOC_ARENA_MAX = "1" })

-- --- what scripts ask for ---------------------------------------------------------------------------

local ENTRY_FIELDS = { "label", "model", "argv", "env", "check", "package", "empty", "workers" }

local function copied(value)
   if type(value) ~= "table" then
      return value
   end
   local copy = {}
   for key, one in pairs(value) do
      copy[key] = copied(one)
   end
   return copy
end

--- All names, in the order of the comparisons.
function peers.names()
   local names = {}
   for i, record in ipairs(records) do
      names[i] = record.name
   end
   return names
end

--- Returns the contender entry of a peer as a new table. `overrides` has fields of contender entries that
-- replace the peer's own; the variables in its `env` are added.
function peers.get(name, overrides)
   local record = by_name[name]
   if not record then
      bake.fail("peers: there is no '%s'%s", tostring(name),
         bake.format.suggestion(tostring(name), peers.names()))
   end
   local entry = { "command" }
   for _, field in ipairs(ENTRY_FIELDS) do
      entry[field] = copied(record[field])
   end
   for field, value in pairs(overrides or {}) do
      if field == "env" and type(value) == "table" then
         for variable, content in pairs(value) do
            entry.env[variable] = content
         end
      else
         entry[field] = value
      end
   end
   return entry
end

local KINDS = "A, B, C, D, reference, tickets, sums, waiting, weight"

--- The records of a comparison ("A" to "D"), of one system ("A5"), or of another kind ("reference",
-- "tickets", "sums", "waiting", "weight"), in order. Records are shared: don't change them.
function peers.of(comparison)
   local found = {}
   for _, record in ipairs(records) do
      for _, system in ipairs(record.systems) do
         if system == comparison or system:match("^(%u)%d+$") == comparison then
            found[#found + 1] = record
         end
      end
   end
   if #found == 0 then
      bake.fail("peers: '%s' is not a comparison; write %s, or a system such as A5",
         tostring(comparison), KINDS)
   end
   return found
end

return peers
