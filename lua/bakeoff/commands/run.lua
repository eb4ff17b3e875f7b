--- `bakeoff run SCRIPT`: runs a script, then reports every experiment that the script did not report itself.

local arguments = require "bakeoff.cli.arguments"
local confined = require "bakeoff.base.confined"
local failure = require "bakeoff.base.failure"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local script = require "bakeoff.script.run"
local script_line = require "bakeoff.cli.script_line"
local session = require "bakeoff.script.session"
local untrusted_options = require "bakeoff.untrusted.options"

local command = { name = "run",
   summary = "run a script: measure its experiments, report the results, draw charts" }

local EPILOG = [[
A script can declare options of its own: bakeoff run SCRIPT --help shows them, too. Options of
bakeoff may come before or after SCRIPT; the script's own options come after it.

Examples:
   bakeoff run tickets.lua
      measures, prints a summary, and writes rows, charts and report.html to out/tickets
   bakeoff run tickets.lua --contenders threads,eventloop --workers 1,8,64 --repeats 20
      two models at three worker counts, 20 trials of each
   bakeoff run tickets.lua --rate 500/s
      an open loop: jobs start at a fixed rate, however long they take
   bakeoff run tickets.lua --resume --failed
      runs only the trials that an earlier run did not finish, or that failed
   bakeoff run --untrusted theirs.lua --out trial
      a stranger's script: it reaches nothing but the test server, and writes only to trial

Exit codes:
   0    success
   1    measured, but a job, a trial or a gate failed, or a chart could not be drawn
   2    usage error, or an error in the script
   3    a gate with fail_undecided is not shown
   130  interrupted; --resume continues]]

local function define(parser)
   local groups = run_options.define(parser)
   groups[#groups + 1] = untrusted_options.define(parser)
   return groups
end

local function own_parser()
   local parser = arguments.parser("bakeoff run", "Run a Lua script and measure its experiments.")
   parser:usage("Usage: bakeoff run SCRIPT [options] [options of the script]")
   arguments.add_groups(parser, define(parser))
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

local function whole_command(argv)
   return table.move(argv, 1, #argv, 3, { "bakeoff", "run" })
end

-- What was measured is also reported if the script fails later on, as at a gate. The script's error then
-- comes last and decides the exit code.
local function run_script(path, argv)
   local ok, problem = pcall(script.run, path, argv)
   if ok then
      return
   end
   if not (failure.is(problem) and problem.kind == "interrupted") then
      local reported, why = pcall(session.finish)
      if not reported then
         io.stderr:write("bakeoff run: ", tostring(why), "\n")
      end
   end
   error(problem, 0)
end

-- → the exit code of a confined run; nil if the command line doesn't ask for one, or this is it.
local function run_confined(path, argv)
   if confined.here() or arguments.wants_help(argv) then
      return nil
   end
   local parser = own_parser()
   local args, line = untrusted_options.read(parser, argv, "^%-%-export%-")
   if args then
      table.insert(line, 1, "run")
      return require("bakeoff.untrusted").run(path, args, line)
   end
end

--- argv: everything after "run". → exit code
function command.main(argv)
   local path, rest, after = script_line.split(argv, own_parser(), "SCRIPT")
   if not path then
      return 0
   end
   local code = run_confined(path, argv)
   if code then
      return code
   end
   options.reset { argv = rest, script = path, command = whole_command(argv), define = define }
   session.reset()
   run_script(path, after)
   options.run_settings()
   return session.finish()
end

return command
