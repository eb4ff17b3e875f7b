--- results.json in the folder of a page's files: what the page was woven from, and the verdicts of its
-- claims, for `check` and for other programs. Digests are SHA-256 in hexadecimal digits.

local claim = require "bakeoff.gate.claim"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"

local record = {}

record.SCHEMA = 1

local KEYS = { "schema", "bakeoff", "notebook", "title", "status", "source_sha256", "page_sha256", "forms",
   "modules", "pictures", "drawn", "runs", "claims" }
local RUN_KEYS = { "name", "started", "key", "rows_sha256" }

local function list_of(entries, keys)
   local list = json.array {}
   for index, entry in ipairs(entries) do
      local copy = json.ordered(keys, {})
      for _, name in ipairs(keys) do
         copy[name] = entry[name]
      end
      list[index] = copy
   end
   return list
end

--- The digest of a text.
function record.digest(text) return core.work_sha256(text) end

--- The digest of the rows in a run folder; nil if there are none.
function record.rows_digest(folder)
   local trials = files.read(folder .. "/trials.jsonl")
   return trials and record.digest(trials)
end

local function runs_of(woven)
   for _, run in ipairs(woven.runs) do
      run.rows_sha256 = record.rows_digest(run.folder)
   end
   return list_of(woven.runs, RUN_KEYS)
end

-- Maps without entries are left out.
local function filled(map) return next(map) and map or nil end

--- The record of a woven notebook. of: { text = of the notebook's file, page = text of its page, forms =
-- file → digest of the page's further forms, pictures = file → digest of what was to be drawn, drawn = file →
-- digest of the drawing }
function record.of(woven, of)
   return json.ordered(KEYS, { schema = record.SCHEMA, bakeoff = core.version, notebook = woven.source,
      title = woven.title, status = woven.status, source_sha256 = record.digest(of.text),
      page_sha256 = record.digest(of.page), forms = filled(of.forms), modules = woven.modules,
      pictures = of.pictures, drawn = filled(of.drawn), runs = runs_of(woven),
      claims = claim.written(woven.claims) })
end

--- Writes a record, unless the file has it already. → true; or nil, message
function record.write(path, made)
   local text = json.encode(made, { pretty = true })
   if files.read(path) == text then
      return true
   end
   return files.write(path, text)
end

--- Reads the record of a page; nil if there is none that this version can read.
function record.read(path)
   local text = files.read(path)
   local found = text and rows.decode(text)
   return found and found.schema == record.SCHEMA and type(found.runs) == "table"
      and type(found.claims) == "table" and found or nil
end

return record
