--- The options of `bakeoff plot` and `bakeoff report` that say which charts are drawn, and how.

local arguments = require "bakeoff.cli.arguments"
local charts = require "bakeoff.charts"
local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local registry = require "bakeoff.charts.registry"
local run_options = require "bakeoff.cli.run_options"
local select = require "bakeoff.model.select"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local chart_options = {}

local function define_content(parser, names)
   parser:option("--only", "Charts to draw, separated by commas (default: all that apply): " ..
      table.concat(names, ", ")):argname("A,B")
   parser:option("--workers", "Worker count of the charts that show one (default: the largest that all " ..
      "contenders ran)"):argname("N")
   parser:option("--window", ("Time window that %s show, such as 0.2s-450ms (default: all)"):format(
      numbers.list(registry.names(function(entry) return entry.window end)))):argname("FROM-TO")
   arguments.group(parser, "What the charts show", { "--only", "--workers", "--window" })
end

--- Adds --theme and --size.
function chart_options.define_page(parser)
   parser:option("--theme", "light or dark (default: light)"):argname("NAME")
   parser:option("--size", "column (85 mm), page (170 mm) or slide (16:9) (default: page)"):argname("NAME")
end

local function define_look(parser)
   chart_options.define_page(parser)
   run_options.define_charts(parser, "Chart formats (default: svg,png)")
   arguments.group(parser, "How the charts look",
      { "--theme", "--size", "--format", "--chart-terminal" })
end

--- The options that say something only about charts.
chart_options.OF_CHARTS = { "--only", "--window", "--theme", "--size", "--format", "--chart-terminal" }

--- Adds them to a parser, in groups. names: the charts that --only accepts (default: charts.NAMES).
function chart_options.define(parser, names)
   define_content(parser, names or charts.NAMES)
   define_look(parser)
end

--- A whole number from 1, or nil if the option is not given. Raises (usage) for anything else.
function chart_options.count(value, option, what)
   local number = value and math.tointeger(tonumber(value))
   if value and (not number or number < 1) then
      failure.usage("%s: '%s' is not a %s; write for example %s 16", option, value, what, option)
   end
   return number
end

-- "0.2s-450ms" as seconds.
local function window_of(value)
   local from, to = (value or ""):match("^([^-]+)-([^-]+)$")
   if not value then
      return nil
   elseif not from then
      failure.usage("--window: '%s' is not a time window; write for example --window 0s-500ms", value)
   end
   local window = { from = units.seconds(from, "--window"), to = units.seconds(to, "--window") }
   if window.to <= window.from then
      failure.usage("--window: '%s' ends before it begins; write for example --window 0s-500ms", value)
   end
   return window
end

local function list_of(names, known)
   local list, message = checks.list(names, "speed,memory")
   for _, name in ipairs(list or failure.usage("--only: %s", message)) do
      checks.one_of(name, known, "--only")
   end
   return list
end

--- Theme and size from a parsed command line: { theme, size }. Raises usage failures that name the option.
function chart_options.read_page(args)
   return { theme = checks.one_of(args.theme or "light", { "light", "dark" }, "--theme"),
      size = checks.one_of(args.size or "page", text.sorted_keys(page.SIZES), "--size") }
end

--- The options of charts.draw from a parsed command line. Raises usage failures that name the option.
function chart_options.read(args, names)
   local how = chart_options.read_page(args)
   return {
      workers = chart_options.count(args.workers, "--workers", "worker count"),
      window = window_of(args.window),
      theme = how.theme, size = how.size, formats = args.format, chart_terminal = args.chart_terminal,
      keep_others = true, -- pictures in other formats show the same rows, so they stay valid
      only = args.only and list_of(args.only, names or charts.NAMES),
   }
end

--- Raises (usage) if no trial of the run had that many workers.
function chart_options.check_workers(run, workers)
   local counts = select.worker_counts(run)
   for _, count in ipairs(counts) do
      if not workers or count == workers then
         return
      end
   end
   if workers then
      failure.usage("--workers: no trial ran with %d workers; the run has: %s", workers,
         table.concat(counts, ", "))
   end
end

return chart_options
