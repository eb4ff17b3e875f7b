--- `bakeoff notebook ACTION`: makes, weaves, checks and cleans up notebooks.

local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local command = { name = "notebook",
   summary = "weave a script with text and claims into a page; check such pages" }

local HELP = [[
A notebook is one Lua file that is the experiment, the text and the proof. It is a plain script,
cut into cells by comments that editors know: "-- %%" begins code, "-- %% [markdown]" text.
Weaving it runs the cells and writes one page, x.md, with what they show: what they print, their
last call, claims that hold or don't. Experiments are measured once and then frozen: a run is
measured again only if something it depends on has changed.

Usage: bakeoff notebook ACTION [ARGUMENT …]

Actions:
   new NAME        write NAME.lua, a small notebook to start from
   run X.lua       weave X.lua into X.md and X.files/
   check X.lua     is the page stale, do the cells run, do the claims hold?
   clean X.lua     remove what the page no longer uses
   watch X.lua     weave again whenever X.lua is saved, and show the page in a browser

Options:
   -h, --help   Show this help and exit

Examples:
   bakeoff notebook new downloads && bakeoff notebook run downloads.lua
      writes a notebook, measures its experiment, writes downloads.md
   bakeoff notebook check downloads.lua --no-run
      for a pre-commit hook: exits with 4 if the page is stale
   bakeoff run downloads.lua
      runs the same file as a plain script

Exit codes:
   0    success
   1    a cell failed, or a claim is refuted
   2    usage error
   3    a claim is not shown
   4    check: the page is stale
   130  interrupted; the next weaving continues

bakeoff notebook ACTION --help explains each action.]]

local ACTIONS = { "new", "run", "check", "clean", "watch" }

--- argv: everything after "notebook". → exit code
function command.main(argv)
   local name = argv[1]
   if not name or name == "--help" or name == "-h" then
      print(HELP)
      return 0
   end
   for _, action in ipairs(ACTIONS) do
      if name == action then
         local rest = table.move(argv, 2, #argv, 1, {})
         return require("bakeoff.commands.notebooks." .. name).main(rest)
      end
   end
   failure.usage("unknown action '%s'%s (see bakeoff notebook --help)", text.shown(name),
      text.suggestion(name, ACTIONS))
end

return command
