--- `bakeoff notebook clean X.lua`: removes what the page no longer uses.

local arguments = require "bakeoff.cli.arguments"
local clean = require "bakeoff.notebook.clean"
local run_options = require "bakeoff.cli.run_options"
local script_line = require "bakeoff.cli.script_line"

local cleaning = {}

local EPILOG = [[
Removes X.files/work (interrupted measurements, the runs that were replaced last, copies of pages
that were edited) and the frozen runs of experiments that the notebook no longer has, and prints
what it removed. Files that bakeoff didn't write, or that somebody has edited, are never removed.

Examples:
   bakeoff notebook clean downloads.lua
      keeps the page and everything that it shows
   bakeoff notebook clean downloads.lua --all
      removes the page, its files and all frozen runs; the notebook stays

Exit codes:
   0   done
   2   usage error, or there is no page of this notebook]]

local function own_parser()
   local parser = arguments.parser("bakeoff notebook clean", "Remove what a notebook's page no longer uses.")
   parser:usage("Usage: bakeoff notebook clean X.lua [options]")
   parser:argument("notebook", "The notebook"):args "?"
   parser:option("--out", "Folder of the page (default: the notebook's)"):argname("DIR")
      :convert(run_options.folder)
   parser:flag("--all", "Also remove the page, all its files and all frozen runs")
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

--- argv: everything after "clean". → exit code
function cleaning.main(argv)
   local args = script_line.parse(argv, own_parser(), "notebook", "X.lua")
   if not args then
      return 0
   end
   local removed, kept = clean.of(args.notebook, { all = args.all, out = args.out })
   for _, path in ipairs(removed) do
      print("removed " .. path)
   end
   for _, path in ipairs(kept) do
      print(("kept %s, which bakeoff didn't write or somebody has edited"):format(path))
   end
   return 0
end

return cleaning
