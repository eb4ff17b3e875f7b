--- results.json in the folder of a page's files: what the page was woven from, and the verdicts of its
-- claims, for `check` and for other programs. Digests are SHA-256 in hexadecimal digits.

local claim = require "bakeoff.gate.claim"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"

local record = {}

record.SCHEMA = 1

local KEYS = { "schema", "bakeoff", "notebook", "title", "status", "source_sha256", "page_sha256", "modules",
   "pictures", "runs", "claims" }
local RUN_KEYS = { "name", "started", "key" }

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

--- The record of a woven notebook. text: of the notebook's file; page: of its page; pictures: file → digest.
function record.of(woven, text, page, pictures)
   return json.ordered(KEYS, { schema = record.SCHEMA, bakeoff = core.version, notebook = woven.source,
      title = woven.title, status = woven.status, source_sha256 = record.digest(text),
      page_sha256 = record.digest(page), modules = woven.modules, pictures = pictures,
      runs = list_of(woven.runs, RUN_KEYS), claims = claim.written(woven.claims) })
end

--- Writes a record. → true; or nil, message
function record.write(path, made) return files.write(path, json.encode(made, { pretty = true })) end

--- Reads the record of a page; nil if there is none that this version can read.
function record.read(path)
   local text = files.read(path)
   local found = text and rows.decode(text)
   return found and found.schema == record.SCHEMA and type(found.runs) == "table"
      and type(found.claims) == "table" and found or nil
end

return record
