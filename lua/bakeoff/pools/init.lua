--- Pools of workers: bake.threads, bake.processes. This module checks the options. submit, futures and
-- everything on the hot path are in C (src/lua/pool/pool.c); map and imap are in map.lua.
--
--    local pool <close> = bake.processes { workers = 4 }
--    local future = pool:submit(function(a, b) return a + b end, 1, 2)
--    print(future:result())
--
-- Options:
--    workers     default: one per processor
--    init        function that each worker calls first, with `shared`; if it fails, the pool fails
--    shared      a table that workers read as bake.shared; read-only
--    recycle     replace each worker after this number of tasks; default: never
--    gil         threads: only one runs Lua at a time, as in CPython
--    start       processes: "fork" (default) or "spawn", which starts a fresh program
--    frame_max   processes: the largest task or result; default "64MiB"

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local pools = {}

local MOST_WORKERS = 4096
local LARGEST_FRAME = 2 ^ 32 - 2

local function whole(least, most)
   return function(value, argument)
      local number = checks.whole(value, least, argument)
      if most and number > most then
         failure.usage("%s: %d is too many; write at most %d", argument, number, most)
      end
      return number
   end
end

local function a(kind)
   return function(value, argument)
      if type(value) ~= kind then
         failure.usage("%s: expected a %s, got a %s", argument, kind, type(value))
      end
      return value
   end
end

local function frame_max(value, argument)
   local bytes = units.bytes(value, argument)
   if bytes < 1024 or bytes > LARGEST_FRAME then
      failure.usage("%s: '%s' is out of range; write a size from \"1KiB\" to below \"4GiB\"", argument,
         tostring(value))
   end
   return bytes
end

local function start(value, argument)
   if value ~= "fork" and value ~= "spawn" then
      failure.usage('%s: \'%s\' is not a start method; write "fork" or "spawn"', argument, text.shown(value))
   end
   return value
end

local COMMON = {
   workers = whole(1, MOST_WORKERS), recycle = whole(1), init = a "function", shared = a "table",
}

local function with_common(own)
   for name, check in pairs(COMMON) do
      own[name] = check
   end
   return own
end

local THREADS = with_common { gil = a "boolean" }
local PROCESSES = with_common { start = start, frame_max = frame_max }

local function checked(given, known, what)
   given = given == nil and {} or given
   if type(given) ~= "table" then
      failure.usage("%s: expected a table of options, such as { workers = 4 }", what)
   end
   checks.refuse_unknown(given, text.sorted_keys(known), what)
   local options = {}
   for name, value in pairs(given) do
      options[name] = known[name](value, what .. ": " .. name)
   end
   options.workers = options.workers or core.system().cores_allowed
   return options
end

local BESIDE_THREADS = "this process has threads, which a fork would not copy: close thread pools and "
   .. 'loops first, or write start = "spawn"'

-- Failures of the system or of init (no more processes, say) end the script with a one-line message, as
-- bake.server's do.
local function create(options, what)
   local ok, pool, message, code = pcall(core.pool, options)
   if not ok then
      failure.usage("%s: %s", what, tostring(pool))
   elseif code == "busy" then
      failure.usage("%s: %s", what, BESIDE_THREADS)
   elseif not pool then
      failure.trial("%s: %s", what, message)
   end
   return pool
end

--- A pool for a trial's jobs: it records which worker runs what, and when, with those jobs. kind: "threads"
-- or "processes".
function pools.of_jobs(jobs, kind, workers, shared)
   local what = "bake." .. kind
   local options = checked({ workers = workers, shared = shared }, COMMON, what)
   options.kind, options.jobs = kind == "threads" and kind or "fork", jobs
   return create(options, what)
end

--- A pool of threads, each with a Lua state of its own.
function pools.threads(given)
   local options = checked(given, THREADS, "bake.threads")
   options.kind = "threads"
   return create(options, "bake.threads")
end

--- A pool of processes.
function pools.processes(given)
   local options = checked(given, PROCESSES, "bake.processes")
   options.kind = options.start or "fork"
   options.start = nil
   return create(options, "bake.processes")
end

local methods = core.pool_methods()
for name, method in pairs(require "bakeoff.pools.map") do
   methods[name] = method
end

return pools
