---@meta _

-- # Pools and futures
-- Any Lua function on several processors, in any script. Functions and values travel as copies: data,
-- functions with what they captured (as it is at submit), modules by name. What can't travel (files,
-- coroutines, objects) is refused at submit, with the path to it. A function that captured a large table is
-- compared at each submit: give such data in `shared`.

---@class bakeoff
local bake = {}

---@class bakeoff.PoolOptions
---Threads or processes, up to 4096. Default: one per processor.
---@field workers? integer
---Each worker runs it first, with `shared`. If it fails, so does the pool, with its message. Default: none.
---@field init? fun(shared: table?)
---Data for all tasks, sent once: `bake.shared` in a worker, read-only. Default: none.
---@field shared? table
---Replaces a worker after so many tasks. Default: never.
---@field recycle? integer

---@class bakeoff.ThreadsOptions: bakeoff.PoolOptions
---One thread at a time runs Lua, as in CPython; it lets others in while it fetches or sleeps. Default: false.
---@field gil? boolean

---@class bakeoff.ProcessesOptions: bakeoff.PoolOptions
---`"fork"` is not possible beside threads; `"spawn"` starts a fresh program, anywhere. Default: `"fork"`.
---@field start? "fork"|"spawn"
---The largest task or result, from `"1KiB"` to below `"4GiB"`. Default: `"64MiB"`.
---@field frame_max? bakeoff.Size

---@class bakeoff.MapOptions
---Items that travel together. Default: 1.
---@field chunk? integer
---For the whole of it. Default: none.
---@field timeout? bakeoff.Duration
---Chunks that are on their way, at the most. Default: 4 per worker; for `map` at least as many as hold 4096
---items.
---@field window? integer

---@class bakeoff.ShutdownOptions
---Waits until all has ended. Default: true.
---@field wait? boolean
---Cancels what has not started. Default: false.
---@field cancel? boolean

---What became of a pool's tasks. Once all is collected, submitted = done + failed + lost + cancelled +
---broken.
---@class bakeoff.PoolCounts
---Handed over so far.
---@field submitted integer
---Ended well.
---@field done integer
---An error in the task.
---@field failed integer
---Their worker died.
---@field lost integer
---Before they started.
---@field cancelled integer
---The pool could not go on.
---@field broken integer
---What was sent between processes, in bytes.
---@field ipc_bytes integer
---Workers that were replaced.
---@field respawned integer
---Workers at present.
---@field workers integer

---Declare it `local pool <close>`: what is pending is then cancelled, what runs finishes. `#pool` is the
---number of its workers. A worker that dies loses only the task it had started, and is replaced.
---@class bakeoff.Pool
---@field private ship fun(self, fn: function): userdata
---@field private submit_chunk fun(self, ...): bakeoff.Future
---@field private arm fun(self): boolean
---@field private watched fun(self, on: boolean)
local pool = {}

---Raises where the function or an argument can't travel.
---@param fn function
---@param ... any its arguments
---@return bakeoff.Future future
function pool:submit(fn, ...) end

---Results of `fn(item)` in the items' order. The first failure cancels the rest.
---@param fn fun(item: any): any
---@param items any[]|fun(): any a list, or an iterator function that ends with nil
---@param options? bakeoff.MapOptions
---@return any[]? results
---@return string? message
---@return bakeoff.Code? code
---@return integer? index of the item that failed
function pool:map(fn, items, options) end

---The same as an iterator over `index, result` in the items' order; it takes items as it goes. A failed item
---gives `index, nil, message, code`, and the others go on.
---@param fn fun(item: any): any
---@param items any[]|fun(): any
---@param options? bakeoff.MapOptions
---@return fun(): integer?, any, string?, bakeoff.Code? iterator
function pool:imap(fn, items, options) end

---The same in the order of completion.
---@param fn fun(item: any): any
---@param items any[]|fun(): any
---@param options? bakeoff.MapOptions
---@return fun(): integer?, any, string?, bakeoff.Code? iterator
function pool:imap_unordered(fn, items, options) end

---Takes no more tasks. Harmless when repeated.
---@param options? bakeoff.ShutdownOptions
function pool:shutdown(options) end

---Also after the pool was closed.
---@return bakeoff.PoolCounts counts
function pool:counts() end

---CPU time that each worker has used for tasks.
---@return number[] seconds
function pool:cpu() end

---Why the pool is broken; nil while it isn't.
---@return string? reason
function pool:reason() end

---Takes what has ended, so that futures are done and callbacks run; waits for the first.
---@param timeout? bakeoff.Duration default: for ever
---@return integer? count of tasks that ended
---@return string? message
---@return bakeoff.Code? code
function pool:collect(timeout) end

---For loops of others: it is readable when `collect` has something to do.
---@return integer? descriptor nil once the pool is closed
function pool:fd() end

---Tasks whose futures are not done.
---@return integer count
function pool:outstanding() end

---A task's error; as a text it is its message.
---@class bakeoff.TaskError
---What went wrong, on one line.
---@field message string
---What kind of failure.
---@field code bakeoff.Code
---Of an error in the task.
---@field traceback? string
---What `error` was called with; of a loop's tasks.
---@field value? any
---The worker's number, from 1, as in `pool:cpu()`; of a pool's tasks.
---@field worker? integer
---The worker's process; of a pool's tasks.
---@field pid? integer
---Of a group: the errors that came later.
---@field others? bakeoff.TaskError[]

---What comes of a task in a pool.
---@class bakeoff.Future
---@field private take fun(self, results: table, first: integer, failures: table): integer?
local future = {}

---Waits; in a task of a loop others run meanwhile. A task cannot wait for its own pool (`"deadlock"`).
---@param timeout? bakeoff.Duration default: for ever
---@return any ... what the task returned, or nil, message, code
function future:result(timeout) end

---Waits, whatever comes of it.
---@param timeout? bakeoff.Duration default: for ever
---@return true? ended
---@return string? message
---@return bakeoff.Code? code
function future:wait(timeout) end

---Waits for the end.
---@param timeout? bakeoff.Duration default: for ever
---@return bakeoff.TaskError? problem nil when the task ended well
function future:error(timeout) end

---Has it ended, in whatever way?
---@return boolean is_done
function future:done() end

---Has a worker taken it, and its end is not known?
---@return boolean is_running
function future:running() end

---Did it end without having been started?
---@return boolean was_cancelled
function future:cancelled() end

---Only before a worker has taken it.
---@return boolean is_cancelled
function future:cancel() end

---Calls `fn(future)` once it has ended, at once if it has; from the thread that collects.
---@param fn fun(future: bakeoff.Future)
function future:on_done(fn) end

---The pool while the future is pending; nil afterwards.
---@return bakeoff.Pool? pool
function future:pool() end

---In a worker: the pool's `shared`, read-only; nil elsewhere.
---@type table?
bake.shared = nil

---Threads with a Lua state each. Raises an error for wrong options and where a worker's `init` fails.
---@param options? bakeoff.ThreadsOptions
---@return bakeoff.Pool pool
function bake.threads(options) end

---Processes. Raises as `bake.threads`, and where a fork is not possible.
---@param options? bakeoff.ProcessesOptions
---@return bakeoff.Pool pool
function bake.processes(options) end

---Iterates over futures and tasks as they end; they may be of several pools. At the end of the time limit,
---which is for all of them, it ends with nil, message, `"timeout"`.
---@param list (bakeoff.Future|bakeoff.Task)[]
---@param timeout? bakeoff.Duration default: none
---@return fun(): (bakeoff.Future|bakeoff.Task)?, string?, bakeoff.Code? iterator
function bake.as_completed(list, timeout) end

---Waits until all have ended, the first has, or the first has failed.
---@param list (bakeoff.Future|bakeoff.Task)[]
---@param condition? "all"|"first"|"first_error" default: `"all"`
---@param timeout? bakeoff.Duration default: none
---@return (bakeoff.Future|bakeoff.Task)[] done
---@return (bakeoff.Future|bakeoff.Task)[] pending
function bake.wait(list, condition, timeout) end
