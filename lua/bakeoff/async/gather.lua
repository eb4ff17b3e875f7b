--- bake.gather(list [, { errors = "values" }]): waits for all items of a list: tasks, futures, and functions,
-- which it runs as tasks.
--
-- → list of the items' (first) results in the list's order, with n; or, as soon as one fails, nil, message,
-- code, index, while the others continue. With errors = "values" it waits for all, and a failed item's result
-- is its error { message=, code=, … }. Cancelling the gather cancels everything it waits for.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local wait = require "bakeoff.async.wait"

local gather = {}

local function check(list, options)
   if type(list) ~= "table" then
      failure.usage("gather: expected a list of functions, tasks and futures, got a %s", type(list))
   end
   checks.refuse_unknown(options, { "errors" }, "gather")
   if options.errors ~= nil and options.errors ~= "values" then
      failure.usage("gather: errors: '%s' is unknown; write \"values\" or leave it out",
         tostring(options.errors))
   end
   for i, item in ipairs(list) do
      if type(item) ~= "function" then
         wait.check(item, ("gather: item %d"):format(i))
      end
   end
end

local function started(loop, list)
   local things = {}
   for i, item in ipairs(list) do
      things[i] = type(item) == "function" and loop:go(item) or item
   end
   return things
end

local function failed(_, thing) return thing:error() ~= nil end

local function values(things)
   local results = { n = #things }
   for i, thing in ipairs(things) do
      results[i] = thing:error() or (thing:result())
   end
   return results
end

function gather.gather(list, options)
   options = options or {}
   check(list, options)
   local things = started(core.loop_of(core.ticket "gather"), list)
   local with_values = options.errors == "values"
   local first = wait.or_cancel(things, "gather", "a task", not with_values and failed or nil)
   if first then
      local _, message, code = things[first]:result()
      return nil, message, code, first
   end
   return values(things)
end

return gather
