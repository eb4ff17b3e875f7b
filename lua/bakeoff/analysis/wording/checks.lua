--- How often answers passed their checks: lines for the terminal, and the cells of the report's table. one:
-- from model/checks.lua.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"

local checks = {}

-- A share that is not all must not look like all.
local function percent(one)
   local words = numbers.percent(one.share, 3)
   return one.failed > 0 and words:find "^100 " and "almost 100 %" or words
end

--- "99.2 %"
checks.share = percent

--- "status is 200: passed by 1,190 of 1,200 answers (99.2 %)"; "… by all 1,200 answers"
function checks.line(one)
   local all = one.passed + one.failed
   if one.failed == 0 then
      return ("%s: passed by all %s"):format(one.name, numbers.plural(all, "answer"))
   end
   return ("%s: passed by %s of %s (%s)"):format(one.name, numbers.whole(one.passed),
      numbers.plural(all, "answer"), percent(one))
end

--- "10 of 3,600 failed", true; "all 3,600 passed", false. found: all checks.
function checks.total(found)
   local passed, failed = 0, 0
   for _, one in ipairs(found) do
      passed, failed = passed + one.passed, failed + one.failed
   end
   if failed == 0 then
      return ("all %s passed"):format(numbers.whole(passed)), false
   end
   return ("%s of %s failed"):format(numbers.whole(failed), numbers.whole(passed + failed)), true
end

local MOST_NAMED = 4

--- Where it failed: "threads with 4 workers: 8; processes with 4 workers: 2"; "–" if nowhere.
function checks.cells(one)
   local parts, more = {}, 0
   for _, entry in ipairs(one.cells) do
      if entry.failed > 0 and #parts < MOST_NAMED then
         parts[#parts + 1] = ("%s: %s"):format(cell_type.described(entry.cell), numbers.whole(entry.failed))
      elseif entry.failed > 0 then
         more = more + 1
      end
   end
   parts[#parts + 1] = more > 0 and ("%s more"):format(numbers.plural(more, "cell")) or nil
   return #parts > 0 and table.concat(parts, "; ") or "–"
end

return checks
