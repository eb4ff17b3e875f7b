---@meta _

-- # The loop
-- Coroutines that wait together on one thread: for fetches, files, the clock, pools and each other. Only a
-- task itself can wait: not a coroutine that it made, not a callback, not a function called from C such as
-- the comparison of `table.sort`. Iterators, metamethods and `pcall` can.

---@class bakeoff
local bake = {}

---Other fields than these two hold for all fetches that don't say otherwise.
---@class bakeoff.LoopOptions: bakeoff.Request
---Transfers at once; the others wait in order. Default: 100.
---@field in_flight? integer
---Run on luv's loop: `luv = require "luv"`. luv's callbacks may start tasks and wake them, not wait. It must
---share libuv with bakeoff, as Debian's does; `uv.walk` can't be used then. Default: a loop of its own.
---@field luv? table

---@class bakeoff.ReadOptions
---A longer file fails with the code `"too_large"`. Default: `"64MiB"`.
---@field max_bytes? bakeoff.Size

---Declare it `local loop <close>`. `#loop` is the number of tasks that have not ended. An error that nobody
---asked for is a warning (`warn`) when the loop is closed; `bakeoff run` shows warnings. A loop isn't used in
---a forked copy.
---@class bakeoff.Loop
---@field private request fun(self, ...): bakeoff.Response?
---@field private read_file fun(self, path: string, max_bytes: integer?): string?
---@field private run_tasks fun(self, task: bakeoff.Task?): true?
local loop = {}

---Runs `fn` as a coroutine of the loop.
---@param fn function
---@param ... any its arguments
---@return bakeoff.Task task
function loop:go(fn, ...) end

---Runs until all tasks have ended, or that one has. Tasks that wait for each other with nothing else under
---way end it with the code `"deadlock"`; the message says how many wait for what.
---@param target? bakeoff.Task|function a function becomes a task
---@return any ... true, or what that task returned; or nil, message, code
function loop:run(target) end

---In a task: waits for the response. With `on_done`, from anywhere: returns a task of its own that calls it
---with the same values.
---@overload fun(self: bakeoff.Loop, request: string|bakeoff.Request, on_done: function): bakeoff.Task
---@param request string|bakeoff.Request
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed
function loop:fetch(request) end

---In a task: a whole file, read by threads that stay; make forked pools and run experiments before.
---@param path string
---@param options? bakeoff.ReadOptions
---@return string? content
---@return string? message
---@return bakeoff.Code? code
function loop:read(path, options) end

---In a task: runs in a pool's worker.
---@param pool bakeoff.Pool
---@param fn function
---@param ... any its arguments
---@return any ... what it returns, or nil, message, code
function loop:offload(pool, fn, ...) end

---Calls `fn` whenever the descriptor is readable, until the watch is closed.
---@param fd integer
---@param fn fun()
---@return bakeoff.Watch? watch
---@return string? message
---@return bakeoff.Code? code
function loop:watch(fd, fn) end

---Cancels what is pending. Harmless when repeated.
function loop:close() end

---@class bakeoff.Watch
local watch = {}

---Harmless when repeated.
function watch:close() end

---A coroutine of a loop.
---@class bakeoff.Task
---@field private cancelling fun(self): integer
---@field private uncancel fun(self): integer
---@field private outcome fun(self): any
---@field private failure fun(self): bakeoff.TaskError?
local task = {}

---Waits in a task. The task goes on when the wait ends early.
---@param timeout? bakeoff.Duration default: for ever
---@return any ... what its function returned, or nil, message, code
function task:result(timeout) end

---Waits in a task for its end.
---@param timeout? bakeoff.Duration default: for ever
---@return bakeoff.TaskError? problem nil when it ended well
function task:error(timeout) end

---Has it ended?
---@return boolean is_done
function task:done() end

---Has it begun, and not ended?
---@return boolean is_running
function task:running() end

---Did it end by being cancelled?
---@return boolean was_cancelled
function task:cancelled() end

---Raises `bake.cancelled` where the task waits; to-be-closed variables are closed and may wait for that. What
---it waited for is dropped. A task that catches it may go on.
---@return boolean asked false when it has ended
function task:cancel() end

---Calls `fn(task)` from the loop when the task ends, at once if it has.
---@param fn fun(task: bakeoff.Task)
function task:on_done(fn) end

---A loop of coroutines. Raises a usage error for wrong options.
---@param options? bakeoff.LoopOptions
---@return bakeoff.Loop? loop
---@return string? message
---@return bakeoff.Code? code
function bake.loop(options) end

---In a task, others run meanwhile; outside of loops the thread sleeps.
---@param duration bakeoff.Duration
function bake.sleep(duration) end

---Waits in a task. Who is cancelled meanwhile cancels what it waits for.
---@param thing bakeoff.Task|bakeoff.Future
---@return any ... its results, or nil, message, code
function bake.await(thing) end

---@class bakeoff.GatherOptions
---`"values"`: waits for all, and the error of a failed one stands in its place. Default: the first failure
---ends it.
---@field errors? "values"

---Runs functions as tasks and waits for these, for tasks and for futures, all together. The first failure
---ends the wait while the others go on. A gather that is cancelled cancels all it waits for.
---@param list (function|bakeoff.Task|bakeoff.Future)[]
---@param options? bakeoff.GatherOptions
---@return any[]? results the first one of each, in the list's order, with `n`; nil at the first failure
---@return string? message
---@return bakeoff.Code? code
---@return integer? index of the one that failed
function bake.gather(list, options) end

---Tasks of which none outlives the group.
---@class bakeoff.TaskGroup
---@field private member_ended fun(self, member: bakeoff.Task)
---@field private owner bakeoff.Task
---@field private loop bakeoff.Loop
---@field private members table
---@field private count integer
---@field private errors bakeoff.TaskError[]
---@field private __index table
local group = {}

---Raises once the group is ending.
---@param fn function
---@param ... any its arguments
---@return bakeoff.Task task
function group:go(fn, ...) end

---Cancels all members.
function group:cancel() end

---Calls `body(group, …)` and waits for all members. The first error cancels the others and is raised again
---when they have ended, as a [TaskError](#taskerror). Whoever cancels the waiting task cancels all members.
---@param body fun(group: bakeoff.TaskGroup, ...): any
---@param ... any
---@return any ... what the body returned
function bake.group(body, ...) end

---What `body` would have raised had it been cancelled: see `task:cancel`.
---@type userdata
bake.cancelled = nil

---Runs `fn` in the calling task and cancels it, where it waits, when it takes longer.
---@param duration bakeoff.Duration
---@param fn function
---@param ... any its arguments
---@return any ... what it returns, or nil, message, `"timeout"`
function bake.timeout(duration, fn, ...) end

---At most n at once, in order.
---@class bakeoff.Semaphore
---@field private free integer
---@field private head integer
---@field private tail integer
---@field private queue table
---@field private __index table
local semaphore = {}

---Waits in the calling task until one is free.
function semaphore:acquire() end

---Gives it back; from anywhere.
function semaphore:release() end

---Would `acquire` wait?
---@return boolean is_locked
function semaphore:locked() end

---Acquires, calls `fn(…)`, releases, whatever comes of it.
---@param fn function
---@param ... any its arguments
---@return any ... what it returns
function semaphore:with(fn, ...) end

---A semaphore for the tasks of a loop.
---@param n integer from 0
---@return bakeoff.Semaphore semaphore
function bake.semaphore(n) end
