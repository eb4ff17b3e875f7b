--- Checks a notebook: is its page stale, does it run, do its claims hold? Verdicts are compared, never
-- numbers.
--
-- A page is stale if it isn't what its sources would give: the notebook, a module that it requires, or the
-- frozen runs have changed, or somebody edited the page. Where the runs were measured, and with which
-- versions, is a note: the numbers of a page are those of the machine that it names.
--
-- Measuring again happens in a folder of its own that is removed afterwards, so the frozen runs stay.

local claim_text = require "bakeoff.gate.claim_text"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local freeze = require "bakeoff.notebook.freeze"
local key_files = require "bakeoff.experiment.key_files"
local notebook = require "bakeoff.notebook"
local page_writer = require "bakeoff.notebook.page"
local pictures = require "bakeoff.notebook.pictures"
local place = require "bakeoff.notebook.place"
local record = require "bakeoff.notebook.record"
local rows = require "bakeoff.runs.rows"
local script = require "bakeoff.script.run"
local text = require "bakeoff.base.text"

local check = {}

--- Exit codes, the most serious first.
check.CODES = { failed = 1, refuted = 1, stale = 4, not_shown = 3, passed = 0 }

-- --- is it stale? -----------------------------------------------------------------------------------

-- A module that is required anew is a change of the notebook or of another module.
local function check_modules(where, known, reasons)
   for _, path in ipairs(text.sorted_keys(known.modules or {})) do
      local digest = key_files.digest(where.folder .. "/" .. path)
      if not digest then
         reasons[#reasons + 1] = ("the module %s is missing"):format(path)
      elseif digest ~= known.modules[path] then
         reasons[#reasons + 1] = ("the module %s has changed"):format(path)
      end
   end
end

local function check_runs(where, known, reasons)
   for _, run in ipairs(known.runs) do
      local manifest = rows.decode(files.read(("%s/%s/manifest.json"):format(where.runs, run.name)) or "")
      local digest = manifest and type(manifest.key) == "table" and manifest.key.digest
      if not digest then
         reasons[#reasons + 1] = ("the frozen run '%s' is missing"):format(run.name)
      elseif digest ~= run.key then
         reasons[#reasons + 1] = ("the frozen run '%s' is not the one that the page shows"):format(run.name)
      elseif run.rows_sha256 and run.rows_sha256 ~= record.rows_digest(where.runs .. "/" .. run.name) then
         reasons[#reasons + 1] = ("the rows of the frozen run '%s' have changed"):format(run.name)
      end
   end
end

local function check_files(where, known, reasons)
   local page = files.read(where.page)
   if not page then
      reasons[#reasons + 1] = where.page .. " is missing"
   elseif record.digest(page) ~= known.page_sha256 then
      reasons[#reasons + 1] = where.page .. " was edited by hand; edit the notebook instead"
   end
   for _, name in ipairs(text.sorted_keys(known.pictures or {})) do
      if not core.file_kind(where.files .. "/" .. name) then
         reasons[#reasons + 1] = ("%s/%s is missing"):format(where.short, name)
      elseif not pictures.is_as_drawn(where, name, known.drawn or {}) then
         reasons[#reasons + 1] = ("%s/%s was edited by hand"):format(where.short, name)
      end
   end
end

-- → list of reasons why the page is stale; the record, or nil
local function staleness(where, source)
   local known, reasons = record.read(where.record), {}
   if not known then
      return { where.page .. " has not been woven" }
   elseif known.notebook ~= where.source then
      return { ("%s is the page of %s"):format(where.page, known.notebook) }
   end
   reasons[1] = record.digest(source) ~= known.source_sha256 and "the notebook has changed" or nil
   check_modules(where, known, reasons)
   check_runs(where, known, reasons)
   check_files(where, known, reasons)
   return reasons, known
end

-- --- does it run, do the claims hold? ---------------------------------------------------------------

-- What tells each claim from the others: its sentence, its run, and how many before it have the same. A
-- condition may be edited: then the page is stale.
local function ids_of(claims)
   local ids, count = {}, {}
   for index, claim in ipairs(claims) do
      local id = ("%s\0%s"):format(claim.says, claim.run or "")
      count[id] = (count[id] or 0) + 1
      ids[index] = ("%s\0%d"):format(id, count[id])
   end
   return ids
end

-- How verdicts differ from those of the page: list of sentences.
local function changes(page, now)
   local before, list = {}, {}
   for index, id in ipairs(ids_of(page)) do
      before[id] = page[index].verdict
   end
   for index, id in ipairs(ids_of(now)) do
      local claim, verdict = now[index], before[id]
      if verdict and verdict ~= claim.verdict then
         list[#list + 1] = ("%s: %s, and the page says %s"):format(claim.says, claim_text.word(claim),
            claim_text.word { verdict = verdict })
      end
   end
   return list
end

local function add_run(found, woven, known)
   found.ran, found.failed, found.claims = true, woven.problem, woven.claims
   found.lines = notebook.lines(woven)
   found.changed = known and changes(known.claims, woven.claims) or {}
   for _, run in ipairs(woven.runs) do
      found.stale[#found.stale + 1] = run.differs and tostring(freeze.not_frozen(run.name, run.differs))
      if #(run.elsewhere or {}) > 0 then
         found.notes[#found.notes + 1] = ("%s was measured on another machine or with other versions (%s)")
            :format(run.name, table.concat(run.elsewhere, ", "))
      end
   end
end

local DRIFTED = "%s would be written differently by this version of bakeoff; `bakeoff notebook run` does that"

local function same(a, b)
   for _, pair in ipairs { { a, b }, { b, a } } do
      for name, value in pairs(pair[1]) do
         if pair[2][name] ~= value then
            return false
         end
      end
   end
   return true
end

-- The same runs, and the same notebook: then only the way in which bakeoff writes has changed.
local function add_drift(found, woven, known)
   local page = files.read(found.page)
   if not page or #found.stale > 0 or woven.problem then
      return
   end
   local to_draw = pictures.name(woven.cells, woven.place)
   if page ~= page_writer.of(woven) or not same(to_draw, known.pictures or {}) then
      found.notes[#found.notes + 1] = DRIFTED:format(found.page)
   end
end

-- Weaves, and measures only in the folder `scratch`, if there is one. Without it, a run that isn't frozen
-- leaves it open whether the notebook runs.
local function weave(found, path, known, say, scratch)
   local ok, woven = pcall(notebook.weave, path, { checks = true, scratch = scratch, say = say })
   if ok then
      add_run(found, woven, known)
      if not scratch then
         add_drift(found, woven, known)
      end
   elseif getmetatable(woven) == freeze.NOT_FROZEN then
      table.insert(found.stale, tostring(woven))
   else
      error(woven, 0)
   end
end

-- os.tmpname makes a file, whose name nobody else gets; the folder has a name of its own beside it.
local function weave_freshly(found, path, known, say)
   local name = os.tmpname()
   local scratch = name .. ".check"
   local ok, problem = pcall(weave, found, path, known, say, scratch)
   core.remove_tree(scratch)
   os.remove(name)
   if not ok then
      error(problem, 0)
   end
end

local function outcome_of(found)
   local verdicts = {}
   for _, claim in ipairs(found.claims or {}) do
      verdicts[claim.verdict] = true
   end
   return found.failed and "failed" or verdicts.refuted and "refuted" or #found.stale > 0 and "stale"
      or verdicts.not_shown and "not_shown" or "passed"
end

--- Checks the notebook at a path. options: run = false doesn't run it, fresh = true measures again, in a
-- temporary folder, out = folder of the page, say = function(line). → { page, stale = list of reasons, ran =
-- did all cells run?, measured = again?, failed = { cell, line, message } or nil, claims (nil if nothing
-- ran), changed = list of sentences on verdicts that differ from the page's, notes, lines = on the cells,
-- outcome = a name of CODES, code }. Raises (usage) if it can't be read, and the interruption by Ctrl-C.
function check.of(path, options)
   local where = place.of(path, options.out)
   local stale, known = staleness(where, script.read(path))
   local found = { page = where.page, stale = stale, ran = false, measured = options.fresh or false,
      notes = {}, changed = {}, lines = {} }
   if options.run ~= false then
      local run = options.fresh and weave_freshly or weave
      run(found, path, known, options.say)
   else
      found.claims = known and known.claims
   end
   found.outcome = outcome_of(found)
   found.code = check.CODES[found.outcome]
   return found
end

return check
