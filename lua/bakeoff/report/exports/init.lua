--- Results for other programs and documents, in the forms that `bakeoff run`, `exec` and `report` write. Each
-- takes a list of results: one experiment, or all of a script.

local csv = require "bakeoff.report.exports.csv"
local document = require "bakeoff.report.document"
local hyperfine = require "bakeoff.report.exports.hyperfine"
local json = require "bakeoff.base.json"
local text_table = require "bakeoff.base.table"

local exports = {}

local function table_of(results)
   local columns, rows = document.result_rows(results)
   return table.concat(text_table.markdown(columns, rows), "\n") .. "\n"
end

-- Of several experiments, each under its name.
local function markdown(runs)
   if #runs == 1 then
      return table_of(runs[1])
   end
   local parts = {}
   for index, results in ipairs(runs) do
      parts[index] = ("## %s\n\n%s"):format(text_table.markdown_text(results.manifest.experiment or ""),
         table_of(results))
   end
   return table.concat(parts, "\n")
end

-- Of several experiments a list of what each has alone.
local function summaries(runs)
   local list = json.array {}
   for index, results in ipairs(runs) do
      list[index] = results:summary_table()
   end
   return json.encode(#list == 1 and list[1] or list, { pretty = true })
end

local TEXTS = { json = summaries, csv = csv.text, md = markdown, hyperfine = hyperfine.text }

--- The text of an export. runs: list of results (see api/results.lua).
function exports.text(form, runs) return TEXTS[form](runs) end

return exports
