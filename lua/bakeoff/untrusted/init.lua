--- Other people's scripts and notebooks: starts the command again, confined, and reports what it measured.
--
-- Whatever the script does, it leaves a folder. That is read like any stranger's folder: only plain files,
-- only what fits the schema. Report and charts are made of the rows, here, after every process of the run has
-- ended.

local core = require "bakeoff.core"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local folders = require "bakeoff.cli.folders"
local index_page = require "bakeoff.report.html.index"
local plan = require "bakeoff.untrusted.plan"
local results = require "bakeoff.api.results"
local text = require "bakeoff.base.text"

local untrusted = {}

local MANIFEST, REFUSED, BY_SIGNAL = "manifest.json", 125, 128
local INTERRUPTED, MOST_RUNS = 130, 100

local function say(line) io.stderr:write("bakeoff run: ", text.printable(line), "\n") end

-- The folders of runs in a folder, and what their manifests are.
local function manifests(out)
   local found = {}
   for _, name in ipairs(core.list(out) or {}) do
      local dir = out .. "/" .. name
      local path = dir .. "/" .. MANIFEST
      if not core.is_link(dir) and not core.is_link(path) and core.file_kind(path) == "file" then
         found[#found + 1] = dir
         found[dir] = files.digest(path)
      end
   end
   table.sort(found)
   return found
end

-- The results in a folder; nil if it isn't to be trusted, and then the reason is said.
local function read(dir)
   local is_plain, why = core.is_plain(dir)
   if not is_plain then
      return nil, why .. "; such a folder is not read"
   end
   local ok, found = pcall(function() return results.load(folders.check(dir)) end)
   if not ok then
      return nil, tostring(failure.is(found) and found.message or found)
   elseif #found:rows() == 0 then
      return nil, dir .. ": no trial came to its end"
   end
   return found
end

local function shown(dir) return (dir:gsub("^" .. core.absolute("."):gsub("%p", "%%%0") .. "/", "")) end

-- → list of results that this run has left; were all of them readable?
local function read_all(out, before)
   local runs, all, now = {}, true, manifests(out)
   for _, dir in ipairs(now) do
      local is_new = before[dir] ~= now[dir] and not dir:match "~%d+$" -- ~1: an earlier run, moved aside
      local run, why
      if is_new and #runs < MOST_RUNS then
         run, why = read(shown(dir))
      elseif is_new then
         why = ("%s: not reported, after %d others"):format(shown(dir), MOST_RUNS)
      end
      runs[#runs + 1] = run
      if why then
         say(why)
         all = false
      end
   end
   return runs, all
end

local function report(out, runs, args)
   local options, all = { all = args.all, notes = args.notes, quiet = args.quiet,
      formats = args.format, chart_terminal = args.chart_terminal }, true
   for _, run in ipairs(runs) do
      local ok, drawn = pcall(run.report, run, options)
      if not ok then
         say(tostring(drawn))
      end
      all = ok and drawn and all
   end
   if #runs > 1 then
      all = index_page.write(shown(out), runs, args.quiet and function() end or nil) and all
   end
   return all
end

-- The command's exit code for the keeper's, which has said why if nothing was started.
local function exit_code(code)
   if code == REFUSED then
      error({ silent = true, exit_code = 2 }, 0)
   elseif code > BY_SIGNAL and code ~= INTERRUPTED then
      say(("a signal ended the confined run (%d)"):format(code - BY_SIGNAL))
      return 1
   end
   return code
end

local function start(keeper)
   io.stdout:flush()
   local code, message = core.confine(keeper)
   return code and exit_code(code) or failure.usage("--untrusted: %s", message)
end

--- Runs a script, confined. script: its path; args: of options.read; argv: bakeoff's command line without
-- what only the reports need. → exit code. Raises (usage).
function untrusted.run(script, args, argv)
   local wanted = exports.wanted(args)
   local keeper, out = plan.of("run", script, args, argv)
   local before = manifests(out)
   local code = start(keeper)
   local runs, all = read_all(out, before)
   all = report(out, runs, args) and all
   exports.write(wanted, runs)
   if #runs == 0 and code == 0 then
      say("the script has left no run in " .. shown(out))
   end
   return all and code or math.max(code, 1)
end

--- Weaves a notebook, confined, into the folder that --out names. Its page is its author's. → exit code
function untrusted.weave(script, args, argv)
   if not args.out then
      failure.usage "--untrusted: name a folder for the page with --out; nothing else can be written"
   end
   return start((plan.of("notebook", script, args, argv)))
end

return untrusted
