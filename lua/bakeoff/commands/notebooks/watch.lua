--- `bakeoff notebook watch X.lua`: weaves again whenever the notebook is saved, and shows its page in a
-- browser.

local arguments = require "bakeoff.cli.arguments"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local own_command = require "bakeoff.base.own_command"
local place = require "bakeoff.notebook.place"
local run_options = require "bakeoff.cli.run_options"
local script_line = require "bakeoff.cli.script_line"
local watch = require "bakeoff.notebook.watch"

local watching = {}

local EPILOG = [[
The page is served on this machine only, and reloads itself. A saved notebook is woven with its
frozen runs; an experiment that would have to be measured fails its cell, unless --measure is
given.

Examples:
   bakeoff notebook watch downloads.lua
      prints the address of the page; Ctrl-C ends it
   bakeoff notebook watch downloads.lua --measure
      also measures what has changed

Exit codes:
   0   stopped with Ctrl-C
   2   usage error]]

local PORT = run_options.whole(0, "8080")

local function own_parser()
   local parser = arguments.parser("bakeoff notebook watch",
      "Weave a notebook whenever it is saved, and show its page in a browser.")
   parser:usage("Usage: bakeoff notebook watch X.lua [options]")
   parser:argument("notebook", "The notebook"):args "?"
   parser:option("--port", "Port on 127.0.0.1; 0 picks a free one (default: 0)"):argname("PORT"):convert(PORT)
   parser:flag("--measure", "Measure experiments that have changed")
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

--- argv: everything after "watch". → exit code
function watching.main(argv)
   local args = script_line.parse(argv, own_parser(), "notebook", "X.lua")
   if not args then
      return 0
   end
   if core.file_kind(args.notebook) ~= "file" then
      failure.usage("cannot read the notebook '%s': no such file", args.notebook)
   end
   local where = place.of(args.notebook)
   local weave = { own_command.path(), "notebook", "run", args.notebook, "--html",
      not args.measure and "--frozen" or nil }
   local options = { path = args.notebook, page = where.page:gsub("%.md$", ".html"), files = where.files,
      argv = weave, port = args.port or 0 }
   return watch.run(options, function(url)
      local line = ("watching %s; its page is at %s"):format(args.notebook, url)
      if not (io.stdout:write(line, "\npress Ctrl-C to stop\n") and io.stdout:flush()) then
         failure.trial("the page's address could not be printed")
      end
   end)
end

return watching
