--- The command line of `bakeoff exec`: options, "--", the command.

local arguments = require "bakeoff.cli.arguments"
local checks = require "bakeoff.base.checks"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local run_options = require "bakeoff.cli.run_options"
local scan = require "bakeoff.exec.scan"
local texts = require "bakeoff.base.text"
local shell_words = require "bakeoff.base.shell_words"

local exec_options = {}

local EPILOG = [[
COMMAND is a program and its arguments; no shell runs. For pipes and wildcards write sh -c '…'.
The commands of --vs are compared with COMMAND. --setup, --prepare, --conclude and --cleanup are
given once for all commands, or once for each, in order. Commands, --input, --output, --cwd and --env may
contain placeholders: {name} is replaced by a value of --scan or --random, {out} by a new empty
folder for each trial, {repeat} and {seed} by numbers. Write {{x}} for a literal {x}. Values of --scan are
words (in quotes if they contain a comma) and ranges: 1..8, 0..100..25, 0.5..2..0.5. Values that
advance together: --scan 'threads,size=1,2,4;10,20,40'.

Examples:
   bakeoff exec -- sort -u words.txt
      measures time, CPU and peak memory of the process tree: 10 trials after 1 warm-up
   bakeoff exec --vs 'gzip -1 -c big.txt' -- gzip -9 -c big.txt
      says which of two commands is faster and by how much; their trials are interleaved
   bakeoff exec --scan n=1,2,4..6 --export-csv threads.csv -- xz -T {n} -k -f big.txt
      runs one command with the values 1, 2, 4, 5 and 6, draws the time over n, exports the figures
   bakeoff exec --warmup 3 --prepare 'rm -rf build' --empty 'make --version' -- make -j4
      cleans up before each trial, and shows the program's start-up time separately
   bakeoff exec --setup 'make prog' --cleanup 'make clean' --time 20s -- ./prog
      builds it first, measures for 20 seconds, and cleans up in the end, also after Ctrl-C

Exit codes:
   0    success
   1    measured, but a trial failed or a chart could not be drawn
   2    usage error
   130  interrupted; --resume with the same command line continues]]

local function command_words(text)
   local list, message = shell_words.split(text)
   if list and #list == 0 then
      return nil, "the command is empty; write a program and its arguments"
   end
   return list, message
end

local function variable(text)
   local name, value = text:match("^([%a_][%w_]*)=(.*)$")
   if not name then
      return nil, ("'%s' is not accepted; write NAME=VALUE"):format(text)
   end
   return { name, value }
end

local function random(text)
   local name, words = text:match("^([%a_][%w_]*)=(.*)$")
   if not name then
      return nil, ("'%s' is not accepted; write a name and its values, such as key=1..1000"):format(
         texts.shown(text))
   end
   return { name, words }
end

local function label(text)
   local fault = checks.label_fault(text)
   if not fault then
      return texts.trimmed(text)
   end
   return nil, ("'%s' %s"):format(texts.shown(text), fault)
end

-- "1,2" → { 0, 1, 2 }
local function codes(given)
   if given == "all" then
      return given
   end
   local list, message = checks.list(given, "1,2")
   for index, word in ipairs(list or {}) do
      local code = word:match "^%d+$" and math.tointeger(tonumber(word))
      if not code or code > 255 then
         return nil, ("'%s' is not accepted; write exit codes from 0 to 255, separated by commas, such as "
            .. "1,2"):format(texts.shown(word))
      end
      list[index] = code
   end
   return list and table.move(list, 1, #list, 2, { 0 }), message
end

local TIME_UNITS = { s = true, ms = true, us = true }

local function time_unit(given)
   if TIME_UNITS[given] then
      return given
   end
   return nil, ("'%s' is not accepted; write s, ms or us"):format(texts.shown(given))
end

local SORTS = { auto = true, command = true, time = true }

local function sort(given)
   if SORTS[given] then
      return given
   end
   return nil, ("'%s' is not accepted; write auto, command or time"):format(texts.shown(given))
end

local function file(text)
   if text == "" then
      return nil, "the file name is empty; name a file"
   end
   return text
end

-- { name, the value's name in the help, help text, converter, "*" if repeatable }
local OPTIONS = {
   { "vs", "'COMMAND'", "Another command, to compare with COMMAND; repeatable", command_words, "*" },
   { "label", "NAME", "Label for each command, in order; repeatable", label, "*" },
   { "repeats", "N", "Trials of each command, or auto (default: 10)", run_options.repeats },
   { "time", "D", "Run for so long instead, such as 10s", run_options.duration },
   { "min-runs", "N", "At least so many trials, with --repeats auto or --time", run_options.whole(1, "10") },
   { "max-runs", "N", "At most so many trials, with --repeats auto or --time", run_options.whole(1, "100") },
   { "warmup", "N", "Warm-up trials of each command (default: 1)", run_options.whole(0, "1") },
   { "margin", "SHARE", "Smaller differences can be \"same\" (default: 3%)", run_options.share },
   { "scan", "name=a,b,1..8", "Values of {name}; repeatable; all combinations are run", scan.parse, "*" },
   { "random", "name=1..1000", "Draw {name} for each block of trials, by the seed; repeatable", random,
      "*" },
   { "setup", "'COMMAND'", "Command to run once before all trials, such as a build", command_words, "*" },
   { "prepare", "'COMMAND'", "Command to run before each trial, not timed", command_words, "*" },
   { "conclude", "'COMMAND'", "Command to run after each trial, not timed", command_words, "*" },
   { "cleanup", "'COMMAND'", "Command to run once after all trials, also if they fail", command_words, "*" },
   { "empty", "'COMMAND'", "Command that does no work; its time is shown as start-up", command_words },
   { "timeout", "D", "Time limit of each trial (default: 5min)", run_options.duration },
   { "input", "FILE", "File to read as standard input, - for that of bakeoff (default: none)", file },
   { "output", "FILE", "File for their standard output, or null, pipe (read and discarded), inherit " ..
      "(shown); default: null", file },
   { "cwd", "DIR", "Folder in which they run (default: the current one)", run_options.folder },
   { "env", "NAME=VALUE", "Variable to add to their environment; repeatable", variable, "*" },
   { "ignore-failure", "[N,N]", "Exit codes that are no failures; without N, all", codes },
   { "sort", "HOW", "Order of tables and exports: command, time or auto (default: auto, tables " ..
      "in the terminal by time, exports by command)", sort },
   { "time-unit", "UNIT", "Write all times in s, ms or us (default: the unit that suits each)", time_unit },
   { "reference", "NAME", "Label of the command that others are compared with (default: the first)", label },
   { "sample-every", "D", "How often memory is read (default: 10ms)", run_options.interval },
   { "out", "DIR", "Folder for results (default: out)", run_options.folder },
   { "name", "NAME", "Folder of this run in DIR (default: exec)", checks.folder_name },
   { "seed", "N", "Seed of trial order and of the intervals (default: 1)", run_options.whole(0, "1") },
}

local function add_groups(parser, of_exports)
   arguments.group(parser, "Commands to run",
      { "--vs", "--label", "--reference", "--scan", "--random", "--empty" })
   arguments.group(parser, "Commands around them", { "--setup", "--prepare", "--conclude", "--cleanup" })
   arguments.group(parser, "Their surroundings",
      { "--input", "--output", "--show-output", "--cwd", "--env", "--ignore-failure" })
   arguments.group(parser, "Measurement",
      { "--repeats", "--time", "--min-runs", "--max-runs", "--warmup", "--margin", "--timeout",
         "--sample-every", "--seed", "--no-shake", "--counters" })
   arguments.group(parser, "Results", { "--out", "--name", "--sort", "--time-unit", "--resume", "--failed" })
   arguments.add_groups(parser, { run_options.define_view(parser), of_exports })
   arguments.group(parser, "Charts", { "--format", "--chart-terminal", "--no-chart" })
end

local function new_parser()
   local parser = arguments.parser("bakeoff exec",
      "Measure any program: time, CPU and memory over time of its whole process tree.")
   parser:usage("Usage: bakeoff exec [options] -- COMMAND [ARGUMENT …]")
   for _, option in ipairs(OPTIONS) do
      local added = parser:option("--" .. option[1], option[3]):argname(option[2]):convert(option[4])
      added:count(option[5] or "?")
   end
   run_options.define_charts(parser, "Chart formats besides svg and png")
   arguments.usual_value(parser, "--ignore-failure", "all")
   parser:flag("--show-output", "Show what commands print, as --output inherit does")
   parser:flag("--counters", "Count instructions, cycles, misses and page faults where this machine can")
   parser:flag("--no-shake", "Give all trials an environment of the same size")
   parser:flag("--no-chart", "Draw no charts")
   parser:flag("--resume", "Run only the trials missing from an earlier run in the same folder")
   parser:flag("--failed", run_options.ABOUT_FAILED)
   add_groups(parser, exports.define(parser, true))
   arguments.useless_with(parser, { "--format", "--chart-terminal" }, "--no-chart")
   arguments.useless_with(parser, { "--output" }, "--show-output")
   arguments.useless_with(parser, { "--all", "--notes" }, "--quiet")
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

-- → the arguments before "--", and those after it (nil without "--")
local function split(argv)
   for index, word in ipairs(argv) do
      if word == "--" then
         return table.move(argv, 1, index - 1, 1, {}), table.move(argv, index + 1, #argv, 1, {})
      end
   end
   return argv, nil
end

-- Refuses a command without "--" before it, and shows the corrected command line.
local function refuse_bare_command(parser, before)
   local at = arguments.first_positional(parser, before)
   if at then
      local command = shell_words.join(table.move(before, at, #before, 1, {}))
      failure.usage("write '--' before the command: bakeoff exec -- %s (see bakeoff exec --help)", command)
   end
end

--- argv: everything after "exec". → { command = argv of the command, vs = { argv, … }, label =, scan =, … };
-- nil after help was shown. Raises usage failures that name the option.
function exec_options.parse(argv)
   local before, command = split(argv)
   local parser = new_parser()
   if arguments.wants_help(before) then
      print(parser:get_help())
      return nil
   end
   refuse_bare_command(parser, before)
   local args = arguments.parse(parser, before)
   if not command or #command == 0 or command[1] == "" then
      failure.usage("missing argument 'COMMAND'; write it after '--', such as bakeoff exec -- sleep 0.1 " ..
         "(see bakeoff exec --help)")
   end
   args.command = command
   return args
end

return exec_options
