---@meta _

-- # The loop
-- A loop runs many coroutines, called tasks, on one thread. While one task waits for a fetch, a file, the
-- clock, a pool or another task, the others run. Only a task itself can wait: not a coroutine that it
-- created, not a callback, and not a function called from C such as the comparison of `table.sort`.
-- Iterators, metamethods and functions under `pcall` can.

---@class bakeoff
local bake = {}

---All fields except these two are defaults for the loop's fetches.
---@class bakeoff.LoopOptions: bakeoff.Request
---How many transfers run at once; the others wait in order. Default: 100.
---@field in_flight? integer
---Run on luv's loop: `luv = require "luv"`. Callbacks of luv may start tasks and wake them, but they can't
---wait. luv must share libuv with bakeoff, as Debian's package does. Don't use `uv.walk` then. Default: a
---loop of its own.
---@field luv? table

---@class bakeoff.ReadOptions
---Size limit; a longer file fails with the code `"too_large"`. Default: `"64MiB"`.
---@field max_bytes? bakeoff.Size

---Declare it as `local loop <close>`. `#loop` is the number of tasks that have not ended. If a task failed
---and nobody asked for its result, closing the loop issues a warning (`warn`); `bakeoff run` shows warnings.
---A loop can't be used in a forked copy of the process.
---@class bakeoff.Loop
---@field private request fun(self, ...): bakeoff.Response?
---@field private read_file fun(self, path: string, max_bytes: integer?): string?
---@field private run_tasks fun(self, task: bakeoff.Task?): true?
local loop = {}

---Starts `fn` as a task of the loop.
---@param fn function
---@param ... any arguments of `fn`
---@return bakeoff.Task task
function loop:go(fn, ...) end

---Runs the loop until all tasks have ended, or until the given one has. If all remaining tasks wait for each
---other and nothing else can happen, it returns with the code `"deadlock"`; the message says how many tasks
---wait for what.
---@param target? bakeoff.Task|function a task to wait for; a function is started as a task first
---@return any ... true, or the results of the given task; or nil, message, code
function loop:run(target) end

---In a task: fetches a URL and waits for the response. With `on_done`, which is possible anywhere: starts a
---task that fetches it and calls `on_done` with the same values, and returns this task.
---@overload fun(self: bakeoff.Loop, request: string|bakeoff.Request, on_done: function): bakeoff.Task
---@param request string|bakeoff.Request
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed after a failure: the response as far as it arrived
function loop:fetch(request) end

---In a task: reads a whole file. Threads do the reading, and they stay: create forked pools and run
---experiments before the first call.
---@param path string
---@param options? bakeoff.ReadOptions
---@return string? content
---@return string? message
---@return bakeoff.Code? code
function loop:read(path, options) end

---In a task: calls `fn` in a worker of the pool and waits for its results.
---@param pool bakeoff.Pool
---@param fn function
---@param ... any arguments of `fn`
---@return any ... the results of `fn`, or nil, message, code
function loop:offload(pool, fn, ...) end

---Calls `fn` whenever the file descriptor is readable, until the watch is closed.
---@param fd integer
---@param fn fun()
---@return bakeoff.Watch? watch
---@return string? message
---@return bakeoff.Code? code
function loop:watch(fd, fn) end

---Closes the loop and cancels pending tasks. Calling it again is harmless.
function loop:close() end

---A watched file descriptor, from `loop:watch`.
---@class bakeoff.Watch
local watch = {}

---Ends the watch. Calling it again is harmless.
function watch:close() end

---A coroutine that a loop runs.
---@class bakeoff.Task
---@field private cancelling fun(self): integer
---@field private uncancel fun(self): integer
---@field private outcome fun(self): any
---@field private failure fun(self): bakeoff.TaskError?
local task = {}

---In a task: waits until this task has ended. If the time limit comes first, the task goes on.
---@param timeout? bakeoff.Duration default: no limit
---@return any ... the results of its function, or nil, message, code
function task:result(timeout) end

---In a task: waits until this task has ended, and returns its error.
---@param timeout? bakeoff.Duration default: no limit
---@return bakeoff.TaskError? problem nil if it succeeded
function task:error(timeout) end

---Says whether the task has ended.
---@return boolean is_done
function task:done() end

---Says whether the task has started and not yet ended.
---@return boolean is_running
function task:running() end

---Says whether the task ended because it was cancelled.
---@return boolean was_cancelled
function task:cancelled() end

---Raises `bake.cancelled` in the task at the point where it waits, and drops what it was waiting for. Its
---to-be-closed variables are closed, and closing them may wait. A task that catches the error may go on.
---@return boolean asked false if the task has already ended
function task:cancel() end

---Calls `fn(task)` from the loop when the task ends, or at once if it already has.
---@param fn fun(task: bakeoff.Task)
function task:on_done(fn) end

---Creates a loop. Raises a usage error for invalid options.
---@param options? bakeoff.LoopOptions
---@return bakeoff.Loop? loop
---@return string? message
---@return bakeoff.Code? code
function bake.loop(options) end

---Waits for a duration. In a task, others run in the meantime; outside of loops, the thread sleeps.
---@param duration bakeoff.Duration
function bake.sleep(duration) end

---In a task: waits for a task or a future. Cancelling the waiting task also cancels what it waits for.
---@param thing bakeoff.Task|bakeoff.Future
---@return any ... the results of `thing`, or nil, message, code
function bake.await(thing) end

---@class bakeoff.GatherOptions
---`"values"`: wait for all; the error of a failed entry takes the place of its result. Default: the first
---failure ends the wait.
---@field errors? "values"

---In a task: runs functions as tasks and waits for them, and for the tasks and futures in the list. The first
---failure ends the wait, but the others go on. Cancelling the waiting task cancels all that it waits for.
---@param list (function|bakeoff.Task|bakeoff.Future)[]
---@param options? bakeoff.GatherOptions
---@return any[]? results the first result of each entry, in the list's order, with `n`; nil after a failure
---@return string? message
---@return bakeoff.Code? code
---@return integer? index of the entry that failed
function bake.gather(list, options) end

---A group of tasks that all end before the group does.
---@class bakeoff.TaskGroup
---@field private member_ended fun(self, member: bakeoff.Task)
---@field private owner bakeoff.Task
---@field private loop bakeoff.Loop
---@field private members table
---@field private count integer
---@field private errors bakeoff.TaskError[]
---@field private __index table
local group = {}

---Starts `fn` as a task of the group. Raises an error once the group is ending.
---@param fn function
---@param ... any arguments of `fn`
---@return bakeoff.Task task
function group:go(fn, ...) end

---Cancels all tasks of the group.
function group:cancel() end

---In a task: calls `body(group, …)` and then waits for all tasks of the group. The first error cancels the
---other tasks; once they have ended, it is raised again as a [TaskError](#taskerror). Cancelling the waiting
---task cancels the whole group.
---@param body fun(group: bakeoff.TaskGroup, ...): any
---@param ... any further arguments of `body`
---@return any ... the results of `body`
function bake.group(body, ...) end

---The error that is raised in a task that is cancelled, see `task:cancel`.
---@type userdata
bake.cancelled = nil

---Calls `fn` in the calling task and cancels the call, at a point where it waits, if it takes longer than
---`duration`.
---@param duration bakeoff.Duration
---@param fn function
---@param ... any arguments of `fn`
---@return any ... the results of `fn`, or nil, message, `"timeout"`
function bake.timeout(duration, fn, ...) end

---Lets at most n tasks through at once, in the order in which they asked.
---@class bakeoff.Semaphore
---@field private free integer
---@field private head integer
---@field private tail integer
---@field private queue table
---@field private __index table
local semaphore = {}

---In a task: waits until one of the n slots is free, and takes it.
function semaphore:acquire() end

---Frees a slot. It may be called anywhere, not only in tasks.
function semaphore:release() end

---Says whether `acquire` would have to wait.
---@return boolean is_locked
function semaphore:locked() end

---Acquires a slot, calls `fn(…)` and releases the slot, even if `fn` raises an error.
---@param fn function
---@param ... any arguments of `fn`
---@return any ... the results of `fn`
function semaphore:with(fn, ...) end

---Creates a semaphore with n slots for the tasks of a loop.
---@param n integer from 0
---@return bakeoff.Semaphore semaphore
function bake.semaphore(n) end
