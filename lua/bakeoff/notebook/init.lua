--- Notebooks: weaves a Lua file with cells into its page. README.md describes the files and the table
-- `woven`.

local claim_text = require "bakeoff.gate.claim_text"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local freeze = require "bakeoff.notebook.freeze"
local key_files = require "bakeoff.experiment.key_files"
local options = require "bakeoff.script.options"
local owned = require "bakeoff.notebook.owned"
local place = require "bakeoff.notebook.place"
local program = require "bakeoff.notebook.program"
local quotes = require "bakeoff.notebook.quotes"
local record = require "bakeoff.notebook.record"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"
local weaving = require "bakeoff.notebook.weaving"
local words = require "bakeoff.base.text"
local writers = require "bakeoff.notebook.writers"

local notebook = {}

-- --- before -----------------------------------------------------------------------------------------

local CHANGED = "the command line changes what is measured, so the page goes to %s; the notebook's own page"
   .. " and its frozen runs stay as they are"

-- Settles where the page goes, and keeps other processes from there, once the command line is known.
local function open(state, settings, is_as_written)
   local where = place.of(state.path, settings.out or not is_as_written and "out" or nil)
   if not is_as_written then
      state.say(CHANGED:format(where.page))
   end
   state.lock = not state.checks and place.open(where) or nil
   state.known = record.read(where.record) -- not before: another process may have been writing it
   if not state.checks then
      owned.check(where, state.known, writers.wanted(settings), state.say)
   end
   state.frozen_at = where.runs
   state.place = state.scratch and place.of(state.path, state.scratch) or where
   state.fresh = settings.fresh or state.scratch ~= nil
   state.frozen_only = state.checks and not state.scratch or settings.frozen
end

-- Only for a weaving that ends with an error: otherwise its page is yet to be written.
local function give_up(state, problem)
   if state.lock then
      state.lock:close()
   end
   error(problem, 0)
end

-- A cell that declares options may not catch what is wrong with the folder.
local function open_when_known(state)
   options.when_known(function(...)
      local ok, refused = pcall(open, state, ...)
      if not ok then
         state.refused = refused
         give_up(state, refused)
      end
   end)
end

-- --- after ------------------------------------------------------------------------------------------

local function title_of(cells)
   for _, cell in ipairs(cells) do
      if cell.kind == "markdown" then
         return cell.text:match "^#+%s+([^\n]-)%s*#*\n" or cell.text:match "^#+%s+([^\n]+)$"
            or cell.text:match "\n#+%s+([^\n]+)"
      end
   end
end

local function fill_texts(cells)
   for _, cell in ipairs(cells) do
      if cell.kind == "markdown" then
         cell.text = cell.pieces and quotes.join(cell.pieces, cell.values) or cell.source
      end
      cell.pieces, cell.values = nil, nil
   end
end

local function add_problem(cells, problem)
   local cell = cells[problem.cell]
   cell.outputs = cell.outputs or {}
   table.insert(cell.outputs, { kind = "error", message = problem.message, line = problem.line,
      traceback = problem.traceback })
end

-- Path, as seen from the page → digest of each module that the notebook brings along.
local function modules_of(state)
   local digests = {}
   for _, file in pairs(key_files.required(state.path)) do
      digests[place.relative(file, state.place.folder)] = key_files.digest(file)
   end
   return digests
end

local function woven_of(state, made, problem)
   if problem then
      add_problem(made.cells, problem)
   end
   fill_texts(made.cells)
   local where = state.place
   return { path = state.path, name = where.name, title = title_of(made.cells) or where.name,
      status = problem and "failed" or "complete", problem = problem, cells = made.cells, runs = state.runs,
      claims = session.claims(), folder = where.folder, source = where.source, place = where,
      modules = modules_of(state) }
end

-- Some problems are not a cell's: Ctrl-C, the help, a wrong option, a folder that can't be used.
local function of_command(state, raised)
   local refused = options.refused()
   if refused then
      return refused
   end
   local is_other = options.is_help(raised)
      or state.checks and getmetatable(raised) == freeze.NOT_FROZEN
      or failure.is(raised) and raised.kind == "interrupted"
   return is_other and raised or nil
end

-- → the problem of the cell that failed, or nil
local function run(state, made, chunk, argv)
   state.weaving = made
   session.run_by(freeze.runner(state))
   session.show_claims(function(outcome) made:claim(outcome) end)
   local function call(code) return script.call(code, state.path, argv) end
   local problem, raised = made:run(chunk, state.path, call)
   local refused = state.refused or problem and of_command(state, raised)
   if refused then
      give_up(state, refused)
   end
   return problem
end

--- Weaves a notebook: runs its cells, writes nothing but the runs that it measures. The command line must
-- have been given to script/options.lua. given: { checks = true (measures nothing, but raises
-- freeze.NOT_FROZEN; needs no folder that can be written; where and with which versions a run was measured
-- doesn't count), scratch = folder in which a weaving that checks measures everything again, argv = what
-- follows the notebook on the command line, say = function(line) }. → woven (see README.md), with `place`
-- (place.lua), `problem` = { cell, line, message, traceback } of the cell that failed, `known` = the record
-- of the page that there is, and `lock`, which keeps other processes from the folder until it is closed. The
-- lock is taken before the first cell runs, or when a cell declares the options that the command line gives.
-- Raises (usage) what is wrong with the command line or the folder, and the interruption by Ctrl-C.
function notebook.weave(path, given)
   local state = { path = path, checks = given.checks, anywhere = given.checks, scratch = given.scratch,
      say = given.say, runs = {} }
   local text = script.read(path)
   open_when_known(state)
   local parsed, chunk, problem = program.of(text, path)
   local made = weaving.new(parsed)
   if chunk then
      problem = run(state, made, chunk, given.argv or {})
   end
   options.run_settings() -- of a notebook that never asks for them
   local woven = woven_of(state, made, problem)
   woven.known, woven.lock, woven.text = state.known, state.lock, text
   return woven
end

-- --- writing ----------------------------------------------------------------------------------------

local function write(path, content)
   local ok, message = true, nil
   if files.read(path) ~= content then
      ok, message = files.write(path, content)
   end
   if not ok then
      failure.trial("%s can't be written (%s)", path, message)
   end
end

local function draw_png(woven, list)
   for _, writer in ipairs(list or {}) do
      if writer.png then
         return require("bakeoff.notebook.pictures").draw_png(woven.cells, woven.place)
      end
   end
end

-- What was there stays in a record's map.
local function with_known(map, known)
   for name, digest in pairs(known) do
      map[name] = map[name] or digest
   end
   return map
end

-- A page that failed shows no chart of the cells after the failed one, but these pictures will be needed
-- again.
local function draw(woven)
   local known, drawn = (woven.known or {}).pictures or {}, (woven.known or {}).drawn or {}
   local is_failed = woven.status == "failed"
   local digests, problems, now = require("bakeoff.notebook.pictures").draw(woven.cells, woven.place,
      is_failed and setmetatable({}, { __index = known }) or known, drawn)
   if is_failed then
      return with_known(digests, known), problems, with_known(now, drawn)
   end
   return digests, problems, now
end

-- The page and its further forms: list of { path, content }, the page first; digests of all forms that are
-- there, also of those written earlier.
local function texts_of(woven, list)
   local where, forms = woven.place, {}
   local texts = { { path = where.page, content = require("bakeoff.notebook.page").of(woven) } }
   for name, digest in pairs((woven.known or {}).forms or {}) do
      forms[name] = core.file_kind(where.page:gsub("[^/]*$", "") .. name) and digest or nil
   end
   for _, writer in ipairs(list) do
      local path, content = owned.form(where, writer.ending), require(writer.module).of(woven)
      texts[#texts + 1] = { path = path, content = content }
      forms[owned.form_name(path)] = record.digest(content)
   end
   return texts, forms
end

--- Writes the page with its files, and the record. list: of writers (writers.lua). → list of the paths; list
-- of lines on what could not be drawn.
function notebook.write(woven, list)
   local where, paths = woven.place, {}
   draw_png(woven, list)
   local digests, problems, drawn = draw(woven)
   local texts, forms = texts_of(woven, list or {})
   -- First, so that files are known as bakeoff's if this process is killed before it has written them all.
   local made = record.of(woven, { text = woven.text, page = texts[1].content, forms = forms,
      pictures = digests, drawn = drawn })
   local ok, message = record.write(where.record, made)
   if not ok then
      failure.trial("%s can't be written (%s)", where.record, message)
   end
   for index, one in ipairs(texts) do
      write(one.path, one.content)
      paths[index] = one.path
   end
   core.remove_tree(where.work .. "/drawing")
   return paths, problems
end

-- --- outcome ----------------------------------------------------------------------------------------

local CODES = { held = 0, not_shown = 3, refuted = 1 }

--- The exit code of a woven notebook: 1 for a failed cell or a refuted claim, 3 for a claim that isn't shown,
-- else 0.
function notebook.exit_code(woven)
   local code = woven.status == "failed" and 1 or 0
   for _, claim in ipairs(woven.claims) do
      local of_claim = CODES[claim.verdict]
      code = code == 1 and 1 or of_claim == 1 and 1 or math.max(code, of_claim)
   end
   return code
end

--- The lines for the terminal about a woven notebook: the failed cell, the claims.
function notebook.lines(woven)
   local lines, problem = {}, woven.problem
   if problem then
      lines[1] = ("cell %d failed: %s%s"):format(problem.cell,
         problem.line and ("%s:%d: "):format(woven.path, problem.line) or "", problem.message)
   end
   for _, claim in ipairs(woven.claims) do
      lines[#lines + 1] = claim_text.line(claim)
   end
   for index, line in ipairs(lines) do
      lines[index] = words.printable(line)
   end
   return lines
end

return notebook
