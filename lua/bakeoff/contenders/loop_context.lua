--- ctx for jobs that are coroutines on a loop: the methods wait, and other jobs run meanwhile. What was
-- waited for stands in the job's row (core.job_rows). Its like for blocking workers is
-- src/lua/jobs/task_context.c.

local core = require "bakeoff.core"
local await = require("bakeoff.async.task").await
local sleep = require("bakeoff.async.sleep").sleep

local context = {}

local methods = {}

local meta = {
   __index = function(_, name)
      local method = methods[name]
      if not method and name ~= "shared" then
         error(("ctx has no field '%s'"):format(tostring(name)), 2)
      end
      return method
   end,
}

--- The context of a slot, for one job after the other. state: of on_loop.lua.
function context.new(state, slot)
   return setmetatable({
      shared = state.shared,
      worker = slot,
      job = 0,
      _state = state,
      _slot = slot,
      _in_body = false,
   }, meta)
end

-- The job goes on with what it waited for.
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

--- The message of a function that returned nil (or false) and one: it fails the job. A number is a message,
-- too, as it is where C looks at the results. nil: the function succeeded.
function context.refusal(value, message)
   local kind = type(message)
   if not value and (kind == "string" or kind == "number") then
      return tostring(message)
   end
end

--- What went wrong in the last offload, as a future's error, or false.
function context.problem_of(ctx) return ctx._problem end

-- A worker that was lost takes the job along, whatever the task makes of it.
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

--- In the pool, where the contender has one; otherwise here and now, while the loop stands.
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

--- Writes while the loop stands, as a body of the declarative form is.
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
