--- ctx for jobs that are coroutines on a loop: while a method waits, other jobs run. Each wait is recorded in
-- the job's row (core.job_rows). The counterpart for blocking workers is src/lua/jobs/task_context.c.

local core = require "bakeoff.core"
local await = require("bakeoff.async.task").await
local sleep = require("bakeoff.async.sleep").sleep

local context = {}

local methods = {}

local meta = {
   __index = function(_, name)
      local method = methods[name]
      if not method and name ~= "shared" and name ~= "random" then
         error(("ctx has no field '%s'"):format(tostring(name)), 2)
      end
      return method
   end,
}

--- The context of a slot, used for one job after another. state: from on_loop.lua, borrowed.
function context.new(state, slot)
   return setmetatable({
      shared = state.shared,
      random = state.random,
      worker = slot,
      job = 0,
      _state = state,
      _slot = slot,
      _in_body = false,
   }, meta)
end

-- Records that the wait has ended; returns its results.
local function go_on(ctx, ...)
   ctx._state.rows:go_on(ctx._slot)
   return ...
end

function methods:fetch(request)
   local state = self._state
   state.rows:wait(self._slot, "fetch", core.current())
   return go_on(self, state.loop:fetch(request))
end

local function with_bytes(ctx, contents, ...)
   ctx._state.rows:go_on(ctx._slot, contents and #contents or 0)
   return contents, ...
end

function methods:read(path)
   local state = self._state
   state.rows:wait(self._slot, "read")
   return with_bytes(self, state.loop:read(path, { max_bytes = state.max_read }))
end

function methods:sleep(duration)
   self._state.rows:wait(self._slot, "sleep")
   return go_on(self, sleep(duration))
end

--- The message of a function that returned nil or false and a message, which fails the job; nil if the
-- function succeeded. A number counts as a message, as it does in C.
function context.refusal(value, message)
   local kind = type(message)
   if not value and (kind == "string" or kind == "number") then
      return tostring(message)
   end
end

--- The error of the last offload, in the form of a future's error, or false.
function context.problem_of(ctx) return ctx._problem end

-- If the pool's worker was lost, the job is lost too, however the task handles the error.
local function offloaded(ctx, future, ...)
   ctx._state.rows:go_on(ctx._slot)
   ctx._problem = future:error() or false
   if ctx._problem and ctx._problem.code == "lost" then
      ctx._lost = ctx._problem.message
   end
   return ...
end

local function inline(ctx, ok, value, ...)
   ctx._state.rows:go_on(ctx._slot)
   if ok then
      return value, ...
   end
   return nil, tostring(value), "task"
end

--- Calls fn in the contender's pool; without a pool, calls it at once and blocks the loop.
function methods:offload(fn, ...)
   local state = self._state
   if type(fn) ~= "function" then
      error(("offload: expected a function, got a %s"):format(type(fn)), 2)
   end
   if state.pool then
      local future = state.pool:submit(fn, ...)
      state.rows:wait(self._slot, "offload", future)
      return offloaded(self, future, await(future))
   end
   state.rows:wait(self._slot, "inline")
   return inline(self, pcall(fn, ...))
end

--- Writes a file and blocks the loop, as saving a response's body does.
function methods:save(name, data)
   local state = self._state
   local file, message, code = state.jobs:save(name, data)
   state.rows:saved(self._slot)
   return file, message, code
end

function methods.check(_, condition, message)
   if not condition then
      error(message == nil and "a check failed" or tostring(message), 2)
   end
   return condition
end

return context
