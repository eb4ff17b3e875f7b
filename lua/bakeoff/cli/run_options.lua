--- The options of `bakeoff run`: those that override an experiment's fields (the fields with an option in
-- experiment/fields.lua), and those of every run. They are separate from the command because a script that a
-- stock Lua interpreter runs accepts them, too.

local arguments = require "bakeoff.cli.arguments"
local checks = require "bakeoff.base.checks"
local exports = require "bakeoff.cli.exports"
local fields = require "bakeoff.experiment.fields"
local formats = require "bakeoff.plotting.formats"
local units = require "bakeoff.base.units"

local run_options = {}

local LARGEST = 1000000

local function whole_number(text, least)
   local number = text:match("^%d+$") and math.tointeger(tonumber(text))
   return number and number >= least and number <= LARGEST and number or nil
end

local function whole(least, example)
   return function(text)
      local number = whole_number(text, least)
      if number then
         return number
      end
      return nil, ("'%s' is not accepted; write a whole number from %d to %d, such as %s")
         :format(text, least, LARGEST, example)
   end
end

-- "auto" or a whole number.
local function repeats(text)
   local number = text == "auto" and text or whole_number(text, 1)
   if number then
      return number
   end
   return nil, ("'%s' is not accepted; write a whole number from 1 to %d, such as 10, or auto")
      :format(text, LARGEST)
end

-- "1,4,16" → { 1, 4, 16 }: every count once, in the order given.
local function worker_counts(text)
   local list, message = checks.list(text, "1,4,16")
   for index, part in ipairs(list or {}) do
      list[index] = whole_number(part, 1)
      if not list[index] then
         return nil, ("'%s' is not accepted; write whole numbers from 1 to %d, separated by commas, such as "
            .. "1,4,16"):format(part, LARGEST)
      end
   end
   return list, message
end

local function names(text) return checks.list(text, "threads,eventloop") end

local function folder(text)
   if text == "" then
      return nil, "the folder name is empty; name a folder, such as out"
   end
   return text
end

local function duration(text)
   local seconds = units.seconds(text, "")
   if seconds <= 0 then
      return nil, ("'%s' is not accepted; write a duration above zero, such as 30s"):format(text)
   end
   return seconds
end

local function rate(text)
   local number = units.per_second(text, "")
   if number <= 0 then
      return nil, ("'%s' is not accepted; write a rate above zero, such as 500/s"):format(text)
   end
   return number
end

local function share(text)
   local value = units.share(text, "")
   if value <= 0 then
      return nil, ("'%s' is not accepted; write a share above zero, such as 3%%"):format(text)
   end
   return value
end

-- Sampling more often than every millisecond would cost more than it shows.
local function interval(text)
   local seconds = units.seconds(text, "")
   if seconds < 0.001 then
      return nil, ("'%s' is not accepted; write a duration of at least 1ms"):format(text)
   end
   return seconds
end

-- The drawing modules are loaded only when they are needed.
local function chart_terminal(text) return require("bakeoff.plotting.terminal").check(text) end

--- Adds the chart options that all commands share, --format and --chart-terminal; returns them as a list.
function run_options.define_charts(parser, format_help)
   local kinds, terminals = table.concat(formats.NAMES, ","), table.concat(formats.TERMINALS, ", ")
   arguments.usual_value(parser, "--chart-terminal", formats.TERMINALS[1])
   return {
      parser:option("--format", ("%s, separated by commas: %s"):format(format_help, kinds)):argname("A,B")
         :convert(formats.read),
      parser:option("--chart-terminal", "Also show the charts in the terminal: " .. terminals)
         :argname("[NAME]"):convert(chart_terminal),
   }
end

--- Adds the options that say how much the terminal shows; returns them as a group of the help.
function run_options.define_view(parser)
   return { "Terminal",
      parser:flag("--all", "Show every contender at every worker count, not only the best of each"),
      parser:flag("--notes", "Show every warning and note, and every file that was written"),
      parser:flag("--quiet", "Show the finding only, in one line"),
   }
end

--- Converters of single options, for other commands: text → value, or nil, message.
run_options.folder, run_options.duration, run_options.interval = folder, duration, interval
run_options.whole, run_options.repeats, run_options.share = whole, repeats, share

-- Converters by the kind that fields.lua names.
local KINDS = { names = names, workers = worker_counts, repeats = repeats, whole = whole(0, "1"),
   duration = duration, rate = rate, share = share }

local function add_fields(parser, list)
   for _, field in ipairs(fields.LIST) do
      if field.option then
         local about, argument, kind = table.unpack(field.option)
         local name = field.name:gsub("_", "-")
         if kind == "off" then
            list[#list + 1] = parser:flag("--no-" .. name, about):target(field.name):action "store_false"
         elseif kind == "on" then
            list[#list + 1] = parser:flag("--" .. name, about):target(field.name)
         else
            list[#list + 1] = parser:option("--" .. name, about):argname(argument):convert(KINDS[kind])
         end
      end
   end
   return list
end

--- Adds the options that override fields of experiments; returns them as a group of the help.
function run_options.define_measurement(parser)
   return add_fields(parser, { "Measurement (these override the fields of the experiments)" })
end

--- The help of --failed.
run_options.ABOUT_FAILED = "With --resume: also repeat the trials that failed, or in which a job failed"

--- Adds the options to a parser; returns the groups of the help, for arguments.add_groups.
function run_options.define(parser)
   local measurement = run_options.define_measurement(parser)
   local results = { "Results",
      parser:option("--out", "Folder for results, with a folder per experiment (default: out)")
         :argname("DIR"):convert(folder),
      parser:flag("--resume", "Run only the trials missing from an earlier run in the same folder"),
      parser:flag("--failed", run_options.ABOUT_FAILED),
      parser:flag("--keep-going", "Go on if the server under test ends during the run (default: stop)"),
   }
   local of_exports = exports.define(parser) -- standard output belongs to the script
   local of_charts = run_options.define_charts(parser, "Chart formats besides svg and png")
   arguments.useless_with(parser, { "--all", "--notes" }, "--quiet")
   return { measurement, results, run_options.define_view(parser), of_exports,
      table.move(of_charts, 1, #of_charts, 2, { "Charts" }) }
end

--- Names of the settings; those that override fields of experiments.
run_options.FIELDS = { "out", "resume", "failed", "keep_going", "format", "chart_terminal", "all", "notes",
   "quiet" }
run_options.MEASURING = {}
for _, field in ipairs(fields.LIST) do
   run_options.FIELDS[#run_options.FIELDS + 1] = field.option and field.name or nil
   run_options.MEASURING[#run_options.MEASURING + 1] = field.option and field.name or nil
end

return run_options
