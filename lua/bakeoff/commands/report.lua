--- `bakeoff report DIR`: rewrites the report of a run from its rows, and exports its figures.

local arguments = require "bakeoff.cli.arguments"
local chart_options = require "bakeoff.cli.chart_options"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local folders = require "bakeoff.cli.folders"
local formats = require "bakeoff.plotting.formats"
local index_page = require "bakeoff.report.html.index"
local results = require "bakeoff.api.results"
local rows = require "bakeoff.runs.rows"
local run_options = require "bakeoff.cli.run_options"

local report = { name = "report", summary = "rewrite the report of a run folder from its rows" }

local MANIFEST = "manifest.json"

local EPILOG = [[
Writes report.html (one file with the charts inside), report.md, summary.json and the charts, and
prints a summary. A folder that holds several experiments also gets an index.html.

Examples:
   bakeoff report out/tickets
      rewrites everything, for example after an update of bakeoff
   bakeoff report out/tickets --html --only speed,memory
      writes report.html only, with two charts
   bakeoff report out --export-csv all.csv
      exports the figures of all experiments to one file
   bakeoff report out/tickets --no-chart --export-hyperfine - | python3 plot_histogram.py -
      passes the measured times to a script of hyperfine

Exit codes:
   0   success
   1   a chart could not be drawn, or a file could not be written
   2   usage error]]

function report.define(parser)
   parser:usage("Usage: bakeoff report [options] DIR")
   parser:argument("DIR", "Folder of an experiment, or a folder that holds several"):target("dir")
   parser:flag("--html", "Write only report.html (and report.md if --md is also given)")
   parser:flag("--md", "Write only report.md (and report.html if --html is also given)")
   parser:flag("--no-chart", "Draw no charts")
   arguments.group(parser, "What to write", { "--html", "--md", "--no-chart" })
   arguments.add_groups(parser, { run_options.define_view(parser), exports.define(parser, true) })
   chart_options.define(parser)
   arguments.useless_with(parser, chart_options.OF_CHARTS, "--no-chart")
   arguments.useless_with(parser, { "--all", "--notes" }, "--quiet")
   parser:epilog(EPILOG)
end

-- → folders of experiments; and their parent folder if there may be several. Raises (usage).
local function run_folders(dir)
   dir = folders.check(dir)
   if folders.has(dir, MANIFEST) then
      return { dir }
   end
   local list = folders.below(dir, { MANIFEST })
   if #list == 0 then
      failure.usage("%s: not a run folder (no %s in it or one level below); name the folder of an " ..
         "experiment, such as out/tickets", dir, MANIFEST)
   end
   return list, dir
end

local function load(dir, options)
   local run = results.load(dir)
   chart_options.check_workers(run, options.workers)
   rows.check_any(dir, run.cells, run.warnings, "report")
   return run
end

local function print_to_stderr(line) io.stderr:write(line, "\n") end

-- How the reports are made: options of report.make.
local function options_of(args, is_taken)
   local options = chart_options.read(args)
   options.charts = not args.no_chart
   options.formats = formats.with_usual(options.formats or {}) -- the documents show these
   options.print = is_taken and print_to_stderr or print
   options.all, options.notes, options.quiet = args.all, args.notes, args.quiet
   if args.html or args.md then
      options.html, options.md = args.html or false, args.md or false
   end
   return options
end

--- Returns the exit code.
function report.run(args)
   local wanted, is_taken = exports.wanted(args)
   local options, ok, runs = options_of(args, is_taken), true, {}
   local list, parent = run_folders(args.dir)
   for index, dir in ipairs(list) do
      runs[index] = load(dir, options)
   end
   for _, run in ipairs(runs) do
      ok = run:report(options) and ok
   end
   if parent and options.html ~= false then
      ok = index_page.write(parent, runs, options.quiet and function() end or options.print) and ok
   end
   exports.write(wanted, runs)
   return ok and 0 or 1
end

return report
