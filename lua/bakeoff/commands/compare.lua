--- bakeoff compare A B: compares two runs cell by cell; --fail turns a regression into an exit code.

local arguments = require "bakeoff.cli.arguments"
local chart = require "bakeoff.compare.chart"
local chart_options = require "bakeoff.cli.chart_options"
local compare = require "bakeoff.compare"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local folders = require "bakeoff.cli.folders"
local foreign = require "bakeoff.compare.foreign"
local json = require "bakeoff.base.json"
local look = require "bakeoff.base.look"
local matching = require "bakeoff.compare.foreign.matching"
local numbers = require "bakeoff.base.numbers"
local results = require "bakeoff.api.results"
local script = require "bakeoff.compare.script"
local tables = require "bakeoff.compare.tables"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local command = { name = "compare", summary = "compare run B with the earlier run A, cell by cell" }

local MANIFEST = "manifest.json"

local EPILOG = [[
Ratios are B/A of medians with 95 % intervals. Verdicts:
  faster, slower, less, more   the interval excludes 1 and the ratio exceeds --noise
  same within 3 %              the whole interval lies within --noise, even if it excludes 1: the
                               machine changes between two runs, while the trials of one run take
                               turns, so within one run such a difference is called one
  maybe noise                  a difference is shown, but not whether it exceeds --noise
  no difference shown          the interval includes 1, and values beyond --noise; or it excludes 1, but
                               the tests, corrected for all cells of a table, don't: the row says so
  too few repeats              one of the runs has fewer than six trials
"No regression" means that every interval excludes a change for the worse beyond --noise;
otherwise the last line names what can't be ruled out. Cells are matched by label and worker
count. Warnings name everything else that differs between the runs (machine, code, items,
conditions, versions) and may cause a difference. Even two runs of the same program differ in
some cells by chance: compare two such runs before you choose --noise.

A or B may also be times that another program measured: a JSON file of hyperfine (--export-json) or
pyperf (-o), or criterion's sample.json or folder. It is recognised by its content. Its benchmarks are
matched with the labels and commands of the run, or as --map says; only total times are compared.

Examples:
   bakeoff compare before/tickets out/tickets
      prints the ratios and verdicts of every cell
   bakeoff compare before out --noise 5% --fail --metric total_s
      compares all experiments of two folders; exits with 1 if a total time grew by over 5 %
   bakeoff compare before out --fail-undecided
      also exits with 3 if a regression can't be ruled out, for example after too few repeats
   bakeoff compare out/tickets~1 out/tickets --json comparison.json
      compares the latest run with the previous one, which was renamed to tickets~1
   bakeoff compare before/tickets out/tickets --metric memory --chart memory.svg
      also draws the ratios with their intervals and verdicts
   bakeoff compare hyperfine.json out/exec --map 'sleep 0.1=pause'
      compares times that hyperfine measured (--export-json) with those of a run

Exit codes:
   0   compared
   1   with --fail or --fail-undecided: time, requests/s or memory got worse by more than --noise
       (CPU time counts only if --metric names it), or every trial of a cell now fails;
       or the chart could not be drawn
   2   usage error
   3   with --fail-undecided: nothing got worse for sure, but a regression can't be ruled out]]

function command.define(parser)
   parser:usage("Usage: bakeoff compare [options] A B")
   parser:argument("A", "The baseline: a run folder, a folder that holds several, or a file of another " ..
      "program"):target("a")
   parser:argument("B", "The run to compare with it, or a folder with experiments of the same names")
      :target("b")
   parser:option("--metric", "Figures to compare, separated by commas: " ..
      table.concat(compare.METRICS, ", ") .. " (default), or any that gates accept, such as " ..
      "work_s,latency_p99"):argname("a,b")
   parser:option("--map", "Pair a benchmark of another program's file with a cell of the run: its label, " ..
      "or 'LABEL, WORKERS'; of two files, NAME is from A (repeatable)"):argname("NAME=CELL"):count("*")
   parser:option("--noise", "A ratio this close to 1 is no regression (default: the margin of \"same\" of " ..
      "the runs, usually 3%)"):argname("SHARE")
   parser:flag("--fail", "Exit with code 1 on a regression")
   parser:flag("--fail-undecided", "The same, and exit with code 3 if a regression can't be ruled out")
   parser:option("--json", "Also write the comparison to this file; - means standard output, and moves " ..
      "the tables to standard error"):argname("FILE"):convert(exports.writable_or_stdout)
   parser:option("--chart", "Draw the ratios of the first figure: a file ending in .svg, .png, .pdf or " ..
      ".tex, or a folder, which gets EXPERIMENT.svg and .png"):argname("PATH"):convert(chart.target)
   chart_options.define_page(parser)
   arguments.useless_without(parser, { "--theme", "--size" }, "--chart")
   parser:epilog(EPILOG)
end

local function name_of(path) return path:match("([^/]*)$") end

-- name → folder of each run in a folder; nil if the folder is a run itself.
local function runs_in(path)
   if folders.has(path, MANIFEST) then
      return nil
   end
   local found = {}
   for _, folder in ipairs(folders.below(path, { MANIFEST })) do
      found[name_of(folder)] = folder
   end
   if not next(found) then
      failure.usage("%s: not a run folder (no %s in it or one level below); name the folder of an " ..
         "experiment, such as out/tickets", path, MANIFEST)
   end
   return found
end

local function mixed(run, parent, runs)
   failure.usage("%s is one run, but %s holds several (%s); name one of them", run, parent,
      table.concat(text.sorted_keys(runs), ", "))
end

-- Pairs of folders to compare, sentences about the experiments that only one side has, and how many of them
-- only the baseline has.
local function pairs_of(a, b)
   local runs_a, runs_b = runs_in(a), runs_in(b)
   if not runs_a and not runs_b then
      return { { a, b } }, {}, 0
   elseif not runs_a then
      mixed(a, b, runs_b)
   elseif not runs_b then
      mixed(b, a, runs_a)
   end
   local list, alone = {}, {}
   for _, name in ipairs(text.sorted_keys(runs_a)) do
      if runs_b[name] then
         list[#list + 1] = { runs_a[name], runs_b[name] }
      else
         alone[#alone + 1] = ("%s is only in %s"):format(name, a)
      end
   end
   local gone = #alone
   for _, name in ipairs(text.sorted_keys(runs_b)) do
      alone[#alone + 1] = not runs_a[name] and ("%s is only in %s"):format(name, b) or nil
   end
   if #list == 0 then
      failure.usage("%s and %s have no experiment in common (%s); name runs of the same experiment", a, b,
         table.concat(alone, ", "))
   end
   return list, alone, gone
end

-- Another program's file (a table, from foreign.read) with the labels of the other side.
local function results_of(source, other, map) return results.of(matching.as_run(source, other, map)) end

-- The results of both sides.
local function loaded(pair, map)
   local a, b = pair[1], pair[2]
   if type(b) == "string" or type(a) == "table" then
      b = type(b) == "string" and results.load(b) or results_of(b)
      return type(a) == "string" and results.load(a) or results_of(a, b, map), b
   end
   a = results.load(a)
   return a, results_of(b, a, map)
end

-- → { comparison, a, b }
local function compared(pair, options)
   local a, b = loaded(pair, options.map)
   local comparison = compare.results(a, b, { noise = options.noise,
      metrics = script.usable(options.metrics, a, b, "--metric") })
   script.check_cells(comparison)
   return { comparison = comparison, a = a, b = b }
end

local JSON_KEYS = { "schema", "noise", "regressions", "undecided", "unmatched", "experiments" }

local function write_json(path, report)
   report.schema = 1
   local content = json.encode(json.ordered(JSON_KEYS, report), { pretty = true })
   if path == "-" then
      io.stdout:write(content)
      return
   end
   local ok, message = files.write(path, content)
   if not ok then
      failure.usage("--json: cannot write %s; name a file in a folder that exists and is writable",
         message)
   end
end

local function show(list, alone, out)
   local how = look.of {}
   how.colour = how.colour and out == io.stdout
   for index, one in ipairs(list) do
      out:write(index > 1 and "\n" or "", table.concat(tables.lines(one.comparison, how), "\n"), "\n")
   end
   for _, sentence in ipairs(alone) do
      out:write("warning: experiment ", sentence, ".\n")
   end
end

-- Draws the charts that --chart asks for, and names them.
local function draw(list, target, how, out)
   for _, one in ipairs(target and list or {}) do
      for _, path in ipairs(chart.draw(target, one, how)) do
         out:write(path, "\n")
      end
   end
end

-- Raises (usage) if --chart names one picture for several experiments.
local function check_chart(target, list)
   if target and target.name and #list > 1 then
      failure.usage("--chart: the folders have %d experiments in common; name a folder for their charts",
         #list)
   end
end

-- The pairs that the command line names: see pairs_of.
local function pairs_named(args)
   local a, b = foreign.read(args.a) or folders.check(args.a), foreign.read(args.b) or folders.check(args.b)
   if type(a) == "string" and type(b) == "string" then
      if #args.map > 0 then
         failure.usage "--map: has no effect on two runs of bakeoff; leave it out"
      end
      return pairs_of(a, b)
   end
   for _, side in ipairs { { a, b }, { b, a } } do
      local runs = type(side[1]) == "string" and runs_in(side[1])
      if runs then
         mixed(side[2].path, side[1], runs)
      end
   end
   return { { a, b } }, {}, 0
end

-- The smallest noise that counted.
local function least_noise(all)
   local least = math.huge
   for _, one in ipairs(all) do
      least = math.min(least, one.comparison.noise)
   end
   return least
end

-- The exit code, with a line on standard error unless it is 0. counts: { regressions, undecided }; noise: as
-- --noise takes it.
local function judge(args, counts, noise)
   if not (args.fail or args.fail_undecided) then
      return 0
   elseif counts.regressions > 0 then
      io.stderr:write(("bakeoff compare: %s beyond --noise %s\n"):format(
         numbers.plural(counts.regressions, "regression"), noise))
      return 1
   elseif args.fail_undecided and counts.undecided > 0 then
      io.stderr:write(("bakeoff compare: %s can't rule out a regression beyond --noise %s\n")
         :format(numbers.plural(counts.undecided, "check"), noise))
      return 3
   end
   return 0
end

--- Returns the exit code.
function command.run(args)
   local options = { noise = args.noise and units.share(args.noise, "--noise"),
      metrics = script.metrics(args.metric, "--metric"), map = args.map }
   local how = chart_options.read_page(args)
   local list, alone, gone = pairs_named(args)
   local all, written, counts = {}, {}, { regressions = 0, undecided = gone }
   check_chart(args.chart, list)
   for index, pair in ipairs(list) do
      all[index] = compared(pair, options)
      local one = all[index].comparison
      written[index] = compare.written(one)
      counts.regressions = counts.regressions + #one.regressions
      counts.undecided = counts.undecided + #one.undecided
   end
   local out = args.json == "-" and io.stderr or io.stdout
   show(all, alone, out)
   if args.json then
      write_json(args.json, { noise = least_noise(all), regressions = counts.regressions,
         undecided = counts.undecided, experiments = written, unmatched = json.array(alone) })
   end
   draw(all, args.chart, how, out)
   return judge(args, counts, ("%.4g%%"):format(least_noise(all) * 100))
end

return command
