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
COMMAND is a program and its arguments; no shell runs. For pipes and wildcards: -- sh -c '…'.
The others are compared with COMMAND, the first. In a command, {name} is replaced by a scanned
value, {out} by an empty folder made for each trial, {repeat} and {seed} by numbers; {{x}} means
a literal {x}.

Examples:
   bakeoff exec -- sort -u words.txt
      time, CPU and peak memory of the process tree: ten runs after one warm-up
   bakeoff exec --vs 'gzip -1 -c big.txt' -- gzip -9 -c big.txt
      which of two commands is faster, and by how much, in interleaved runs
   bakeoff exec --scan n=1,2,4..6 --export-csv threads.csv -- xz -T {n} -k -f big.txt
      one command with several parameter values
   bakeoff exec --warmup 3 --prepare 'rm -rf build' --empty 'make --version' -- make -j4
      a preparation before each trial, and the start-up time of the program alone

Exit codes: 0 success, 1 a trial failed or a chart could not be drawn, 2 usage error, 130
interrupted; --resume with the same command line runs the rest.]]

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

local function label(text)
   local fault = checks.label_fault(text)
   if not fault then
      return text
   end
   return nil, ("'%s' %s"):format(texts.shown(text), fault)
end

local function file(text)
   if text == "" then
      return nil, "the file name is empty"
   end
   return text
end

local function name(text)
   if text:match("^[%w_][%w_.-]*$") then
      return text
   end
   return nil, ("'%s' is not a folder name; use letters, digits, '_', '-' and '.'"):format(text)
end

-- { name, the value's name in the help, help text, converter, "*" if repeatable }
local OPTIONS = {
   { "vs", "'COMMAND'", "Another command to compare with COMMAND; repeatable", command_words, "*" },
   { "label", "NAME", "Label for each command, in order; repeatable", label, "*" },
   { "repeats", "N", "Trials of each command, or auto (default: 10)", run_options.repeats },
   { "warmup", "N", "Warm-up trials of each command (default: 1)", run_options.whole(0, "1") },
   { "scan", "name=a,b,1..8", "Values for {name}; repeatable; all combinations are run", scan.parse, "*" },
   { "prepare", "'COMMAND'", "Command to run before each trial, not timed", command_words },
   { "empty", "'COMMAND'", "Command that does no work; its time is shown as start-up", command_words },
   { "timeout", "D", "Time limit of each trial (default: 5min)", run_options.duration },
   { "input", "FILE", "File that the commands read as stdin (default: none)", file },
   { "output", "FILE", "File for their stdout (default: discarded)", file },
   { "cwd", "DIR", "Folder that they run in (default: this one)", run_options.folder },
   { "env", "NAME=VALUE", "Variable to add to their environment; repeatable", variable, "*" },
   { "sample-every", "D", "How often memory is read (default: 10ms)", run_options.interval },
   { "out", "DIR", "Folder for results (default: out)", run_options.folder },
   { "name", "NAME", "Folder of this run in DIR (default: exec)", name },
   { "seed", "N", "Seed of the order of trials and of the intervals", run_options.whole(0, "1") },
}

local function new_parser()
   local parser = arguments.parser("bakeoff exec",
      "Measure any program: time, CPU and memory over time of its whole process tree.")
   parser:usage("Usage: bakeoff exec [options] -- COMMAND [ARGUMENT …]")
   for _, option in ipairs(OPTIONS) do
      local added = parser:option("--" .. option[1], option[3]):argname(option[2]):convert(option[4])
      if option[5] then
         added:count(option[5])
      else
         added:overwrite(false) -- if it is given twice, one value would be ignored
      end
   end
   run_options.define_charts(parser, "Chart formats besides svg and png")
   exports.define(parser, true)
   parser:flag("--ignore-failure", "Don't count non-zero exit codes as failures")
   parser:flag("--no-chart", "Draw no charts")
   parser:flag("--resume", "Run only the trials missing from an earlier run in the same folder")
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
      failure.usage("which command? write it after '--', such as bakeoff exec -- sleep 0.1 " ..
         "(see bakeoff exec --help)")
   end
   args.command = command
   return args
end

return exec_options
