--- How often answers passed their checks, for the report and summary.json. found: from model/checks.lua.

local json = require "bakeoff.base.json"
local numbers = require "bakeoff.base.numbers"
local words = require "bakeoff.analysis.wording.checks"

local checks = {}

local COLUMNS = { { title = "check" }, { title = "passed", right = true }, { title = "failed", right = true },
   { title = "share passed", right = true }, { title = "where it failed" } }

--- The section of the report; nil without checks.
function checks.section(found)
   if #found == 0 then
      return nil
   end
   local rows = {}
   for index, one in ipairs(found) do
      rows[index] = { one.name, numbers.whole(one.passed), numbers.whole(one.failed), words.share(one),
         words.cells(one) }
   end
   local total, failed = words.total(found)
   return { id = "checks", title = "Checks", tone = failed and "warning" or "good",
      folded = not failed or nil, hint = total,
      blocks = { { kind = "table", columns = COLUMNS, rows = rows, keys = 1,
         title = "Checks of every answer" } } }
end

--- The entry of summary.json; nil without checks.
function checks.written(found)
   local list = json.array {}
   for index, one in ipairs(found) do
      local cells = json.array {}
      for at, entry in ipairs(one.cells) do
         cells[at] = json.ordered({ "label", "workers", "passed", "failed" }, { label = entry.cell.label,
            workers = entry.cell.workers, passed = entry.passed, failed = entry.failed })
      end
      list[index] = json.ordered({ "name", "passed", "failed", "share", "cells" }, { name = one.name,
         passed = one.passed, failed = one.failed, share = one.share, cells = cells })
   end
   return #list > 0 and list or nil
end

return checks
