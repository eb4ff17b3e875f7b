--- The command `bakeoff`: shows help, finds the subcommand, and turns every failure into one line on stderr
-- and an exit code: 0 success, 1 measured but something failed, 2 usage error, 3 a check can't
-- decide, 4 a notebook's page is stale, 130 interrupted.

local failure = require "bakeoff.base.failure"
local locale = require "bakeoff.base.locale"
local shortage = require "bakeoff.base.shortage"
local text = require "bakeoff.base.text"

local cli = {}

-- Each command is the file bakeoff/commands/<name>.lua, which is loaded when the command is called.
local COMMANDS = {
   { "run", "run a script: measure its experiments, report the results, draw charts" },
   { "notebook", "weave a script with text and claims into a page; check such pages" },
   { "exec", "measure any program without a script: time, CPU, memory of its process tree" },
   { "attach", "watch a running process until it ends or you press Ctrl-C" },
   { "compare", "compare two runs: what got faster, slower, larger?" },
   { "plot", "redraw the charts of a run folder from its rows" },
   { "report", "rewrite the report of a run folder from its rows; export its figures" },
   { "serve", "run the built-in test server, for any client" },
   { "env", "show what a run records about this machine, and what may disturb it" },
   { "help", "show the help of a command" },
}

local HELP = [[
bakeoff runs one job under several concurrency models (sequential, threads, processes, event
loop, coroutines), measures time, CPU and memory in isolated trials, and says which differences
are real. The job is a short Lua script; the table, charts and raw rows are written to a folder.

Usage: bakeoff COMMAND [ARGUMENT …]

Commands:
%s

Options:
   -h, --help   Show this help and exit
   --version    Show the version and exit

Examples:
   bakeoff run tickets.lua --days 30 --repeats 5
      runs the experiment in tickets.lua; --days is an option that the script declares
   bakeoff exec --vs 'gzip -1 -c big.txt' -- gzip -9 -c big.txt
      compares two commands, without a script
   bakeoff compare before/tickets out/tickets --fail
      compares a run with an earlier one; exits with 1 if anything got slower
   bakeoff plot out/tickets
      redraws that run's charts

Exit codes:
   0    success
   1    measured, but something failed: a job, a trial, a gate, a chart, or compare --fail
   2    usage error, or an error in the script
   3    a gate or a comparison with fail-undecided can't decide; a notebook's claim isn't shown
   4    notebook check: the page is stale
   130  interrupted

bakeoff help COMMAND explains each command.]]

--- Names of all commands, in the order of the help.
function cli.command_names()
   local names = {}
   for _, command in ipairs(COMMANDS) do
      names[#names + 1] = command[1]
   end
   return names
end

local function summary_of(name)
   for _, command in ipairs(COMMANDS) do
      if command[1] == name then
         return command[2]
      end
   end
end

local function help_text()
   local lines = {}
   for _, command in ipairs(COMMANDS) do
      lines[#lines + 1] = ("   %-10s%s"):format(command[1], command[2])
   end
   return HELP:format(table.concat(lines, "\n"))
end

local function show_help()
   print(help_text())
   return 0
end

-- "show what it does" → "Show what it does."
local function sentence(summary) return summary:gsub("^%l", string.upper) .. "." end

local function run_command(name, argv)
   local command = require("bakeoff.commands." .. name)
   if command.main then
      return command.main(argv)
   end
   local arguments = require "bakeoff.cli.arguments"
   local parser = arguments.parser("bakeoff " .. name, sentence(command.summary or summary_of(name)))
   arguments.add_help(parser)
   command.define(parser)
   if arguments.wants_help(argv) then
      print(parser:get_help())
      return 0
   end
   return command.run(arguments.parse(parser, argv))
end

local function unknown(kind, name)
   local candidates = kind == "option" and { "--help", "--version" } or cli.command_names()
   failure.usage("unknown %s '%s'%s (see bakeoff --help)", kind, name, text.suggestion(name, candidates))
end

local function help_of(topic)
   if not topic or topic == "help" then
      return show_help()
   elseif not summary_of(topic) then
      unknown("command", topic)
   end
   return run_command(topic, { "--help" })
end

local function dispatch(argv)
   local first = argv[1]
   if first == nil or first == "-h" or first == "--help" then
      return show_help()
   elseif first == "--version" then
      print("bakeoff " .. require("bakeoff.core").version)
      return 0
   elseif first == "help" then
      return help_of(argv[2])
   elseif first:sub(1, 1) == "-" then
      unknown("option", first)
   elseif not summary_of(first) then
      unknown("command", first)
   end
   return run_command(first, table.move(argv, 2, #argv, 1, {}))
end

local function with_traceback(problem)
   if type(problem) == "table" then
      return problem
   end
   local message = tostring(problem)
   local short = shortage.message(message)
   if short then
      return failure.new("trial", short)
   end
   return debug.traceback(message, 2)
end

--- Runs the command line (a list of strings); returns the exit code. Prints, never raises or exits.
function cli.main(argv)
   local ok, result = xpcall(dispatch, with_traceback, argv)
   if ok then
      return result or 0
   end
   if type(result) == "table" and result.silent then
      return result.exit_code
   end
   local prefix = summary_of(argv[1]) and "bakeoff " .. argv[1] or "bakeoff"
   io.stdout:flush()
   -- A message may quote a file, a name or a program's output: no control character reaches the terminal.
   io.stderr:write(prefix, ": ", text.printable(tostring(result)), "\n")
   return failure.is(result) and result.exit_code or 2
end

cli.main = locale.plain(cli.main) -- a script may call os.setlocale; our own output stays in the C locale

return cli
