--- `bakeoff run SCRIPT`: runs a script, then reports every experiment that the script did not report itself.
--
-- The command's options may come before or after the script; the script's own options come after it. Both
-- are parsed together once the script has declared its own: see bakeoff/script/options.lua.

local arguments = require "bakeoff.cli.arguments"
local failure = require "bakeoff.base.failure"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"

local command = { name = "run",
   summary = "run a script: measure its experiments, report the results, draw charts" }

local EPILOG = [[
A script can declare options of its own: bakeoff run SCRIPT --help shows them, too. Options of
bakeoff may come before or after SCRIPT; the script's own options come after it.

Examples:
   bakeoff run tickets.lua
      measures, prints the table, and writes rows, charts and report.html to out/tickets
   bakeoff run tickets.lua --contenders threads,eventloop --workers 1,8,64 --repeats 20
      two models at three worker counts, 20 trials of each
   bakeoff run tickets.lua --rate 500/s
      an open loop: jobs start at a fixed rate, however long they take
   bakeoff run tickets.lua --resume
      runs only the trials that an interrupted run did not finish

Exit codes:
   0    success
   1    measured, but a trial or a gate failed, or a chart could not be drawn
   2    usage error, or an error in the script
   3    a gate with fail_undecided is not shown
   130  interrupted; --resume continues]]

local function own_parser()
   local parser = arguments.parser("bakeoff run", "Run a Lua script and measure its experiments.")
   parser:usage("Usage: bakeoff run SCRIPT [options] [options of the script]")
   arguments.add_groups(parser, run_options.define(parser))
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

-- → the script's path, the command line without it, the arguments after it
local function split(argv)
   local parser = own_parser()
   local at = arguments.first_positional(parser, argv)
   if not at then
      if arguments.wants_help(argv) then
         print(parser:get_help())
         return nil
      end
      failure.usage("missing argument 'SCRIPT'; write bakeoff run SCRIPT (see bakeoff run --help)")
   end
   local rest = table.move(argv, 1, #argv, 1, {})
   local path = table.remove(rest, at)
   if rest[at - 1] == "--" then
      table.remove(rest, at - 1)
   end
   return path, rest, table.move(argv, at + 1, #argv, 1, {})
end

local function whole_command(argv)
   return table.move(argv, 1, #argv, 3, { "bakeoff", "run" })
end

--- argv: everything after "run". → exit code
function command.main(argv)
   local path, rest, after = split(argv)
   if not path then
      return 0
   end
   options.reset { argv = rest, script = path, command = whole_command(argv) }
   session.reset()
   script.run(path, after)
   options.run_settings()
   return session.finish()
end

return command
