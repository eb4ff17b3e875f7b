--- `bakeoff run SCRIPT`: runs a script, then reports what it measured and left unreported.
--
-- Options of the command may stand before or after the script, the script's own stand after it. Both
-- are parsed together once the script has declared its own: see bakeoff/script/options.lua.

local arguments = require "bakeoff.cli.arguments"
local failure = require "bakeoff.base.failure"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"

local command = { name = "run", summary = "run a script: measure its experiments, report, draw" }

local EPILOG = [[
The options override what the script's experiments say. A script can declare more options of
its own: bakeoff run SCRIPT --help shows them.

Exit codes:
   0    all went well
   1    measured, but a trial failed, a gate is closed or a chart could not be drawn
   2    wrong use, or an error in the script
   130  interrupted; --resume continues]]

local function own_parser()
   local parser = arguments.parser("bakeoff run", "Run a Lua script and measure its experiments.")
   parser:usage("Usage: bakeoff run SCRIPT [options] [options of the script]")
   run_options.define(parser)
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

-- → path of the script, the command line without it, what follows it
local function split(argv)
   local parser = own_parser()
   local at = arguments.first_positional(parser, argv)
   if not at then
      if arguments.wants_help(argv) then
         print(parser:get_help())
         return nil
      end
      failure.usage("which script? write bakeoff run SCRIPT (see bakeoff run --help)")
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
