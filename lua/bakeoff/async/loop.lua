--- bake.loop { … }: runs coroutines on one thread, which wait for fetches, files, timers, pools and each
-- other.
--
--    local loop <close> = bake.loop { in_flight = 100, timeout = "10s" }
--    loop:go(function() … loop:fetch(url) … bake.sleep "1s" … end)
--    loop:run()
--
-- Options: in_flight (most concurrent transfers, default 100; the others queue), luv = require "luv" (run on
-- luv's loop), and the fields of bake.fetch, which are the defaults for all fetches.
--
--    loop:go(fn, …)                 → task
--    loop:run([task or function])   → true, or the outcome of the task; nil, message, code
--    loop:fetch(request)            → response, or nil, message, code [, response]; in a task
--    loop:fetch(request, on_done)   → task that calls on_done with these results; anywhere
--    loop:read(path [, { max_bytes = "1MiB" }]) → contents, or nil, message, code; in a task
--    loop:offload(pool, fn, …)      → the outcome of fn; in a task
--    loop:close()                   cancels pending tasks; `local loop <close>` calls it, too

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local request = require "bakeoff.net.request"
local task = require "bakeoff.async.task"
local units = require "bakeoff.base.units"

local loops = {}
local methods = core.loop_methods

-- loop → its checked request fields
local defaults = setmetatable({}, { __mode = "k" })

--- Makes a loop; see above. → loop, or nil, message, code
function loops.new(options)
   options = options or {}
   if type(options) ~= "table" then
      failure.usage("loop: expected a table such as { in_flight = 100 }, got a %s", type(options))
   end
   local fields = {}
   for name, value in pairs(options) do
      if name ~= "in_flight" and name ~= "luv" then
         fields[name] = value
      end
   end
   if options.in_flight ~= nil then
      checks.whole(options.in_flight, 1, "loop.in_flight")
   end
   return loops.open(options, request.check(fields, "loop", "in_flight", "luv"))
end

--- As loops.new, with the request fields in the form that request.check returns.
function loops.open(options, fields)
   local ok, loop, message, code =
      pcall(core.loop, { in_flight = options.in_flight, luv = options.luv, fetch = fields })
   if not ok then
      failure.usage("loop: %s", loop)
   elseif loop then
      defaults[loop] = fields
   end
   return loop, message, code
end

-- → the arguments of loop:request, which is in C: url, the request's own options or nil, whether to omit
-- headers
local function request_of(loop, given)
   local usual = defaults[loop]
   if type(given) == "string" then
      return given, nil, usual.headers_wanted == false
   elseif type(given) ~= "table" or type(given.url) ~= "string" then
      failure.usage('fetch: expected a URL, or a table such as { url = "http://…", timeout = "10s" }')
   end
   local own = request.complete(request.check(given, "fetch", "url"), usual)
   return given.url, own, own.headers_wanted == false
end

local function fetch_for(loop, on_done, ...) return on_done(loop:request(...)) end

function methods:fetch(given, on_done)
   if on_done == nil then
      return self:request(request_of(self, given))
   elseif type(on_done) ~= "function" then
      failure.usage("fetch: on_done: expected a function, got a %s", type(on_done))
   end
   return self:go(fetch_for, self, on_done, request_of(self, given))
end

local function with_path(path, contents, message, code)
   if contents then
      return contents
   end
   return nil, message and ("%s: %s"):format(path, message), code
end

function methods:read(path, options)
   if type(path) ~= "string" then
      failure.usage("read: expected a path, got a %s", type(path))
   end
   local max_bytes = options and options.max_bytes and units.bytes(options.max_bytes, "read.max_bytes")
   return with_path(path, self:read_file(path, max_bytes))
end

function methods.offload(_, pool, fn, ...) return task.await(pool:submit(fn, ...)) end

function methods:run(target)
   local until_task = type(target) == "function" and self:go(target) or target
   local ok, message, code = self:run_tasks(until_task)
   if not ok then
      return nil, message, code
   elseif until_task then
      return until_task:outcome()
   end
   return true
end

return loops
