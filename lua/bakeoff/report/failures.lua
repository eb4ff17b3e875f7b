--- Why jobs failed, for the report, summary.json and the exports. found: from model/failures.lua.

local json = require "bakeoff.base.json"
local words = require "bakeoff.analysis.wording.failures"

local failures = {}

local KEYS = { "kind", "status", "text", "is_rest", "jobs", "trials", "example", "details", "cells" }

local COLUMNS = { { title = "why" }, { title = "how many", right = true }, { title = "where" },
   { title = "an example" } }

--- The section of the report; nil if nothing failed. The lines that follow an example, such as a traceback,
-- appear once.
function failures.section(found)
   if #found == 0 then
      return nil
   end
   local rows, blocks = {}, {}
   for index, one in ipairs(found) do
      rows[index] = { words.kind(one), words.amount(one), words.cells(one), words.example(one) or "–" }
   end
   blocks[1] = { kind = "table", columns = COLUMNS, rows = rows, keys = 1, title = "Failures" }
   for _, one in ipairs(found) do
      if one.details then
         blocks[#blocks + 1] = { kind = "text", text = ("%s, in full:"):format(words.kind(one)) }
         blocks[#blocks + 1] = { kind = "code", text = one.example .. "\n" .. one.details }
      end
   end
   return { id = "failures", title = "Failures", tone = "warning", blocks = blocks }
end

--- The entry of summary.json.
function failures.written(found)
   local list = json.array {}
   for index, one in ipairs(found) do
      local cells = json.array {}
      for at, entry in ipairs(one.cells) do
         cells[at] = json.ordered({ "label", "workers", "jobs" }, { label = entry.cell.label,
            workers = entry.cell.workers, jobs = entry.jobs })
      end
      list[index] = json.ordered(KEYS, { kind = one.kind, status = one.status, text = one.text,
         is_rest = one.is_rest, jobs = one.jobs,
         trials = one.trials, example = one.example, details = one.details, cells = cells })
   end
   return list
end

--- "8 jobs: HTTP status 500; 4 jobs: task", for a field of the CSV; "" if nothing failed.
function failures.field(found)
   local parts = {}
   for index, one in ipairs(found) do
      parts[index] = ("%s: %s"):format(words.amount(one), words.kind(one))
   end
   return table.concat(parts, "; ")
end

return failures
