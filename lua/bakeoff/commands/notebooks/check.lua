--- `bakeoff notebook check X.lua`: is the page stale, do the cells run, do the claims hold?

local arguments = require "bakeoff.cli.arguments"
local check = require "bakeoff.notebook.check"
local claim = require "bakeoff.gate.claim"
local claim_text = require "bakeoff.gate.claim_text"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local junit = require "bakeoff.notebook.junit"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local script_line = require "bakeoff.cli.script_line"
local session = require "bakeoff.script.session"

local checking = {}

local EPILOG = [[
Nothing is written. The cells run with the frozen runs, on whatever machine those were measured;
that it was another one is a note. With --fresh, all experiments are measured again, in a
temporary folder; the frozen runs stay as they are. Of claims, verdicts count, never numbers:
a verdict that differs from the page's is named.

A page is stale if the notebook, a module that it requires or a frozen run has changed since
it was woven, or if it was edited by hand.

Examples:
   bakeoff notebook check downloads.lua
      prints what it finds
   bakeoff notebook check downloads.lua --no-run
      answers only whether the page is stale, at once: for a pre-commit hook
   bakeoff notebook check downloads.lua --fresh
      do the claims also hold today, on this machine?
   bakeoff notebook check downloads.lua --junit check.xml
      for a CI system

Exit codes:
   0   the page is fresh, the cells run, all claims hold
   1   a cell failed, or a claim is refuted
   2   usage error
   3   a claim is not shown
   4   the page is stale
   130 interrupted]]

local function own_parser()
   local parser = arguments.parser("bakeoff notebook check", "Check a notebook and its page.")
   parser:usage("Usage: bakeoff notebook check X.lua [options]")
   parser:argument("notebook", "The notebook"):args "?"
   parser:option("--out", "Folder of the page (default: the notebook's)"):argname("DIR")
      :convert(run_options.folder)
   parser:flag("--no-run", "Don't run the cells: only say whether the page is stale")
   parser:flag("--fresh", "Measure all experiments again, and compare the claims' verdicts")
   parser:flag("--json", "Print the findings as JSON")
   parser:option("--junit", "Write the findings to a JUnit file"):argname "FILE"
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

local KEYS = { "notebook", "page", "outcome", "stale", "ran", "measured", "failed", "claims", "changed",
   "notes" }

local function print_json(path, found)
   local text = json.encode({ notebook = path, page = found.page, outcome = found.outcome,
      stale = json.array(found.stale), ran = found.ran, measured = found.measured, failed = found.failed,
      claims = found.claims and claim.written(found.claims), changed = json.array(found.changed),
      notes = json.array(found.notes) }, { pretty = true, keys = KEYS })
   io.write(text)
end

local function print_list(prefix, list)
   for _, line in ipairs(list) do
      print(prefix .. line)
   end
end

local function print_words(found)
   print(("%s: %s"):format(found.page, #found.stale == 0 and "fresh" or "stale"))
   print_list("  ", found.stale)
   if found.ran then
      print(("cells: %s%s"):format(found.failed and "failed" or "all run",
         found.measured and ", measured again" or ""))
   end
   print_list("  ", found.lines)
   if found.claims and #found.claims > 0 then
      print(claim_text.counts(found.claims))
   end
   print_list("changed: ", found.changed)
   print_list("note: ", found.notes)
end

local function say(line) io.stderr:write("bakeoff notebook: ", line, "\n") end

local function found_of(args)
   local path = args.notebook
   options.reset { argv = args.out and { "--out", args.out } or {}, script = path,
      command = { "bakeoff", "notebook", "check", path } }
   session.reset()
   return check.of(path, { run = not args.no_run, fresh = args.fresh, out = args.out, say = say })
end

--- argv: everything after "check". → exit code
function checking.main(argv)
   local args = script_line.parse(argv, own_parser(), "notebook", "X.lua")
   if not args then
      return 0
   end
   if args.fresh and args.no_run then
      failure.usage "--fresh runs the cells, and --no-run doesn't; use one of them"
   end
   local found = found_of(args)
   local show = args.json and print_json or function(_, one) print_words(one) end
   show(args.notebook, found)
   if args.junit then
      local ok, message = files.write(args.junit, junit.of(args.notebook, found))
      if not ok then
         failure.usage("--junit: cannot write the file (%s); choose another file", message)
      end
   end
   return found.code
end

return checking
