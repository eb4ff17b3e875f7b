--- The options of `bakeoff exec`, and its command line: options, "--", the command.

local arguments = require "bakeoff.cli.arguments"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local run_options = require "bakeoff.cli.run_options"
local scan = require "bakeoff.exec.scan"
local words = require "bakeoff.base.words"

local exec_options = {}

local EPILOG = [[
No shell runs: COMMAND is a program and its arguments. For pipes and wildcards: -- sh -c '…'.
The first command is what the others are compared with. {name} stands for a scanned value, {out}
for a fresh empty folder of each trial, {repeat} and {seed} for numbers; {{x}} is a plain {x}.

Examples:
   bakeoff exec -- sort -u words.txt
      time, CPU and peak memory, children included, of ten runs after one that doesn't count
   bakeoff exec --vs 'gzip -1 -c big.txt' -- gzip -9 -c big.txt
      two commands, which is faster and by how much, in interleaved runs
   bakeoff exec --scan n=1,2,4..6 --export-csv threads.csv -- xz -T {n} -k -f big.txt
      one command with several values
   bakeoff exec --warmup 3 --prepare 'rm -rf build' --empty 'make --version' -- make -j4
      something to do before each trial, and the cost of starting the program alone

Exit codes: 0 all went well, 1 a trial failed or a chart could not be drawn, 2 wrong use,
130 interrupted; --resume with the same command line runs the rest.]]

local function command_words(text)
   local list, message = words.split(text)
   if list and #list == 0 then
      return nil, "a command is wanted"
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
   if text:find("%S") and utf8.len(text) and not text:find('[%c,"]') then
      return text
   end
   return nil, ("'%s' is not accepted; write words without commas and double quotes"):format(text)
end

local function file(text)
   if text == "" then
      return nil, "the name of a file is wanted"
   end
   return text
end

local function name(text)
   if text:match("^[%w_][%w_.-]*$") then
      return text
   end
   return nil, ("'%s' cannot be the name of a folder; use letters, digits, '_', '-' and '.'"):format(text)
end

-- { name, what the value is called, text, converter, how often: "*" any }
local OPTIONS = {
   { "vs", "'COMMAND'", "Another command to compare with; again for more", command_words, "*" },
   { "label", "NAME", "A name for a command, in their order", label, "*" },
   { "repeats", "N", "Trials of each command, or auto (default: 10)", run_options.repeats },
   { "warmup", "N", "Trials of each before those that count (default: 1)", run_options.whole(0, "1") },
   { "scan", "name=a,b,1..8", "Values for {name}; again for more: each with each", scan.parse, "*" },
   { "prepare", "'COMMAND'", "Run before each trial, not timed", command_words },
   { "empty", "'COMMAND'", "A run without work: its time is shown as start-up", command_words },
   { "timeout", "D", "Time limit of each trial (default: 5min)", run_options.duration },
   { "input", "FILE", "What the commands read from stdin (default: nothing)", file },
   { "output", "FILE", "Where their stdout goes (default: nowhere)", file },
   { "cwd", "DIR", "The folder they run in", run_options.folder },
   { "env", "NAME=VALUE", "Added to their environment; again for more", variable, "*" },
   { "sample-every", "D", "How often memory is read (default: 10ms)", run_options.interval },
   { "out", "DIR", "Folder for results (default: out)", run_options.folder },
   { "name", "NAME", "Folder in it (default: exec)", name },
   { "seed", "N", "Seed of the trials' order and of the intervals", run_options.whole(0, "1") },
}

local function new_parser()
   local parser = arguments.parser("bakeoff exec",
      "Measure any program: time, CPU, memory over time, all its children included.")
   parser:usage("Usage: bakeoff exec [options] -- COMMAND [ARGUMENT …]")
   for _, option in ipairs(OPTIONS) do
      local added = parser:option("--" .. option[1], option[3]):argname(option[2]):convert(option[4])
      if option[5] then
         added:count(option[5])
      else
         added:overwrite(false) -- given twice, one of them would be ignored
      end
   end
   run_options.define_charts(parser, "Pictures of charts besides svg and png")
   exports.define(parser, true)
   parser:flag("--ignore-failure", "Exit codes other than 0 are no failures")
   parser:flag("--no-chart", "Draw no charts")
   parser:flag("--resume", "Run only the trials missing from an earlier run in the same folder")
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

-- → what stands before "--", what behind it (nil without one)
local function split(argv)
   for index, word in ipairs(argv) do
      if word == "--" then
         return table.move(argv, 1, index - 1, 1, {}), table.move(argv, index + 1, #argv, 1, {})
      end
   end
   return argv, nil
end

-- The command without "--" before it: say where it belongs.
local function refuse_bare_command(parser, before)
   local at = arguments.first_positional(parser, before)
   if at then
      local command = words.join(table.move(before, at, #before, 1, {}))
      failure.usage("the command stands behind '--': bakeoff exec -- %s (see bakeoff exec --help)", command)
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
      failure.usage("which command? write it behind '--', such as bakeoff exec -- sleep 0.1 " ..
         "(see bakeoff exec --help)")
   end
   args.command = command
   return args
end

return exec_options
