--- `bakeoff notebook run X.lua`: weaves a notebook.

local arguments = require "bakeoff.cli.arguments"
local confined = require "bakeoff.base.confined"
local notebook = require "bakeoff.notebook"
local numbers = require "bakeoff.base.numbers"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local script_line = require "bakeoff.cli.script_line"
local session = require "bakeoff.script.session"
local untrusted_options = require "bakeoff.untrusted.options"
local writers = require "bakeoff.notebook.writers"

local run = {}

local EPILOG = [[
Cells always run. An experiment is measured if it has no frozen run, or if anything that decides
its results has changed: its fields, its functions and what they use, items, options, modules,
versions, or the machine. A measurement that was interrupted continues at the next weaving.

Options that change what is measured, also the notebook's own, lead to another page, in the
folder out: they never replace the frozen runs of the notebook.

Examples:
   bakeoff notebook run downloads.lua
      writes downloads.md and downloads.files; measures what has changed
   bakeoff notebook run downloads.lua --fresh
      measures everything again
   bakeoff notebook run downloads.lua --repeats 2
      a quick trial, into out/downloads.md
   bakeoff notebook run --untrusted theirs.lua --out trial
      a stranger's notebook: it reaches nothing but the test server, and writes only to trial

Exit codes:
   0    woven; all claims hold
   1    a cell failed (the page shows what came before, and says so), or a claim is refuted
   2    usage error, or a folder that can't be written
   3    a claim is not shown
   130  interrupted; the next weaving continues]]

local FIELDS = { "fresh", "frozen" }
for _, writer in ipairs(writers.LIST) do
   FIELDS[#FIELDS + 1] = writer.option
end

local function define(parser)
   local page = { "Page",
      parser:option("--out", "Folder for the page and its files (default: the notebook's)"):argname("DIR")
         :convert(run_options.folder),
   }
   for _, writer in ipairs(writers.LIST) do
      page[#page + 1] = parser:flag("--" .. writer.option, writer.about)
   end
   local runs = { "Frozen runs",
      parser:flag("--fresh", "Measure all experiments again"),
      parser:flag("--frozen", "Measure nothing, and take runs that were measured on another machine or with"
         .. " other versions; an experiment without a frozen run fails its cell") }
   return { page, runs, run_options.define_measurement(parser), untrusted_options.define(parser) }
end

local function own_parser()
   local parser = arguments.parser("bakeoff notebook run", "Weave a notebook into its page.")
   parser:usage("Usage: bakeoff notebook run X.lua [options] [options of the notebook]")
   arguments.add_groups(parser, define(parser))
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

local function say(line) io.stderr:write("bakeoff notebook: ", line, "\n") end

local function report(woven, paths, problems)
   for _, line in ipairs(notebook.lines(woven)) do
      print(line)
   end
   for _, line in ipairs(problems) do
      say(line)
   end
   local frozen = 0
   for _, one in ipairs(woven.runs) do
      frozen = frozen + (one.frozen and 1 or 0)
   end
   print(("%s of %s frozen"):format(numbers.whole(frozen), numbers.plural(#woven.runs, "experiment")))
   print("wrote:")
   for _, path in ipairs(paths) do
      print("  " .. path)
   end
end

-- → the exit code of a confined weaving; nil if the command line doesn't ask for one, or this is it.
local function weave_confined(path, argv)
   if confined.here() or arguments.wants_help(argv) then
      return nil
   end
   local args, line = untrusted_options.read(own_parser(), argv)
   if args then
      return require("bakeoff.untrusted").weave(path, args, { "notebook", "run", table.unpack(line) })
   end
end

--- argv: everything after "run". → exit code
function run.main(argv)
   local path, rest, after = script_line.split(argv, own_parser(), "X.lua")
   if not path then
      return 0
   end
   local code = weave_confined(path, argv)
   if code then
      return code
   end
   options.reset { argv = rest, script = path, program = "bakeoff notebook run", define = define,
      fields = FIELDS, command = table.move(argv, 1, #argv, 4, { "bakeoff", "notebook", "run" }) }
   session.reset()
   local woven = notebook.weave(path, { argv = after, say = say })
   local lock <close> = woven.lock -- luacheck: ignore lock
   local paths, problems = notebook.write(woven, writers.wanted(options.run_settings()))
   report(woven, paths, problems)
   return math.max(notebook.exit_code(woven), #problems > 0 and 1 or 0)
end

return run
