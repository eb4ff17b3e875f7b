---@meta _

-- # Experiments

---@class bakeoff
local bake = {}

---One job and everybody who does it. It has either `urls` (and `process`), or `items` and `task`; an
---experiment of commands alone needs neither.
---@class bakeoff.ExperimentOptions
---The result folder's name: letters, digits, `_`, `-` and `.`.
---@field name string
---What is done, in words for the charts: `"hash 100 files"`. Default: made from what is given.
---@field job? string
---The http(s) URLs to fetch: a list, `site:urls(pattern, count)`, or `bake.urls_from(file)`.
---@field urls? string[]
---The job's CPU part, in the worker. It returns a value, or `nil, message` when the job failed. Default:
---none.
---@field process? fun(response: bakeoff.Response): any, string?
---The general form: a list of values (numbers, texts, tables, functions).
---@field items? any[]
---What is done with each item. A job fails when it raises an error or returns nil and a message; what else it
---returns is its result. Threads and processes get a copy of the item and send the result back.
---@field task? fun(ctx: bakeoff.Context, item: any): any, string?
---With `task`: a table that each worker gets once, as `ctx.shared`, read-only. Default: none.
---@field shared? table
---Names, or entries with options. Default: with `urls` all but `hybrid` and `command`, with `task` all but
---`eventloop` and `command`.
---@field contenders? (string|bakeoff.Contender|bakeoff.Command)[]
---Worker counts: how many jobs may be in flight. Default: `{ 1, 4, 16 }`.
---@field workers? integer[]|integer
---Trials of each cell that count; or `"auto"`, see `auto`. Default: 10.
---@field repeats? integer|"auto"
---When automatic repeats stop. Default with `repeats = "auto"`: all of its defaults.
---@field auto? bakeoff.AutoRepeats
---Trials of each cell before those that count. Default: 1.
---@field warmup? integer
---Of the trials' order, of arrivals and of the intervals. Default: 1.
---@field seed? integer
---Time limit of one trial; a trial at its end is a failed row. Default: `"5min"`.
---@field timeout? bakeoff.Duration
---`"shared"`: connections are kept and used again; `"per-request"`: one for each URL. Default: `"shared"`.
---@field session? "shared"|"per-request"
---A folder that bodies are saved to, under safe names; with `task`, what `ctx:save` saves. Default: not
---saved.
---@field save? string
---How often memory is read, at least `"1ms"`. Default: `"10ms"`.
---@field sample_every? bakeoff.Duration
---Jobs of a trial that get a row in `jobs.csv`, at most: of more, one of each equal stretch, at random.
---Percentiles, counts and the peak in flight are of all jobs. Default: 10000.
---@field job_rows? integer
---An open loop: jobs start at this rate, whether others have ended or not, up to 1,000,000/s; `false` is a
---closed loop. Default: a closed loop.
---@field rate? bakeoff.Rate|false
---Of an open loop: `"constant"`, evenly spaced, or `"poisson"`, at random by the seed, the same for all
---contenders of a block. Default: `"constant"`.
---@field arrivals? "constant"|"poisson"
---Of an open loop: a job that finds so many waiting is dropped. Default: no bound.
---@field max_queue? integer
---The server whose counts stand beside the client's. Default: the one that made `urls`.
---@field server? bakeoff.Site
---How to fetch. Default: the defaults of each field.
---@field request? bakeoff.Request

---Automatic repeats: block after block until every ratio to the reference is known narrowly enough. Report
---and manifest say what stopped them.
---@class bakeoff.AutoRepeats
---Enough when the interval of every ratio is narrower than this. Default: `"5%"`.
---@field width? bakeoff.Share
---Blocks at most. Default: 50.
---@field most? integer
---Blocks at least; no fewer than an interval needs, 6. Default: 6.
---@field least? integer
---No block begins that would not fit into this time. Default: `"2min"`.
---@field budget? bakeoff.Duration

---A contender with options: `{ "threads", gil = true, label = "threads (one interpreter)" }`. Fields of the
---experiment that stand here too hold for this entry alone.
---@class bakeoff.Contender
---Its name.
---@field [1] "sequential"|"threads"|"processes"|"eventloop"|"coroutines"|"hybrid"
---Its name in tables and charts, unique, without commas and double quotes. Default: the name, with a rate of
---its own added.
---@field label? string
---`threads`: one interpreter lock for all: one thread at a time runs Lua, for 5 ms while others wait; whoever
---fetches, reads, sleeps or saves releases it. Default: no lock.
---@field gil? boolean
---`hybrid`: its pool; processes are forked. Default: `"threads"`.
---@field offload? "threads"|"processes"
---`hybrid`: workers of its pool, up to 1024. Default: one per processor.
---@field offload_workers? integer
---Its own worker counts; with a single one it stands in every chart of one count. Default: the experiment's.
---@field workers? integer[]|integer
---As the experiment's. Default: the experiment's.
---@field session? "shared"|"per-request"
---As the experiment's. Default: the experiment's.
---@field rate? bakeoff.Rate|false
---As the experiment's. Default: the experiment's.
---@field arrivals? "constant"|"poisson"
---As the experiment's. Default: the experiment's.
---@field max_queue? integer

---Another program as a contender: `{ "command", argv = { "curl", "{url}" } }`. In `argv`, `empty`, `prepare`,
---values of `env`, `cwd`, `stdin` and `stdout` placeholders stand for what a trial has: `{urls}` (a file with
---one URL a line), `{url}` (the first), `{items}` (a file with one item a line; texts and numbers only),
---`{count}`, `{workers}`, `{seed}`, `{repeat}` (0 in warm-ups) and `{out}` (an empty folder, removed
---afterwards). `{{urls}}` is the text `{urls}`; other braces are left alone. File names are absolute.
---@class bakeoff.Command
---Its name.
---@field [1] "command"
---Its name in tables and charts. Default: the program's name.
---@field label? string
---The words of its command line: no shell takes part; the program is looked up in its `PATH`.
---@field argv string[]
---Its own worker counts. Default: the experiment's, or just one if `{workers}` stands nowhere.
---@field workers? integer[]|integer
---Whose colours it gets: a contender's name, or `"other"`. Default: guessed from the label.
---@field model? string
---Added to the environment; `false` takes a variable away.
---@field env? table<string, string|number|false>
---Its folder. Default: the present one.
---@field cwd? string
---A file that it reads. Default: `/dev/null`.
---@field stdin? string
---A file that it writes to. Default: `/dev/null`.
---@field stdout? string
---An empty run, made beside each trial: what its interpreter costs to start. Default: none.
---@field empty? string[]
---Run before each trial, warm-ups too; not timed. If it fails, so does the trial. Default: none.
---@field prepare? string[]
---Must end with code 0, in `cwd` and with `env`, within a minute, or the contender is not run. Default: none.
---@field check? string[]
---What to install where the program, or what `check` looks for, is missing; the report says so. Without it a
---missing program is a usage error.
---@field package? string
---Exit codes that mean success, or `"all"`. Default: `{ 0 }`.
---@field ok_codes? integer[]|integer|"all"
---What was varied: `{ { "level", "9" } }`; exports name it.
---@field parameters? (string|number)[][]

---A checked experiment; nothing has run yet.
---@class bakeoff.Experiment
---The folder that its run folder goes to.
---@field private ship fun(self)
---@field private jobs_of fun(self, entry: table)
---@field private conditions fun(self): string
---@field private __index table
---@field private new fun(given: table)
local experiment = {}

---Runs every trial in a fresh process, block by block in a seeded random order; each row is on disk before
---the next trial starts. Ctrl-C keeps what is done and ends the script (exit code 130); `--resume` runs what
---is missing. A trial that fails, hangs or dies is a failed row, never an error here.
---@return bakeoff.Results results
function experiment:run() end

---Checks everything that can be checked before measuring, and completes it with what the command line says.
---Raises a usage error that names the field. A contender that can't run here (its `check` failed) is left
---out, and named.
---@param options bakeoff.ExperimentOptions
---@return bakeoff.Experiment experiment
function bake.experiment(options) end

---Reads a URL list: one per line; blank lines and lines that begin with `#` are skipped. Raises a usage error
---that names file and line where it can't be read, is empty, or has what is no http(s) URL.
---@param path string
---@param argument? string for messages, such as `"--list"`
---@return string[] urls
function bake.urls_from(path, argument) end

-- # What a task can do: ctx
-- What a method waits for blocks a thread or process; on a loop (`coroutines`, `hybrid`) other jobs run
-- meanwhile.

---@class bakeoff.Context
---The experiment's `shared`; nil without one.
---@field shared? table
---The item's place in the list.
---@field job integer
---The number of the worker, or of the slot on a loop; from 1.
---@field worker integer
local ctx = {}

---Fields that the request leaves out are those of the experiment's `request`.
---@param request string|bakeoff.Request a URL, or a table with `url`
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed what came of the response that failed
function ctx:fetch(request) end

---A whole file.
---@param path string
---@return string? content
---@return string? message
---@return bakeoff.Code? code
function ctx:read(path) end

---Waits.
---@param duration bakeoff.Duration
function ctx:sleep(duration) end

---Computes: in its pool with `hybrid`, where function, arguments and results are copied; elsewhere here and
---now.
---@param fn function
---@param ... any its arguments
---@return any ... what it returns, or nil, message, code
function ctx:offload(fn, ...) end

---Writes a file into the experiment's folder `save`; it is there whole or not at all. A name that is no plain
---file name is changed into one.
---@param name string
---@param data string
---@return string? file the file's name
---@return string? message
---@return bakeoff.Code? code
function ctx:save(name, data) end

---Fails the job with the message where the condition is false or nil.
---@param condition any
---@param message? string default: `"a check failed"`
---@return any condition
function ctx:check(condition, message) end
