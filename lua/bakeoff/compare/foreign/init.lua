--- What other programs have measured, as one side of a comparison. The file is recognised by its content. It
-- may come from anyone, so it is checked like a run folder before anything reads it.
--
-- A new form is a module with these fields, and an entry of FORMS:
--
--    name          the program's, in sentences
--    made_by       how the file is made, for messages
--    of            what one value is the time of, in a sentence
--    is(document)  has a decoded document this form?
--    fits          its shape (runs/shape.lua)
--    read(document, path, open)   → list of { name, names, workers, values }, sentences, facts

local core = require "bakeoff.core"
local decoded = require "bakeoff.runs.decoded"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"

local criterion = require "bakeoff.compare.foreign.criterion"

local foreign = {}

local FORMS = { require "bakeoff.compare.foreign.hyperfine", require "bakeoff.compare.foreign.pyperf",
   criterion }

local MOST_BYTES = 64 << 20
local GZIP = "\x1f\x8b"

local function content_of(path)
   local name = text.shown(text.printable(path))
   local file <close>, message = io.open(path, "rb")
   if not file then
      failure.usage("%s: cannot be read (%s); make it readable", name, (message:gsub("^.*: ", "")))
   elseif (file:seek "end" or 0) > MOST_BYTES then
      failure.usage("%s: has more than %d MiB, and so is not read", name, MOST_BYTES >> 20)
   end
   file:seek "set"
   return file:read "a" or "", name
end

local function hints()
   local list = {}
   for index, form in ipairs(FORMS) do
      list[index] = form.made_by
   end
   return numbers.list(list, " or ")
end

-- → the decoded document, and what decoded.fault needs of it
local function document_of(path)
   local content, name = content_of(path)
   local document, found = decoded.read(content)
   if document then
      return document, found, name
   elseif content:sub(1, #GZIP) == GZIP then
      failure.usage("%s: is compressed with gzip; unpack it first, with gunzip -k", name)
   end
   failure.usage("%s: is not valid JSON%s; name a run folder, or a file of %s", name,
      content:find("%S") and "" or " (it is empty)", hints())
end

local function checked(document, found, fits, name)
   local fault = decoded.fault(document, found, fits, true)
   return not fault and document or failure.usage("%s: damaged, %s; make it again", name, text.shown(fault))
end

-- Reads another file that belongs to a document.
local function open(path, fits)
   local document, found, name = document_of(path)
   return checked(document, found, fits, name)
end

local function form_of(document, name)
   for _, form in ipairs(FORMS) do
      if form.is(document) then
         return form
      end
   end
   failure.usage("%s: is JSON, but none of %s; name one of these, or a run folder", name, hints())
end

-- Adds what a file holds to a source.
local function add(source, path)
   local document, found, name = document_of(path)
   local form = form_of(document, name)
   local list, notes, facts = form.read(checked(document, found, form.fits, name), path, open)
   source.form, source.facts = form, facts or {}
   table.move(list, 1, #list, #source.benchmarks + 1, source.benchmarks)
   table.move(notes, 1, #notes, #source.notes + 1, source.notes)
end

-- A name that occurs again gets a number, so that it can be told apart.
local function make_unique(benchmarks)
   local count = {}
   for _, one in ipairs(benchmarks) do
      local name = one.name
      count[name] = (count[name] or 0) + 1
      one.name = count[name] > 1 and ("%s (%d)"):format(name, count[name]) or name
   end
end

local function paths_of(path)
   local kind = core.file_kind(path)
   if kind == "file" then
      return { path }
   end
   return kind == "folder" and core.file_kind(path .. "/manifest.json") == nil and criterion.files(path) or {}
end

--- Reads what another program measured: a file, or a folder of criterion's. nil if the path is neither. → {
-- path, form, benchmarks = list of { name, names, workers, values }, notes = sentences, facts = { started,
-- cpu } }. Raises (usage) for a file of any other content.
function foreign.read(path)
   local paths = paths_of(path)
   if #paths == 0 then
      return nil
   end
   local source = { path = text.printable(path), benchmarks = {}, notes = {} }
   for _, one in ipairs(paths) do
      add(source, one)
   end
   if #source.benchmarks == 0 then
      failure.usage("%s: has no times to compare%s", text.shown(source.path),
         source.notes[1] and ": " .. source.notes[1] or "")
   end
   make_unique(source.benchmarks)
   return source
end

return foreign
