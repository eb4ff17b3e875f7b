---@meta _

-- # Reading results

---@class bakeoff
local bake = {}

---A figure over the trials of a cell.
---@class bakeoff.Figure
---The median of its values.
---@field median number
---The 95 % interval of the median; absent with fewer than 6 values.
---@field low? number
---The interval's upper end.
---@field high? number
---How the interval was made: `"bca"` or `"percentile"`.
---@field method? string
---Trials that tell it.
---@field n? integer
---The smallest value.
---@field min? number
---The largest value.
---@field max? number
---Median absolute deviation.
---@field mad? number

---How one cell compares with another, paired by block.
---@class bakeoff.Comparison
---A code: `"faster"`, `"slower"`, `"no_difference"` or `"too_few_repeats"`. Of memory, `"faster"` means less.
---`bake.format.verdict` has the words. (`summary.json` has the words as `verdict`, the code as `verdict_code`.)
---@field verdict string
---Median of the ratios a / b within blocks; nil when no block has both.
---@field ratio? number
---Its 95 % interval.
---@field low? number
---The interval's upper end.
---@field high? number
---How the interval was made.
---@field method? string
---Blocks that have both.
---@field pairs integer
---Of the trimmed t test of the log ratios.
---@field p? number
---The same after Holm's correction, where verdicts are read together.
---@field p_family? number

---One contender with one worker count.
---@class bakeoff.Cell
---The contender's name.
---@field contender string
---The entry's label; unique in an experiment.
---@field label string
---Its name in sentences and charts: `"event loop"`.
---@field name string
---Its worker count.
---@field workers integer
---Its rows, in the order they ran, as in `trials.jsonl`.
---@field trials table[]
---In an open loop: jobs per second, as asked for.
---@field rate? number
---A command's model, whose colour it has.
---@field model? string
---Its entry has one worker count of its own.
---@field fixed? boolean
---A command that is told no worker count.
---@field untold? boolean

---All figures of a cell: the keys are those of `summary.json`, each a [Figure](#figure) or nil.
---@class bakeoff.CellSummary
---The contender's name.
---@field contender string
---The entry's label.
---@field label string
---The worker count.
---@field workers integer
---How many ran.
---@field trials integer
---How many of them failed.
---@field failed_trials integer
---Why, each reason once.
---@field reasons string[]
---From the start of the pool to its end. Of closed loops only.
---@field total_s? bakeoff.Figure
---Until all workers wait at the barrier.
---@field setup_s? bakeoff.Figure
---Of a command: its empty run.
---@field startup_s? bakeoff.Figure
---From the barrier to the end of the last job.
---@field work_s? bakeoff.Figure
---Jobs that ended per second of the work.
---@field requests_per_s? bakeoff.Figure
---Of the jobs, from their (intended) start to their end.
---@field latency_p50_s? bakeoff.Figure
---The same, 99th percentile.
---@field latency_p99_s? bakeoff.Figure
---How late a loop serves what is due.
---@field loop_lag_p99_s? bakeoff.Figure
---The same, at the most.
---@field loop_lag_max_s? bakeoff.Figure
---CPU time of the whole process tree, user and system.
---@field cpu_s? bakeoff.Figure
---Of it, in the programs.
---@field user_s? bakeoff.Figure
---Of it, in the kernel.
---@field system_s? bakeoff.Figure
---CPU time by the time it took.
---@field cores_used? bakeoff.Figure
---Median share of a core that a worker had while it worked.
---@field worker_share? bakeoff.Figure
---Cores that all workers together kept busy while they worked.
---@field worker_cores? bakeoff.Figure
---Private memory of all processes and the largest shared part, at the most.
---@field footprint_peak_bytes? bakeoff.Figure
---The same before the trial began.
---@field footprint_baseline_bytes? bakeoff.Figure
---Peak less baseline.
---@field footprint_above_bytes? bakeoff.Figure
---Processes at once.
---@field processes_peak? bakeoff.Figure
---CPU time of the sampler, as a share of the trial's time.
---@field sampling_share? bakeoff.Figure
---Connections that were opened.
---@field connections? bakeoff.Figure
---Jobs in flight at once.
---@field in_flight_peak? bakeoff.Figure
---Jobs that failed.
---@field jobs_failed? bakeoff.Figure
---Jobs whose worker died.
---@field jobs_lost? bakeoff.Figure
---Jobs of an open loop that were never started.
---@field jobs_dropped? bakeoff.Figure
---Of an open loop: as asked for.
---@field rate_per_s? bakeoff.Figure
---Of an open loop: of the starts as they came.
---@field rate_achieved_per_s? bakeoff.Figure
---Only in `summary.json`: against the reference.
---@field vs_reference? bakeoff.Comparison
---Only in `summary.json`: trials far from the others, by Tukey's and by the MAD rule.
---@field outliers? table

---@class bakeoff.ReportOptions
---The charts to draw, by name. Default: those that suit the run.
---@field only? string[]
---Charts to draw besides, however little they have to show.
---@field also? string[]
---The worker count that charts of one count show. Default: the largest that all ran.
---@field workers? integer
---Size of the charts. Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Default: `"light"`.
---@field theme? "light"|"dark"
---Seconds of a trial that the timeline charts show. Default: all.
---@field window? { from: number, to: number }
---Pictures besides svg and png, such as `{ "pdf", "tikz" }`.
---@field formats? string[]|string
---Shows charts on the terminal, too: `"dumb"` and other kinds.
---@field chart_terminal? string
---`false` draws none.
---@field charts? boolean
---`false` writes no report.md.
---@field md? boolean
---`false` writes no report.html.
---@field html? boolean
---Where lines go. Default: `print`.
---@field print? fun(line: string)
---Columns of the table. Default: as the terminal is.
---@field width? integer
---ANSI colours in the table. Default: as the terminal is; `NO_COLOR` is kept.
---@field colour? boolean

---@class bakeoff.CompareOptions
---Figures to compare: a name, names with commas, or a list. Default: time, CPU time and memory.
---@field metric? string|string[]
---Differences smaller than this are called noise. Default: 3 %.
---@field noise? bakeoff.Share
---Raises when something got worse; the command then ends with exit code 1. Default: false.
---@field fail? boolean
---Where lines go; `false`: nowhere. Default: `print`.
---@field print? false|fun(line: string)

---What two runs come to.
---@class bakeoff.RunComparison
---The later run's name.
---@field experiment string
---The baseline: `dir`, `experiment`, `started`, `bakeoff`, `schema`, `repeats`.
---@field a table
---The run that is compared with it; fields likewise.
---@field b table
---As a fraction.
---@field noise number
---Names of the figures that were compared.
---@field metrics string[]
---What else is different about the two runs: sentences.
---@field warnings string[]
---Cells of one run alone: `{ label =, workers = }`.
---@field only_a table[]
---The same, of the other run.
---@field only_b table[]
---A cell each: `contender`, `label`, `workers`, `failed_a`, `failed_b`, and `metrics` by name, each with `a`,
---`b`, `ratio`, `low`, `high`, `verdict` and `change` (`"worse"`, `"better"` or nil). Verdicts are codes:
---`"faster"`, `"slower"`, `"less"`, `"more"`, `"fewer"`, `"no_difference"`, `"within_noise"`,
---`"too_few_repeats"`, `"missing_in_a"`, `"missing_in_b"` or `"no_ratio"`.
---@field rows table[]
---What got worse.
---@field regressions table[]

---What the workers of a cell had.
---@class bakeoff.WorkerShares
---Share of a core of each worker while all worked, largest first; medians over the trials.
---@field share number[]
---Cores that they kept busy together.
---@field cores number

---What an experiment or `bake.load` returns. Everything is read from the run folder.
---@class bakeoff.Results
---The run folder.
---@field dir string
---The cells that ran, in the order of the plan.
---@field cells bakeoff.Cell[]
---What `manifest.json` has: the plan, the machine, the versions.
---@field manifest table
---`"complete"`, `"running"` or `"interrupted"`.
---@field status string
---Of the intervals.
---@field seed integer
---@field private warnings string[]
---@field private by_key table
---@field private cached table
---@field private trials table[]
---@field private planned table[]
---@field private looks table
---@field private exports table
---@field private reported boolean
---@field private drawn boolean
---@field private versus table
---@field private tests integer
---@field private unsteady string[]
---@field private scaled table[]
local results = {}

---Every trial, as in `trials.jsonl`, in the order they ran.
---@return table[] rows
function results:rows() end

---The cell of a label, or of a contender's name.
---@param label string
---@param workers? integer default: the first of that label
---@return bakeoff.Cell? cell
function results:cell(label, workers) end

---The cell that the others of a worker count are compared with: `sequential` where it ran.
---@param workers integer
---@return bakeoff.Cell? cell
function results:reference(workers) end

---All figures of a cell, computed once.
---@param cell bakeoff.Cell
---@return bakeoff.CellSummary summary
function results:summary_of(cell) end

---The median over a cell's good trials. Raises a usage error for an unknown figure.
---@param cell bakeoff.Cell
---@param figure string|fun(trial: table): number? a name as gates know it, or a function that reads it from a row
---@return number? median nil where no trial tells it
function results:median(cell, figure) end

---What part of a core each worker had: of threads, and of processes of a pool.
---@param cell bakeoff.Cell
---@return bakeoff.WorkerShares? shares nil where no good trial tells
function results:worker_shares(cell) end

---Two cells: how the first compares with the second in one figure, by its full name such as `"total_s"`. An
---earlier run's results or its folder: prints a table per figure and returns what it says. Raises a usage
---error for unknown options and figures and where the two have no cell in common.
---@overload fun(self: bakeoff.Results, baseline: bakeoff.Results|string, options?: bakeoff.CompareOptions): bakeoff.RunComparison
---@param a bakeoff.Cell
---@param b bakeoff.Cell
---@param metric string
---@return bakeoff.Comparison comparison
function results:compare(a, b, metric) end

---The table's verdict of a cell against its reference, corrected for all of the table's verdicts.
---@param cell bakeoff.Cell
---@return bakeoff.Comparison? comparison nil for the reference itself
function results:versus_reference(cell) end

---How many verdicts of the table are tests; they are corrected jointly.
---@return integer count
function results:verdict_count() end

---Sentences of the fairness audit: jobs, bytes, errors, connections, rates, noise. Empty where nothing is
---amiss.
---@return string[] sentences
function results:audit() end

---Sentences on slow first trials and on drift.
---@return string[] sentences
function results:steadiness() end

---Sentences on the contenders that could not run on this machine.
---@return string[] sentences
function results:not_run() end

---What more workers bring: an entry for each contender that ran with three worker counts or more, with
---`label`, `points` (speed-up and efficiency by `workers`), `knee`, `amdahl`, `usl`, `memory_per_worker` and
---`setup`.
---@return table[] entries
function results:scaling() end

---The finding in one sentence without its full stop: the speed chart's title, or that of another chart.
---@param chart? string default: `"speed"`
---@return string? sentence nil where the rows have nothing for that chart
---@return string? reason
function results:finding(chart) end

---All figures, as `summary.json` has them.
---@return table summary
function results:summary_table() end

---The same, and writes `summary.json`.
---@return table|false|nil summary
---@return string? message
function results:summary() end

---Prints the table and writes `report.md`, `report.html`, `summary.json` and the charts. What a script leaves
---unreported is reported at its end.
---@param options? bakeoff.ReportOptions
---@return boolean ok false when something was not written or drawn; the rows are kept
---@return string? message
function results:report(options) end

---Turns expectations into the exit code: raises an error that names every gate that failed with its values
---(exit code 1), or a usage error for an unknown figure or contender (2). `scripts/HOWTO.md` says how gates
---are written.
---@param gates string[] such as `{ "errors == 0", "footprint_peak(eventloop) < 40MiB" }`
---@return true ok
function results:gate(gates) end

---Reads a finished run. Raises a usage error where the folder holds none.
---@param folder string such as `"out/tickets"`
---@return bakeoff.Results results
function bake.load(folder) end

-- # Charts of a script's own

---A task of a system: times in seconds from the system's start, none before the one that comes first.
---@class bakeoff.OrderTask
---Default: `"cpu"`.
---@field kind? "cpu"|"io"
---When the caller handed it over.
---@field submitted number
---When a worker began it.
---@field started number
---When it ended.
---@field ended number
---When the caller had its result; nil: never.
---@field received? number

---One way of starting tasks and awaiting them.
---@class bakeoff.OrderSystem
---What stands beside its lanes.
---@field name string
---The contender whose colour it has.
---@field model? string
---`false`: it tells ends only, and no results. Default: true.
---@field results? boolean
---In the order of submission.
---@field tasks bakeoff.OrderTask[]

---When tasks ran, and when the caller got their results.
---@class bakeoff.OrderChart
---Says which chart.
---@field kind "order"
---The chart's folder in `out/`.
---@field name string
---At least one, in the order of the chart.
---@field systems bakeoff.OrderSystem[]
---Default: the finding.
---@field title? string
---What is done, in words below the title.
---@field job? string
---Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Default: `"light"`.
---@field theme? "light"|"dark"

---One experiment of several.
---@class bakeoff.Group
---What stands below its bars.
---@field name string
---What its experiment returned.
---@field results bakeoff.Results

---Total times of several experiments, each compared with the same contender in the reference group.
---@class bakeoff.GroupsChart
---Says which chart.
---@field kind "groups"
---The chart's folder in `out/`.
---@field name string
---At least one, in the order of the chart.
---@field groups bakeoff.Group[]
---A group's number. Default: the last.
---@field reference? integer
---The worker count to show. Default: the largest that all ran.
---@field workers? integer
---Default: the finding.
---@field title? string
---What is done, in words below the title.
---@field job? string
---Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Default: `"light"`.
---@field theme? "light"|"dark"

---What a chart of one's own wrote.
---@class bakeoff.ChartFiles
---The title that was drawn.
---@field title string
---The kind of chart.
---@field name string
---The rows that it was drawn from.
---@field rows string
---What gnuplot drew.
---@field dat string
---Its script, complete in itself.
---@field gp string
---The picture.
---@field svg? string
---The picture.
---@field png? string
---All pictures.
---@field pictures string[]
---@field private about string
---@field private built table

---Draws a chart that no single experiment has, in `out/NAME/` with the rows it was drawn from, and prints its
---title. `bakeoff plot out/NAME` draws it again. Where it can't be drawn, the rows are kept and the command
---ends with exit code 1. Raises a usage error that names the field.
---@param chart bakeoff.OrderChart|bakeoff.GroupsChart
---@return bakeoff.ChartFiles? files
---@return string? message
function bake.chart(chart) end

---In which order results came.
---@class bakeoff.OrderFacts
---Did results come in the order of submission?
---@field by_submission boolean
---Did each result come before those that ended later?
---@field by_completion boolean
---Finished results that waited for the caller to ask.
---@field held integer
---The longest such wait, in seconds.
---@field longest_wait_s number
---No two tasks ran at the same time.
---@field one_at_a_time boolean
---I/O went on beside CPU work; nil where there are not both.
---@field io_overlaps? boolean

---What the chart `order` says about one of its systems, as facts.
---@param system bakeoff.OrderSystem
---@return bakeoff.OrderFacts facts
function bake.order(system) end
