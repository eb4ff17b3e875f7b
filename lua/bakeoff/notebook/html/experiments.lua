--- The experiments of a notebook: each report, folded, at the end of the page.

local blocks = require "bakeoff.report.html.blocks"
local document = require "bakeoff.report.document"
local failure = require "bakeoff.base.failure"
local inline = require "bakeoff.report.inline"
local results = require "bakeoff.api.results"

local experiments = {}

local escape = inline.escape

-- The charts stand in the notebook; the report has all else.
local function sections_html(document_of_run, context)
   local parts = {}
   for _, section in ipairs(document_of_run.sections) do
      parts[#parts + 1] = ("<section%s>\n<h3>%s</h3>\n"):format(
         section.tone and (' class="%s"'):format(section.tone) or "", escape(section.title))
      for _, block in ipairs(section.blocks) do
         parts[#parts + 1] = blocks.html(block, context)
      end
      parts[#parts + 1] = "</section>\n"
   end
   return table.concat(parts)
end

-- → results; or nil, message, if the folder isn't there or has no trials
local function load(run)
   local ok, loaded = pcall(results.load, run.folder)
   if not ok then
      return nil, failure.is(loaded) and tostring(loaded) or error(loaded, 0)
   elseif #loaded.cells == 0 then
      return nil, "it has no trials"
   end
   return loaded
end

local function facts(run)
   local parts = { run.frozen and "kept from an earlier run" or "measured now",
      run.started and "started " .. run.started or nil }
   parts[#parts + 1] = run.key and "key " .. run.key:sub(1, 12) or nil
   for index, part in ipairs(parts) do
      parts[index] = "<span>" .. escape(part) .. "</span>"
   end
   return ('<p class="facts">%s</p>\n'):format(table.concat(parts, "\n"))
end

local FOLDED = '<details class="report" id="run-%s">\n<summary><b>%s</b> %s</summary>\n%s%s</details>\n'

local function entry(run, id, context)
   local loaded, message = load(run)
   if not loaded then
      return FOLDED:format(id, escape(run.name), "", facts(run),
         ("<p>No report, because %s.</p>\n"):format(escape(message)))
   end
   return FOLDED:format(id, escape(run.name), escape(loaded:finding()) .. ".", facts(run),
      sections_html(document.of(loaded, {}, {}, {}), context))
end

--- Ids of the entries: name of a run → id
function experiments.ids(runs)
   local ids = {}
   for index, run in ipairs(runs) do
      ids[run.name] = ("%d"):format(index)
   end
   return ids
end

--- The section with all of them; "" without any.
function experiments.html(runs, context)
   if #runs == 0 then
      return ""
   end
   local ids, parts = experiments.ids(runs), {}
   for index, run in ipairs(runs) do
      parts[index] = entry(run, ids[run.name], context)
   end
   return '<section id="experiments">\n<h2>Experiments</h2>\n' .. table.concat(parts) .. "</section>\n"
end

return experiments
