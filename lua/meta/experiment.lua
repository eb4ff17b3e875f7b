---@meta _

-- # Experiments

---@class bakeoff
local bake = {}

---One job, and the contenders that do it. Give either `urls` (with or without `process`), or `items` and
---`task`. An experiment whose contenders are all commands needs neither.
---@class bakeoff.ExperimentOptions
---The name of the result folder: letters, digits, `_`, `-` and `.`.
---@field name string
---A few words for the charts that say what is done: `"hash 100 files"`. Default: derived from the other
---fields.
---@field job? string
---The http(s) URLs to fetch: a list, `site:urls(pattern, count)`, `bake.urls_from(file)` or
---`bake.recorded(file)`.
---@field urls? string[]
---The CPU part of the job, called in the worker with each response. It returns a value, or `nil, message` to
---report that the job failed. Default: none.
---@field process? fun(response: bakeoff.Response): any, string?
---The general form of a job: a list of values (numbers, texts, tables, functions), one per job.
---@field items? any[]
---What to do with each item. The job fails if the function raises an error or returns nil and a message; any
---other return value is its result. Threads and processes get a copy of the item and send the result back.
---@field task? fun(ctx: bakeoff.Context, item: any): any, string?
---With `task`: a table that is sent to each worker once and is available there as `ctx.shared`, read-only.
---Default: none.
---@field shared? table
---Values that are drawn at random: `{ key = "1..1000000", mode = "a,b,c" }` gives commands the placeholders `{key}`
---and `{mode}`, and tasks `ctx.random.key` and `ctx.random.mode`. A range gives a whole number, a list one of its
---words. They are drawn once for each block, from the seed: all trials of a block get the same, and a resumed run
---gets those that it would have got. The rows have them as `random`. Default: none.
---@field random? table<string, string>
---Names of contenders, or entries with options. Default: with `urls` all except `hybrid` and `command`, with
---`task` all except `eventloop` and `command`.
---@field contenders? (string|bakeoff.Contender|bakeoff.Command)[]
---The worker counts to run. A worker count is the number of jobs that may be in flight at once. Default: `{
---1, 4, 16 }`.
---@field workers? integer[]|integer
---The label of the contender that the others are compared with. Default: `sequential` if it is among them, else
---the first.
---@field reference? string
---How many measured trials each cell (a contender with a worker count) gets; `"auto"` lets `auto` decide.
---Default: 10.
---@field repeats? integer|"auto"
---When automatic repeats stop. Default with `repeats = "auto"`: the default of each field.
---@field auto? bakeoff.AutoRepeats
---How many trials of each cell run before the measured ones and are not counted. Default: 1.
---@field warmup? integer
---Seed of all random choices: the order of trials, arrivals in open loops, intervals of scaling laws.
---Default: 1.
---@field seed? integer
---Two contenders are *the same* if the interval of their ratio lies within this margin: at `"3%"`, between
---1 / 1.03 and 1.03. Default: `"3%"`.
---@field margin? bakeoff.Share
---Time limit of one trial. A trial that exceeds it is recorded as failed. Default: `"5min"`.
---@field timeout? bakeoff.Duration
---`"shared"` keeps connections open and reuses them; `"per-request"` opens one for each URL. Default:
---`"shared"`.
---@field session? "shared"|"per-request"
---Folder in which response bodies are saved, under safe file names. With `task`, it holds what `ctx:save`
---saves. Default: nothing is saved.
---@field save? string
---Interval between readings of memory; the shortest is `"1ms"`. Default: `"10ms"`.
---@field sample_every? bakeoff.Duration
---Count instructions, cycles, branch misses, cache misses and page faults of each trial, in user mode, where the
---machine allows it (`perf_event_open`). What it doesn't have is missing in the rows, and named once in the
---manifest's environment. Default: false.
---@field counters? boolean
---Does the size of a command's environment vary between trials, by up to 4 KiB? It moves the program's stack,
---which alone can make a program faster or slower. Default: true.
---@field shake? boolean
---The largest number of rows that a trial adds to `jobs.csv`. A trial with more jobs is cut into equal
---stretches, and one job of each, chosen at random, gets a row. Percentiles, counts and the peak in flight
---still cover all jobs. Default: 10000.
---@field job_rows? integer
---The HTTP statuses with which a job succeeds: `{ 200, 404 }`, `"2xx"`, `{ "200-204", "4xx" }`. A response
---with any other status fails the job; `ctx:fetch` then returns nil, message, code. At most 16 statuses and
---ranges. Default: all statuses below 400.
---@field expect? bakeoff.Statuses
---What every answer should be like. How many answers passed and failed each check is counted, and shown in
---the summary, the report and `summary.json`. Default: no checks.
---@field check? bakeoff.Checks
---How often to repeat a request that fails: a number, or `{ times = 3, on = { "timeout", 503 }, backoff =
---"50ms", budget = 0.2 }`. Retries are counted for each job (`asked_retries`), apart from those that libcurl
---makes by itself. Default: none.
---@field retries? integer|bakeoff.Retries
---Whether to compare what the jobs return, so that a contender which computes something else is found. The
---report names such contenders, and `bakeoff run` exits with 1 unless all returned the same. Each job's first
---return value is reduced to a number where the job runs, which takes about 1 µs per 4 KB; it may hold
---numbers, strings, booleans and tables of these. Results must depend on the item alone, not on time or on
---the worker. Programs return nothing and are left out. Default: `false`.
---@field same_results? boolean
---Makes an open loop: jobs start at this rate, up to 1,000,000/s, whether or not earlier ones have ended.
---`false` means a closed loop. Default: a closed loop.
---@field rate? bakeoff.Rate|false
---When jobs of an open loop start: `"constant"` spaces them evenly; `"poisson"` draws the gaps at random from
---the seed, the same for all contenders of a block; `"recorded"` starts them at the times that the list of
---URLs or items has (`bake.recorded`), without a `rate`. Default: `"constant"`.
---@field arrivals? bakeoff.Arrivals
---With `arrivals = "recorded"`: how many times as fast as recorded. Default: 1.
---@field speed? number
---Open loops: a job is dropped if this many jobs are already waiting when it is due. Default: no limit.
---@field max_queue? integer
---The test server whose counts are reported beside the client's. Default: the one that made `urls`.
---@field server? bakeoff.Site
---How to fetch URLs. Default: the default of each field.
---@field request? bakeoff.ExperimentRequest

---Checks of every answer, at most 32. They are made where the answer is, in C, and cost no call of a
---function. An answer that did not arrive as a whole passes none of them. With `retries`, the last attempt is
---the answer. A gate can ask for them: `checks_failed == 0`.
---@class bakeoff.Checks
---Its HTTP status is one of these: `200`, `"2xx"`, `{ 200, 404 }`. `expect` still decides which statuses fail
---the job.
---@field status? bakeoff.Statuses
---From the start of the request to its end, it takes at most this time; an open loop's queue doesn't count.
---@field max_time? bakeoff.Duration
---The body, after unpacking, has at least this size.
---@field min_bytes? bakeoff.Size
---The body, after unpacking, has at most this size.
---@field max_bytes? bakeoff.Size
---It has these headers, and their values contain these texts; `true`: any value. `{ ["content-type"] =
---"json", etag = true }`
---@field header? table<string, string|true>
---The body contains this text, or each of these texts (no patterns). Bodies are then kept in memory until
---they are checked.
---@field body? string[]|string
---Whether a failed check fails the job, with the code `"check"`: `process` isn't called, `ctx:fetch` returns
---nil, message, code, and `bakeoff run` exits with 1. Default: false, failed checks are counted only.
---@field fail? boolean

---How the jobs of an experiment fetch.
---@class bakeoff.ExperimentRequest: bakeoff.Request
---With `urls`: each worker, or slot of a loop, keeps the cookies that it gets and sends them back, beginning each
---trial without any. Default: false.
---@field cookies? boolean

---@alias bakeoff.Arrivals "constant"|"poisson"|"recorded"

---When automatic repeats stop. Block after block is run (a block has one trial of each cell) until the ratio
---of every cell to the reference is known precisely enough; then half as many again, because a run that stops
---at the first narrow interval stops where it is narrow by chance. Report and manifest say why the run
---stopped.
---@class bakeoff.AutoRepeats
---How wide the interval of every ratio may be. Default: `"5%"`.
---@field width? bakeoff.Share
---The largest number of blocks. Default: 50.
---@field most? integer
---The smallest number of blocks; at least 6, because an interval needs that many. Default: 6.
---@field least? integer
---Time for the whole run. A block that would not fit into it is not begun. Default: `"2min"`.
---@field budget? bakeoff.Duration
---Run for so long, whatever the intervals; then neither `width` nor `budget` may be given, `least` is 1 by
---default and `most` 10000. A block that would not fit is not begun. Default: the intervals decide.
---@field time? bakeoff.Duration

---A contender with options: `{ "threads", gil = true, label = "threads (one interpreter)" }`. Fields that the
---experiment has, too, override the experiment's value for this entry.
---@class bakeoff.Contender
---The contender's name.
---@field [1] "sequential"|"threads"|"processes"|"eventloop"|"coroutines"|"hybrid"
---The entry's name in tables and charts. It is one line, and unique. Default: the
---contender's name, followed by the rate if the entry has its own.
---@field label? string
---Only for `threads`: all threads share one interpreter lock, so that only one at a time runs Lua. A thread
---holds the lock for up to 5 ms while others wait for it, and releases it to fetch, read, sleep or save.
---Default: no lock.
---@field gil? boolean
---Only for `hybrid`: what its pool consists of. Processes are forked. Default: `"threads"`.
---@field offload? "threads"|"processes"
---Only for `hybrid`: the number of workers in its pool, up to 1024. Default: one per processor.
---@field offload_workers? integer
---The entry's own worker counts. An entry with a single one appears in every chart that shows one worker
---count. Default: the experiment's.
---@field workers? integer[]|integer
---Overrides the experiment's `session`. Default: the experiment's.
---@field session? "shared"|"per-request"
---Overrides the experiment's `rate`. Default: the experiment's.
---@field rate? bakeoff.Rate|false
---Overrides the experiment's `arrivals`. Default: the experiment's.
---@field arrivals? bakeoff.Arrivals
---Overrides the experiment's `speed`. Default: the experiment's.
---@field speed? number
---Overrides the experiment's `max_queue`. Default: the experiment's.
---@field max_queue? integer

---Another program as a contender: `{ "command", argv = { "curl", "{url}" } }`. Placeholders in `argv`,
---`empty`, `prepare`, `conclude`, `cwd`, `stdin`, `stdout` and the values of `env` are replaced in each trial:
---`{urls}` (a file with one URL per line), `{url}` (the first URL), `{items}` (a file with one item per line; texts
---and numbers only), `{count}` (the number of URLs or items), `{workers}`, `{seed}`, `{repeat}` (0 in
---warm-ups), `{out}` (an empty folder, removed afterwards) and those that `random` of the experiment names. File
---names are absolute. `{{urls}}` stands for the text `{urls}`; other braces are left alone.
---@class bakeoff.Command
---The contender's name.
---@field [1] "command"
---The entry's name in tables and charts. Default: the program's name.
---@field label? string
---The program and its arguments, one list entry each. No shell is involved. The program is looked up in its
---`PATH`.
---@field argv string[]
---The entry's own worker counts. Default: the experiment's if `{workers}` appears anywhere; otherwise a
---single one.
---@field workers? integer[]|integer
---The contender whose colours the command gets in charts, or `"other"`. Default: guessed from the label.
---@field model? string
---Variables to add to the environment; `false` removes a variable.
---@field env? table<string, string|number|false>
---The folder in which the program runs. Default: the current one.
---@field cwd? string
---A file for its standard input; `"-"`: the bench's own, which is read once, and of which each trial gets all.
---Default: `/dev/null`.
---@field stdin? string
---A file for its standard output. Default: `/dev/null`.
---@field stdout? string
---Its standard output goes through a pipe, whose content is dropped: some programs do less when they write to
---`/dev/null`. Default: false.
---@field pipe_output? boolean
---Its output, and that of the commands around it, appears on the bench's standard output and standard error;
---then the end of standard error is in no row. Default: false.
---@field show_output? boolean
---A command that does nothing, such as an interpreter with an empty script. It is run beside each trial and
---shows what starting the program costs. Default: none.
---@field empty? string[]
---A command to run before each trial, warm-ups included; it is not timed. If it fails, so does the trial.
---Default: none.
---@field prepare? string[]
---A command to run after each trial, warm-ups included, also if the trial failed; not if its program was never
---started. It is not timed. If it fails, so does the trial. Default: none.
---@field conclude? string[]
---A command to run once before the first warm-up. If it fails, nothing is measured. It is not timed, has no time
---limit, and what it leaves running is ended. Entries with the same one share it. Default: none.
---@field setup? string[]
---A command to run once after the last trial, also if the run fails or is interrupted, but not if the entry's
---`setup` failed. It is not timed, and has no time limit. Entries with the same one share it. Default: none.
---@field cleanup? string[]
---A command that must exit with code 0 within a minute; otherwise the contender is not run. It runs in `cwd`
---and with `env`. Default: none.
---@field check? string[]
---The package to install if the program, or what `check` looks for, is missing. The report then names it.
---Without this field, a missing program is a usage error.
---@field package? string
---Exit codes that mean success, or `"all"`. Default: `{ 0 }`.
---@field ok_codes? integer[]|integer|"all"
---Names and values of what was varied, such as `{ { "level", "9" } }`, for exports.
---@field parameters? (string|number)[][]

---A checked experiment that has not run yet.
---@class bakeoff.Experiment
---@field private encode fun(self)
---@field private jobs_of fun(self, entry: table)
---@field private conditions fun(self): string
---@field private __index table
---@field private new fun(given: table)
local experiment = {}

---Runs every trial in a fresh process, block by block, in a random order that the seed determines. Each
---trial's row is on disk before the next trial starts. Ctrl-C keeps finished trials and ends the script with
---exit code 130; `--resume` then runs the rest. A trial that fails, hangs or crashes becomes a failed row and
---raises no error here.
---@return bakeoff.Results results
function experiment:run() end

---Checks an experiment before anything is measured, and applies the options of the command line. Raises a
---usage error that names the field. A contender that can't run here because its `check` failed is left out,
---and the report names it.
---@param options bakeoff.ExperimentOptions
---@return bakeoff.Experiment experiment
function bake.experiment(options) end

---Reads a list of URLs from a file, one per line. Skips blank lines and lines that begin with `#`. Raises a
---usage error that names file and line if the file can't be read, has no URLs, or contains something that is
---not an http(s) URL.
---@param path string
---@param argument? string the argument's name for error messages, such as `"--list"`
---@return string[] urls
function bake.urls_from(path, argument) end

---How to read recorded traffic.
---@class bakeoff.RecordedOptions
---The server to which all requests go instead of the recorded ones: `"http://127.0.0.1:8080"`. Required for
---access logs, which name no hosts. Default: the recorded hosts.
---@field base? string
---Leave out requests that can't be repeated: all but GET, and those to other than http(s) URLs. Their number
---is in the manifest. Default: false, they are refused.
---@field skip? boolean

---Reads recorded traffic: a HAR file, as browsers save it, or an access log in the common or combined format
---of Apache and nginx. Returns the URLs in the order of their times, with the times beside them
---(`list.times`: seconds from the first), for `arrivals = "recorded"`. A log has whole seconds: requests of
---the same second are spread evenly over it. Headers and cookies of the recording are not repeated. Raises a
---usage error that names file and place of what can't be read. A script may also make such a list itself.
---@param path string
---@param options? bakeoff.RecordedOptions
---@return string[] urls
function bake.recorded(path, options) end

-- # What a task can do: ctx
-- The first argument of a `task`. A method that waits blocks its thread or process; on a loop (`coroutines`,
-- `hybrid`), other jobs run in the meantime.

---@class bakeoff.Context
---The experiment's `shared`; nil if it has none.
---@field shared? table
---What was drawn for this block, by the names in the experiment's `random`; nil if it has none.
---@field random? table<string, integer|string>
---The item's index in the list.
---@field job integer
---The number of the worker, or of the slot on a loop, from 1.
---@field worker integer
local ctx = {}

---Fetches a URL. Fields that the request leaves out are taken from the experiment's `request`.
---@param request string|bakeoff.Request a URL, or a table with `url`
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed after a failure: the response as far as it arrived
function ctx:fetch(request) end

---Reads a whole file.
---@param path string
---@return string? content
---@return string? message
---@return bakeoff.Code? code
function ctx:read(path) end

---Waits for a duration.
---@param duration bakeoff.Duration
function ctx:sleep(duration) end

---Calls a function for CPU work. `hybrid` calls it in its pool and copies the function, its arguments and its
---results; all other contenders call it directly.
---@param fn function
---@param ... any the function's arguments
---@return any ... the function's results, or nil, message, code
function ctx:offload(fn, ...) end

---Writes a file into the experiment's `save` folder. The file appears there complete or not at all. A name
---that is not a plain file name is changed into one.
---@param name string
---@param data string
---@return string? file the name under which it was saved
---@return string? message
---@return bakeoff.Code? code
function ctx:save(name, data) end

---Fails the job with this message if the condition is false or nil.
---@param condition any
---@param message? string default: `"a check failed"`
---@return any condition
function ctx:check(condition, message) end
