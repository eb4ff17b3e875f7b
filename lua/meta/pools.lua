---@meta _

-- # Pools and futures
-- A pool runs Lua functions on several processors, in any script. Functions and values are copied to the
-- workers: data, functions with their upvalues (as they are when you submit), modules by name. Whatever can't
-- be copied (files, coroutines, objects) raises an error on submitting; the message names the path to it.
-- Upvalues are compared on every submit, which is slow for a large table: put such data into `shared`.

---@class bakeoff
local bake = {}

---@class bakeoff.PoolOptions
---The number of threads or processes, up to 4096. Default: one per processor.
---@field workers? integer
---Each worker calls this function first, with `shared`. If it fails, the pool fails with its message.
---Default: none.
---@field init? fun(shared: table?)
---Data for all tasks, sent to each worker once; there it is `bake.shared`, read-only. Default: none.
---@field shared? table
---Replace a worker after this many tasks. Default: never.
---@field recycle? integer

---@class bakeoff.ThreadsOptions: bakeoff.PoolOptions
---Let only one thread at a time run Lua, as in CPython; a thread lets others run while it fetches or sleeps.
---Default: false.
---@field gil? boolean

---@class bakeoff.ProcessesOptions: bakeoff.PoolOptions
---How worker processes start. `"fork"` is not possible in a process that has threads; `"spawn"` starts a new
---program and is always possible. Default: `"fork"`.
---@field start? "fork"|"spawn"
---Size limit of a task or result, from `"1KiB"` to just below `"4GiB"`. Default: `"64MiB"`.
---@field frame_max? bakeoff.Size

---@class bakeoff.MapOptions
---How many items are sent to a worker together. Default: 1.
---@field chunk? integer
---Time limit of the whole call. Default: none.
---@field timeout? bakeoff.Duration
---How many chunks may be under way at once. Default: 4 per worker; for `map` at least as many as hold 4096
---items.
---@field window? integer

---@class bakeoff.ShutdownOptions
---Wait until all tasks have ended. Default: true.
---@field wait? boolean
---Cancel tasks that have not started. Default: false.
---@field cancel? boolean

---What happened to a pool's tasks. Once all have been collected, submitted = done + failed + lost + cancelled
---+ broken.
---@class bakeoff.PoolCounts
---Tasks submitted so far.
---@field submitted integer
---Tasks that succeeded.
---@field done integer
---Tasks that raised an error.
---@field failed integer
---Tasks whose worker died.
---@field lost integer
---Tasks cancelled before they started.
---@field cancelled integer
---Tasks that ended because the pool could not go on.
---@field broken integer
---Bytes sent between processes.
---@field ipc_bytes integer
---Workers replaced so far.
---@field respawned integer
---The current number of workers.
---@field workers integer

---Declare it as `local pool <close>`: closing cancels pending tasks and lets running ones finish. `#pool` is
---the number of workers. A worker that dies loses only the task that it was running, and is replaced. If ten
---in a row die (in a larger pool: twice as many as it has workers) and no task is answered in between, the pool
---gives up: the tasks that are left end with the code `"broken"` and the reason.
---@class bakeoff.Pool
---@field private encode fun(self, fn: function): userdata
---@field private submit_chunk fun(self, ...): bakeoff.Future
---@field private arm fun(self): boolean
---@field private watched fun(self, on: boolean)
local pool = {}

---Hands a call of `fn` to the pool and returns at once. Raises an error if the function or an argument can't
---be copied.
---@param fn function
---@param ... any arguments of `fn`
---@return bakeoff.Future future
function pool:submit(fn, ...) end

---Calls `fn` for every item and returns the results in the order of the items. The first failure cancels the
---rest.
---@param fn fun(item: any): any
---@param items any[]|fun(): a list, or an iterator function that returns nil at the end
---@param options? bakeoff.MapOptions
---@return any[]? results
---@return string? message
---@return bakeoff.Code? code
---@return integer? index of the item that failed
function pool:map(fn, items, options) end

---Calls `fn` for every item and returns an iterator over `index, result` in the order of the items. It takes
---items only as it needs them. A failed item yields `index, nil, message, code`, and the others go on.
---@param fn fun(item: any): any
---@param items any[]|fun(): any
---@param options? bakeoff.MapOptions
---@return fun(): integer?, any, string?, bakeoff.Code? iterator
function pool:imap(fn, items, options) end

---Like `pool:imap`, but in the order in which items are completed.
---@param fn fun(item: any): any
---@param items any[]|fun(): any
---@param options? bakeoff.MapOptions
---@return fun(): integer?, any, string?, bakeoff.Code? iterator
function pool:imap_unordered(fn, items, options) end

---Accepts no more tasks. Calling it again is harmless.
---@param options? bakeoff.ShutdownOptions
function pool:shutdown(options) end

---Returns the pool's counts, even after it has been closed.
---@return bakeoff.PoolCounts counts
function pool:counts() end

---Returns the CPU time that each worker has used for tasks.
---@return number[] seconds
function pool:cpu() end

---Returns the reason why the pool can't go on; nil as long as it can.
---@return string? reason
function pool:reason() end

---Collects ended tasks, so that their futures become done and callbacks run. Waits until there is at least
---one.
---@param timeout? bakeoff.Duration default: no limit
---@return integer? count of tasks that ended
---@return string? message
---@return bakeoff.Code? code
function pool:collect(timeout) end

---Returns a file descriptor that is readable when there is something to collect, for event loops of other
---libraries.
---@return integer? descriptor nil once the pool is closed
function pool:fd() end

---Returns the number of tasks whose futures are not done.
---@return integer count
function pool:outstanding() end

---The error of a task. `tostring` returns its message.
---@class bakeoff.TaskError
---What went wrong, in one line.
---@field message string
---The kind of failure.
---@field code bakeoff.Code
---The traceback, if the task raised an error.
---@field traceback? string
---Tasks of a loop: the value that `error` was called with.
---@field value? any
---Tasks of a pool: the number of the worker, from 1, as in `pool:cpu()`.
---@field worker? integer
---Tasks of a pool: the process id of the worker.
---@field pid? integer
---Groups: the errors that followed the first one.
---@field others? bakeoff.TaskError[]

---The result of a pool's task, available once the task has ended.
---@class bakeoff.Future
---@field private take fun(self, results: table, first: integer, failures: table): integer?
local future = {}

---Waits for the task's results. In a task of a loop, other tasks run in the meantime. A pool's task can't
---wait for a task of the same pool (`"deadlock"`).
---@param timeout? bakeoff.Duration default: no limit
---@return any ... the task's results, or nil, message, code
function future:result(timeout) end

---Waits until the task has ended, whether it succeeded or not.
---@param timeout? bakeoff.Duration default: no limit
---@return true? ended
---@return string? message
---@return bakeoff.Code? code
function future:wait(timeout) end

---Waits until the task has ended, and returns its error.
---@param timeout? bakeoff.Duration default: no limit
---@return bakeoff.TaskError? problem nil if the task succeeded
function future:error(timeout) end

---Says whether the task has ended, in whatever way.
---@return boolean is_done
function future:done() end

---Says whether a worker has taken the task and, as far as is known, still runs it.
---@return boolean is_running
function future:running() end

---Says whether the task was cancelled before it started.
---@return boolean was_cancelled
function future:cancelled() end

---Cancels the task; possible only before a worker has taken it.
---@return boolean is_cancelled
function future:cancel() end

---Calls `fn(future)` when the task has ended, or at once if it already has. The thread that collects makes
---the call.
---@param fn fun(future: bakeoff.Future)
function future:on_done(fn) end

---Returns the pool while the future is pending; nil afterwards.
---@return bakeoff.Pool? pool
function future:pool() end

---In a worker: the pool's `shared`, read-only. Elsewhere: nil.
---@type table?
bake.shared = nil

---Creates a pool of threads, each with its own Lua state. Raises an error for invalid options and if a
---worker's `init` fails.
---@param options? bakeoff.ThreadsOptions
---@return bakeoff.Pool pool
function bake.threads(options) end

---Creates a pool of processes. Raises errors as `bake.threads` does, and if a fork is not possible.
---@param options? bakeoff.ProcessesOptions
---@return bakeoff.Pool pool
function bake.processes(options) end

---Iterates over futures and tasks in the order in which they end; they may belong to several pools. The time
---limit is for all of them together; when it is reached, the iterator raises an error, since a loop that just
---ends would look as if all were done.
---@param list (bakeoff.Future|bakeoff.Task)[]
---@param timeout? bakeoff.Duration default: none
---@return fun(): (bakeoff.Future|bakeoff.Task)? iterator
function bake.as_completed(list, timeout) end

---Waits until all have ended (`"all"`), until the first has ended (`"first"`), or until the first has failed
---(`"first_error"`).
---@param list (bakeoff.Future|bakeoff.Task)[]
---@param condition? "all"|"first"|"first_error" default: `"all"`
---@param timeout? bakeoff.Duration default: none
---@return (bakeoff.Future|bakeoff.Task)[] done
---@return (bakeoff.Future|bakeoff.Task)[] pending
function bake.wait(list, condition, timeout) end
