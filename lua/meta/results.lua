---@meta _

-- # Reading results

---@class bakeoff
local bake = {}

---A figure, such as the total time, over all trials of a cell.
---@class bakeoff.Figure
---The median over the trials.
---@field median number
---true if the figure is only a lower bound in some trials, and nobody knows how much is missing.
---@field at_least? boolean
---Lower end of the median's 95 % interval; nil with fewer than 6 values.
---@field low? number
---Upper end of the interval.
---@field high? number
---How the interval was made: `"order statistics"` (Hettmansperger and Sheather 1986). Runs summarized by an
---earlier version: `"bca"` or `"percentile"`, of the bootstrap.
---@field method? string
---By what factor the interval was widened, because values resemble the ones before them; nil if it wasn't.
---@field widened? number
---The mean over the trials. It has no interval: with few trials, slow ones make it too uncertain.
---@field mean? number
---How many trials have the figure.
---@field n? integer
---The smallest value.
---@field min? number
---The largest value.
---@field max? number
---Median absolute deviation.
---@field mad? number

---How one cell compares with another. Trials of the same block are compared with each other.
---@class bakeoff.Comparison
---The verdict as a code: `"faster"`, `"slower"`, `"same"` (within the experiment's `margin`),
---`"no_difference"`, `"no_ratio"` (b is zero) or `"too_few_repeats"`. When memory is compared, `"faster"` means
---less, and a peak that may have been higher than another one is `"undecided"`. `bake.format.verdict` translates codes into words.
---(`summary.json` has the words in `verdict` and the code in `verdict_code`.)
---@field verdict string
---Median over the blocks of the ratio a / b; nil if no block has both cells.
---@field ratio? number
---Lower end of the ratio's 95 % interval.
---@field low? number
---Upper end of the interval.
---@field high? number
---How the interval was made; see `bakeoff.Figure`.
---@field method? string
---By what factor the interval was widened, because ratios resemble the ones before them; nil if it wasn't.
---@field widened? number
---How many blocks have both cells.
---@field pairs integer
---P value of a t test of the trimmed mean of the log ratios.
---@field p? number
---The P value after Holm's correction for all verdicts that are read together.
---@field p_family? number
---How many comparisons are read, and so corrected, together.
---@field family? integer
---The margin of the verdict `"same"`, a share.
---@field margin? number
---P value of the test that the ratio lies outside the margin.
---@field p_same? number

---One contender with one worker count.
---@class bakeoff.Cell
---The contender's name.
---@field contender string
---The entry's label; unique within an experiment.
---@field label string
---The name in sentences and charts, such as `"event loop"`.
---@field name string
---The worker count.
---@field workers integer
---The cell's rows of `trials.jsonl`, in the order in which they ran.
---@field trials table[]
---Open loops: the requested rate in jobs per second.
---@field rate? number
---Commands: the contender whose colours the cell gets.
---@field model? string
---True if the contender's entry has a single worker count of its own.
---@field fixed? boolean
---True for a command that is not told its worker count.
---@field untold? boolean

---All figures of a cell. The keys are those of `summary.json`; each is a [Figure](#figure), or nil if it was
---not recorded.
---@class bakeoff.CellSummary
---The contender's name.
---@field contender string
---The entry's label.
---@field label string
---The worker count.
---@field workers integer
---How many trials ran.
---@field trials integer
---How many of them failed.
---@field failed_trials integer
---Why trials failed; each reason appears once.
---@field reasons string[]
---Closed loops: time from the start of the pool to its end.
---@field total_s? bakeoff.Figure
---Time from the start of the pool until all workers are ready.
---@field setup_s? bakeoff.Figure
---Time of a command's empty run.
---@field startup_s? bakeoff.Figure
---Time from the moment all workers are ready to the end of the last job.
---@field work_s? bakeoff.Figure
---Jobs that ended per second of the work phase.
---@field requests_per_s? bakeoff.Figure
---Median latency of a job: from its start, in open loops its intended start, to its end.
---@field latency_p50_s? bakeoff.Figure
---99th percentile of the same latency.
---@field latency_p99_s? bakeoff.Figure
---Loop lag, 99th percentile: how late the event loop handles events that are due.
---@field loop_lag_p99_s? bakeoff.Figure
---The largest loop lag.
---@field loop_lag_max_s? bakeoff.Figure
---CPU time of the whole process tree, in user mode and in the kernel.
---@field cpu_s? bakeoff.Figure
---The part of it in user mode.
---@field user_s? bakeoff.Figure
---The part of it in the kernel.
---@field system_s? bakeoff.Figure
---Average number of cores in use from start to end: CPU time divided by the whole time.
---@field cores_used? bakeoff.Figure
---Share of a core that a worker had while it worked: the median over the workers.
---@field worker_share? bakeoff.Figure
---Average number of cores that all workers together kept busy while they worked.
---@field worker_cores? bakeoff.Figure
---Largest footprint: private memory of all processes plus the largest shared part.
---@field footprint_peak_bytes? bakeoff.Figure
---What the largest footprint can have been at most, between two readings.
---@field footprint_peak_high_bytes? bakeoff.Figure
---Footprint before the trial began.
---@field footprint_baseline_bytes? bakeoff.Figure
---Peak footprint minus baseline.
---@field footprint_above_bytes? bakeoff.Figure
---Largest number of processes at the same time.
---@field processes_peak? bakeoff.Figure
---CPU time of the sampler as a share of the trial's time.
---@field sampling_share? bakeoff.Figure
---Connections opened.
---@field connections? bakeoff.Figure
---Largest number of jobs in flight at the same time.
---@field in_flight_peak? bakeoff.Figure
---Jobs that failed.
---@field jobs_failed? bakeoff.Figure
---Jobs whose worker died.
---@field jobs_lost? bakeoff.Figure
---Open loops: jobs that were dropped, never started.
---@field jobs_dropped? bakeoff.Figure
---Open loops: the requested rate.
---@field rate_per_s? bakeoff.Figure
---Open loops: the rate at which jobs started.
---@field rate_achieved_per_s? bakeoff.Figure
---Instructions in user mode, if the experiment asks for `counters` and the machine has them.
---@field instructions? bakeoff.Figure
---Processor cycles in user mode, likewise.
---@field cycles? bakeoff.Figure
---Branches in user mode that the processor predicted wrong, likewise.
---@field branch_misses? bakeoff.Figure
---Accesses in user mode that the processor counts as cache misses, likewise.
---@field cache_misses? bakeoff.Figure
---Page faults in user mode, likewise.
---@field page_faults? bakeoff.Figure
---In `summary.json` only: the comparison with the reference.
---@field vs_reference? bakeoff.Comparison
---In `summary.json` only: the measured program's words.
---@field command? string[]
---In `summary.json` only: the values of `bakeoff exec --scan` that it was run with.
---@field parameters? table<string, string>
---In `summary.json` only: trials far from the others, by Tukey's rule and by the MAD rule.
---@field outliers? table

---@class bakeoff.ReportOptions
---Names of the charts to draw. Default: all that suit the run.
---@field only? string[]
---Names of further charts to draw, even if they show little.
---@field also? string[]
---The worker count for charts that show a single one. Default: the largest that all contenders ran with.
---@field workers? integer
---Size of the charts. Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Colours for a light or a dark background. Default: `"light"`.
---@field theme? "light"|"dark"
---The part of the trials that `timeline`, `inflight` and `cpu` show, in seconds. Default: everything.
---@field window? { from: number, to: number }
---Further file formats of the charts, besides svg and png: `{ "pdf", "tikz" }`.
---@field formats? string[]|string
---Show the charts on the terminal, too, in this way: `"dumb"`, `"sixel"` and so on.
---@field chart_terminal? string
---Whether to draw charts. Default: true.
---@field charts? boolean
---Whether to write report.md. Default: true.
---@field md? boolean
---Whether to write report.html. Default: true.
---@field html? boolean
---Called with every line of output. Default: `print`.
---@field print? fun(line: string)
---Width of the summary in columns. Default: the variable `COLUMNS`, the terminal's width, or 80.
---@field width? integer
---Whether to show every cell, not only the best of each contender. Default: false, or `--all`.
---@field all? boolean
---Whether to show every warning and note, and every file that was written. Default: false, or `--notes`.
---@field notes? boolean
---Whether to show the finding only, in one line. Default: false, or `--quiet`.
---@field quiet? boolean
---Whether the summary has ANSI colours. Default: true on a terminal, unless `NO_COLOR` is set.
---@field colour? boolean

---How many answers passed a check.
---@class bakeoff.CheckCounts
---What it checks: `"status is 200"`.
---@field name string
---Answers that passed it.
---@field passed integer
---Answers that failed it.
---@field failed integer
---The share of the answers that passed.
---@field share number
---The same for each cell.
---@field cells { cell: bakeoff.Cell, passed: integer, failed: integer }[]

---Jobs that failed for one reason.
---@class bakeoff.Failure
---`"http"`, `"timeout"`, `"task"` and so on; `"lost"`: the worker died, or the trial was ended; `"exit"`,
---`"signal"` or `"stopped"` (it waited for ever): how a program ended; `"unknown"`: nothing is on record; `"trial"`: a whole trial failed.
---@field kind string
---The HTTP status, the exit code or the signal.
---@field status? integer
---Tells errors of tasks and failed checks apart by their texts, whatever numbers and quoted parts these have.
---@field text? string
---Whether these are the rarer texts of a kind, counted together.
---@field is_rest? boolean
---How many jobs failed so, over all trials.
---@field jobs integer
---Only for the kind `"trial"`: how many trials.
---@field trials? integer
---Why the first of them failed, in one short line.
---@field example? string
---The lines after it, such as a traceback.
---@field details? string
---`{ { cell =, jobs = }, … }`: in which cells.
---@field cells table[]

---@class bakeoff.CompareOptions
---Figures to compare: one name, names separated by commas, or a list. Default: time, CPU time and memory.
---@field metric? string|string[]
---A smaller difference than this counts as noise. Default: the runs' `margin`, the smaller one; usually 3 %.
---@field noise? bakeoff.Share
---Raise an error if anything got worse; the script then ends with exit code 1. Default: false.
---@field fail? boolean
---The same, and also raise an error if a regression can't be ruled out, for example because of too few
---repeats; the script then ends with exit code 3. Default: false.
---@field fail_undecided? boolean
---Called with every line of output; `false` prints nothing. Default: `print`.
---@field print? false|fun(line: string)
---Draw the ratios of the first figure: a path that ends in `.svg`, `.png`, `.pdf` or `.tex`, or a folder.
---@field chart? string
---Where the earlier run is another program's file: pairs of its benchmarks with cells, as
---`{ ["sleep 1"] = "label" }` or `"label, WORKERS"`. Others are paired by label or command.
---@field map? table<string, string>

---The comparison of two runs: run A, the baseline, and run B.
---@class bakeoff.RunComparison
---The name of run B's experiment.
---@field experiment string
---Run A: `dir`, `experiment`, `started`, `bakeoff`, `schema`, `repeats`; `tool` if another program measured it.
---@field a table
---Run B, with the same fields.
---@field b table
---Differences below this fraction count as noise.
---@field noise number
---Names of the compared figures.
---@field metrics string[]
---Sentences about other differences between the two runs.
---@field warnings string[]
---Sentences about what the medians of the compared cells hide: slow trials, groups, failed jobs, dependence.
---@field steadiness string[]
---Sentences about drift in either run, and about trials that resemble the ones before them.
---@field steadiness string[]
---Cells that only run A has: `{ label =, workers = }`.
---@field only_a table[]
---Cells that only run B has.
---@field only_b table[]
---One row per cell: `contender`, `label`, `workers`, `failed_a` and `failed_b` (trials), `errors_a` and
---`errors_b` (shares of the jobs), `hidden` (sentences about what the medians hide: slow trials, two groups),
---`by_means` (B/A of the mean total times, where it is far from that of the medians), and `metrics`, which
---maps names to `a`, `b`, `mean_a`, `mean_b`, `ratio`, `low`, `high`, `verdict` and `change` (`"worse"`,
---`"better"` or nil). Verdicts are codes: `"faster"`, `"slower"`, `"less"`,
---`"more"`, `"fewer"`, `"same"`, `"maybe_noise"`, `"no_difference"`, `"too_few_repeats"`, `"missing_in_a"`,
---`"missing_in_b"` or `"no_ratio"`.
---@field rows table[]
---What got worse.
---@field regressions table[]
---Where a regression can't be ruled out: `label`, `workers`, `metric` (nil for a cell that only run A has or
---that has no figure) and `reason`.
---@field undecided table[]

---How much CPU the workers of a cell had.
---@class bakeoff.WorkerShares
---The share of a core that each worker had while all of them worked, largest first; medians over the trials.
---@field share number[]
---How many cores the workers kept busy together.
---@field cores number

---Which part of a table is shown.
---@class bakeoff.ResultTableOptions
---Names of figures, as gates know them: a column each. Default: the columns of the report.
---@field figures? string[]
---Labels, or names of contenders. Default: all.
---@field contenders? string[]
---Worker counts. Default: all.
---@field workers? integer[]

---A value with its interval, from `results:value` or `results:ratio`.
---@class bakeoff.Value
---How it is written, such as `"1.20 s [1.18, 1.25]"` or `"0.33× [0.31, 0.35]"`.
---@field text string
---The ratio in percent, such as `"33.2 % [31.0, 35.1]"`; of `results:ratio`.
---@field percent? string
---The median, in seconds, bytes, or as a count; of `results:value`.
---@field median? number
---The ratio a/b; of `results:ratio`.
---@field ratio? number
---Lower end of the 95 % interval; nil with fewer than 6 values.
---@field low? number
---Upper end of the interval.
---@field high? number
---What a peak of memory must add to its median: `"seen, at most 514 MiB"`; nil if it is known. It ends the text.
---@field note? string
---The verdict's code, such as `"faster"`; of `results:ratio`.
---@field verdict? string

---@class bakeoff.GateOptions
---Raise an error for gates that are not shown; the script then ends with exit code 3. Default: false.
---@field fail_undecided? boolean

---What an experiment or `bake.load` returns. It is read entirely from the run folder.
---@class bakeoff.Results
---The path of the run folder.
---@field dir string
---The cells that ran, in the plan's order.
---@field cells bakeoff.Cell[]
---The content of `manifest.json`: the plan, the machine, the versions.
---@field manifest table
---Whether the run is `"complete"`, still `"running"`, or `"interrupted"`.
---@field status string
---The experiment's seed; the intervals of scaling laws use it.
---@field seed integer
---The margin of the verdict `"same"`, a share.
---@field margin number
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
---@field private families table
---@field private read table
---@field private trusted table|false
---@field private hidden table|false
---@field private tests integer
---@field private unsteady string[]
---@field private scaled table[]
local results = {}

---Returns every trial, as in `trials.jsonl`, in the order in which they ran.
---@return table[] rows
function results:rows() end

---Finds a cell by its label or its contender's name.
---@param label string
---@param workers? integer default: the first cell with that label
---@return bakeoff.Cell? cell
function results:cell(label, workers) end

---Returns the cell that others with this worker count are compared with: `sequential` if it ran.
---@param workers integer
---@return bakeoff.Cell? cell
function results:reference(workers) end

---Returns all figures of a cell. They are computed only once.
---@param cell bakeoff.Cell
---@return bakeoff.CellSummary summary
function results:summary_of(cell) end

---Returns the median of a figure over a cell's successful trials. Raises a usage error for an unknown figure.
---@param cell bakeoff.Cell
---@param figure string|fun(trial: table): number? a name as gates know it, or a function that reads it from a row
---@return number? median nil if no trial has the figure
function results:median(cell, figure) end

---Returns the share of a core that each worker had. Known for threads, and for the processes of a pool.
---@param cell bakeoff.Cell
---@return bakeoff.WorkerShares? shares nil if no successful trial recorded it
function results:worker_shares(cell) end

---With two cells and the full name of a figure, such as `"total_s"`: returns how the first cell compares with
---the second. With an earlier run, given as its results or its folder: prints a table per figure and returns
---the comparison. The earlier run may also be times that another program measured: a JSON file of hyperfine or
---pyperf, criterion's `sample.json` or its folder. Raises a usage error for unknown options or figures, and if
---the two runs have no cell in common.
---@overload fun(self: bakeoff.Results, baseline: bakeoff.Results|string, options?: bakeoff.CompareOptions): bakeoff.RunComparison
---@param a bakeoff.Cell
---@param b bakeoff.Cell
---@param metric string
---@return bakeoff.Comparison comparison
function results:compare(a, b, metric) end

---Returns how the first cell compares with the second, with the verdict that rows and titles show: corrected
---jointly with all verdicts that are read together (Holm). `compare` with two cells makes a test of its own.
---@param a bakeoff.Cell
---@param b bakeoff.Cell
---@param metric string
---@return bakeoff.Comparison comparison
function results:verdict(a, b, metric) end

---Returns a cell's verdict against its reference as the table shows it, corrected jointly with all other
---verdicts of the table and its titles (Holm).
---@param cell bakeoff.Cell
---@return bakeoff.Comparison? comparison nil for the reference itself
function results:versus_reference(cell) end

---Returns how many verdicts of the table are statistical tests, and how many tests are corrected jointly
---(Holm): those of the table and those of titles about the same figure.
---@return integer count
---@return integer family
function results:verdict_count() end

---Returns the errors of a cell if other cells have another share of them: `jobs` (the share of its jobs that
---failed or were lost), `failed` and `trials` (how many of its trials failed). Each may be nil.
---@param cell bakeoff.Cell
---@return table? errors nil if it has none, or if all cells have the same share
function results:errors_apart(cell) end

---Returns whether the verdicts stay the same without the trials that other programs disturbed: `noisy` (the
---number of these trials), `verdicts`, `changed` (the pairs of cells whose verdict differs) and `text`.
---@return table? trust nil if no trial was disturbed, or if there is no verdict
function results:trust() end

---Returns how strongly trials could depend on the ones before them without showing it: `trials` (in the cell
---with the fewest), `correlation` (the lag-1 correlation that so many trials hide more often than they show it;
---nil: they show none), `factor` (how much wider intervals would have to be for it), `differences` (how many the
---table shows), `doubtful` (the cells whose difference would then not be shown) and `text`.
---@return table? hidden nil if no cell has trials enough for an interval
function results:hidden_dependence() end

---Returns the sentences of the fairness audit, about jobs, bytes, errors, connections, rates and noise. The
---list is empty if the audit found nothing.
---@return string[] sentences
function results:audit() end

---Returns why jobs failed, the most frequent reason first. The list is empty if none failed.
---@return bakeoff.Failure[] failures
function results:failures() end

---Returns how often answers passed the checks of the experiment's `check`, in its order. The list is empty if it
---has none.
---@return bakeoff.CheckCounts[] checks
function results:checks() end

---Returns whether the jobs of all contenders returned the same, if the experiment has `same_results`:
---`"different"` if a contender's jobs returned something else, `"not shown"` if that could not be decided,
---because jobs failed, returned nothing, or had no other contender to be compared with.
---@return "same"|"different"|"not shown"|nil verdict nil if the experiment doesn't compare results
function results:same_results() end

---Returns sentences about slow first trials, about drift and dependence of trials and ratios, and about what
---medians hide: two groups of trials, or slow trials that only the mean shows.
---@return string[] sentences
function results:steadiness() end

---Returns sentences about contenders that could not run on this machine.
---@return string[] sentences
function results:not_run() end

---Returns what more workers bring: an entry for each contender that ran with at least three worker counts,
---with `label`, `points` (speed-up and efficiency by `workers`), `knee`, `amdahl`, `usl`, `memory_per_worker`
---and `setup`.
---@return table[] entries
function results:scaling() end

---Returns a chart's finding in one sentence, which is the chart's title, without a full stop.
---@param chart? string default: `"speed"`, or `"latency"` if all contenders ran both in closed and in open loops
---@return string? sentence nil if these rows have nothing for that chart
---@return string? reason
function results:finding(chart) end

---Returns the table of results, or a part of it, for `bake.show` and notebooks; `tostring` gives its text. Raises
---a usage error for unknown figures and contenders.
---@param options? bakeoff.ResultTableOptions
---@return userdata table
function results:table(options) end

---Returns a chart of the results for notebooks, whose page draws it; `tostring` gives its title. Raises a usage
---error if there is no such chart, or if these rows have no data for it.
---@param name string such as `"speed"`
---@param options? { workers?: integer } `workers`: the count at which contenders are compared
---@return userdata chart
function results:chart(name, options) end

---Returns a figure of one cell with its interval; `tostring` gives its text. Raises a usage error for an unknown
---figure or contender, and if no trial has the figure.
---@param contender string
---@param workers? integer may be left out if the contender has only one cell
---@param figure? string a name as gates know it; default: `"total"`
---@return bakeoff.Value value
function results:value(contender, workers, figure) end

---Returns how a figure of contender a compares with that of contender b, paired by block and corrected like the
---table's verdicts; `tostring` gives its text. Errors: as for `value`.
---@param a string
---@param b string
---@param workers? integer may be left out for contenders that have only one cell
---@param figure? string a name as gates know it; default: `"total"`
---@return bakeoff.Value value
function results:ratio(a, b, workers, figure) end

---Returns all figures, as `summary.json` has them.
---@return table summary
function results:summary_table() end

---Returns all figures and writes them to `summary.json`.
---@return table|false|nil summary
---@return string? message
function results:summary() end

---Prints a summary and writes `report.md`, `report.html`, `summary.json` and the charts. When the script
---ends, bakeoff calls this for all results that the script has not reported itself.
---@param options? bakeoff.ReportOptions
---@return boolean ok false if something could not be written or drawn; the rows are kept
---@return string? message
function results:report(options) end

---Checks conditions on the results. If one fails, it raises an error that names every failed gate with its
---values (exit code 1). Gates that hold for the medians but not everywhere in the 95 % intervals, or beside
---failed jobs, are *not shown*: one line on standard error names them. An unknown figure or contender, and anything but a list of
---one or more strings, is a usage error (exit code 2). `scripts/HOWTO.md` explains how to write gates.
---@param gates string[] such as `{ "errors == 0", "footprint_peak(eventloop) < 40MiB" }`
---@param options? bakeoff.GateOptions
---@return true ok
---@return string? not_shown the line about gates that are not shown
function results:gate(gates, options) end

---What a claim came to. Verdicts are corrected jointly (Holm) for all claims of a script, so that any of them is
---falsely held or refuted in at most 5 of 100 runs.
---@class bakeoff.Claim
---The sentence.
---@field says string
---The condition; several of them are separated by semicolons.
---@field condition string
---`"held"`: every condition holds everywhere in its 95 % interval, at every worker count it speaks of;
---`"refuted"`: one of them holds nowhere in its interval; `"not_shown"`: neither, or the run can't decide.
---@field verdict "held"|"not_shown"|"refuted"
---The values with their intervals. Two sides are shown as the quotient within blocks.
---@field found string
---Why it is not shown.
---@field reason? string
---The P value of the claim; nil if it is about facts, such as errors, or nothing could be tested.
---@field p? number
---The P value after Holm's correction.
---@field p_family? number
---The verdict without that correction.
---@field alone "held"|"not_shown"|"refuted"
---The name of the experiment.
---@field run? string
---The line of the script.
---@field line? integer
---The number of the code cell, in a notebook.
---@field cell? integer
---@field private why? string
---@field private shown? string

---Makes a claim about these results, prints it with its verdict and values, and returns the outcome. The
---conditions are written like gates. What the run shows never raises an error: a claim that can't be decided,
---or with failed jobs beside it, is *not shown*. An unknown figure or contender is a usage error. When the script
---ends, the claims are summed up, and `summary.json` gets the list `claims`.
---@param says string such as `"an event loop needs less memory than threads"`
---@param conditions string|string[] such as `"footprint_peak(eventloop) < footprint_peak(threads)"`; all of a list must hold
---@return bakeoff.Claim outcome
function results:claim(says, conditions) end

---Makes a claim about the last experiment of the script or, if that lacks a contender of the conditions, about
---the only one that has them all. Otherwise like `results:claim`. Raises a usage error if several experiments
---could be meant.
---@param says string
---@param conditions string|string[]
---@return bakeoff.Claim outcome
function bake.claim(says, conditions) end

---@class bakeoff.ClaimEntry
---The results it is about.
---@field results bakeoff.Results
---The sentence.
---@field says string
---One condition, or several that must all hold.
---@field conditions string|string[]

---Decides several claims that are read together, without showing them. They are not among the script's
---claims.
---@param claims bakeoff.ClaimEntry[]
---@return bakeoff.Claim[] outcomes in the same order
function bake.decide(claims) end

---Reads the results of an earlier run. Raises a usage error if the folder holds none.
---@param folder string such as `"out/tickets"`
---@return bakeoff.Results results
function bake.load(folder) end

-- # Charts of a script's own

---A task of a system. Times are in seconds from the system's start and must not decrease from `submitted` to
---`received`.
---@class bakeoff.OrderTask
---Whether the task computes or waits. Default: `"cpu"`.
---@field kind? "cpu"|"io"
---When the caller handed it over.
---@field submitted number
---When a worker started it.
---@field started number
---When it ended.
---@field ended number
---When the caller had its result; nil if it never had.
---@field received? number

---One way of starting tasks and waiting for them.
---@class bakeoff.OrderSystem
---The name to show beside its lanes.
---@field name string
---The contender whose colours it gets.
---@field model? string
---`false` for a system that reports only when tasks end and returns no results. Default: true.
---@field results? boolean
---The tasks in the order of submission.
---@field tasks bakeoff.OrderTask[]

---A chart of when tasks ran and when the caller got their results.
---@class bakeoff.OrderChart
---Selects this chart.
---@field kind "order"
---The name of the chart's folder in `out/`.
---@field name string
---The systems to show, at least one, from top to bottom.
---@field systems bakeoff.OrderSystem[]
---The chart's title. Default: the finding.
---@field title? string
---A few words below the title that say what is done.
---@field job? string
---Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Colours for a light or a dark background. Default: `"light"`.
---@field theme? "light"|"dark"

---One of the experiments that a chart shows side by side.
---@class bakeoff.Group
---The name to show with its bars. If all names (at least three) differ by a number only, such as `"64 KiB"` or
---`"cap=5"`, lines over that number replace the bars.
---@field name string
---The results of the experiment.
---@field results bakeoff.Results

---A chart of the total times of several experiments. Each contender is compared with itself in the reference
---group.
---@class bakeoff.GroupsChart
---Selects this chart.
---@field kind "groups"
---The name of the chart's folder in `out/`.
---@field name string
---The experiments to show, at least one, in this order.
---@field groups bakeoff.Group[]
---The index of the reference group. Default: the last.
---@field reference? integer
---The worker count to show. Default: the largest that all contenders ran with.
---@field workers? integer
---The chart's title. Default: the finding.
---@field title? string
---A few words below the title that say what is done.
---@field job? string
---Default: `"page"`.
---@field size? "column"|"page"|"slide"
---Colours for a light or a dark background. Default: `"light"`.
---@field theme? "light"|"dark"

---The files of a chart that a script drew.
---@class bakeoff.ChartFiles
---The chart's title.
---@field title string
---The kind of chart.
---@field name string
---The path of the rows from which it was drawn.
---@field rows string
---The path of the data that gnuplot drew.
---@field dat string
---The path of the gnuplot script, which needs nothing but the data.
---@field gp string
---The path of the picture as SVG.
---@field svg? string
---The path of the picture as PNG.
---@field png? string
---The paths of all pictures.
---@field pictures string[]
---@field private about string
---@field private built table

---Draws a chart from data of your own or from several experiments. Writes it to `out/NAME/` together with the
---rows from which it was drawn, and prints its title; `bakeoff plot out/NAME` draws it again. If drawing
---fails, the rows are kept and the script ends with exit code 1. Raises a usage error that names the field.
---@param chart bakeoff.OrderChart|bakeoff.GroupsChart
---@return bakeoff.ChartFiles? files
---@return string? message
function bake.chart(chart) end

---Facts about the order in which results arrived.
---@class bakeoff.OrderFacts
---Whether results arrived in the order of submission.
---@field by_submission boolean
---Whether results arrived in the order in which tasks ended.
---@field by_completion boolean
---How many finished results waited until the caller asked for them.
---@field held integer
---The longest such wait, in seconds.
---@field longest_wait_s number
---Whether no two tasks ever ran at the same time.
---@field one_at_a_time boolean
---Whether I/O overlapped with CPU work; nil if the tasks were not of both kinds.
---@field io_overlaps? boolean

---Returns the facts that the `order` chart shows about one of its systems.
---@param system bakeoff.OrderSystem
---@return bakeoff.OrderFacts facts
function bake.order(system) end
