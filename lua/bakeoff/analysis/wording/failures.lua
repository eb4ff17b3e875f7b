--- Why jobs failed: lines for the terminal, and the cells of the report's table. found: from
-- model/failures.lua.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"

local failures = {}

local KINDS = { task = "error in the task",
   timeout = "timeout", connect = "no connection", tls = "no secure connection",
   transfer = "transfer failed", protocol = "not valid HTTP", scheme = "not http or https",
   too_large = "body too large", lost = "lost with its worker or trial", save = "body not saved",
   unknown = "no reason on record", trial = "the trial failed",
   check = "a check failed" }
local WITH_STATUS = { http = "HTTP status %d", exit = "exit code %d", signal = "signal %d",
   stopped = "stopped by signal %d" }

--- "HTTP status 500", "timeout", "error in the task, after HTTP status 404", "error in the task, other
-- texts".
function failures.kind(one)
   local words = (KINDS[one.kind] or one.kind) .. (one.is_rest and ", other texts" or "")
   if not one.status then
      return words
   elseif WITH_STATUS[one.kind] then
      return WITH_STATUS[one.kind]:format(one.status)
   end
   return ("%s, after HTTP status %d"):format(words, one.status)
end

--- "8 jobs", "1 trial".
function failures.amount(one)
   return one.trials and numbers.plural(one.trials, "trial") or numbers.plural(one.jobs, "job")
end

--- "http://…", "http://…: Recv failure": an example without what `kind` says; nil if there is none.
function failures.example(one)
   local rest = ": " .. failures.kind { kind = one.kind, status = one.status }
   if one.example and #one.example > #rest and one.example:sub(-#rest) == rest then
      return one.example:sub(1, -#rest - 1)
   end
   return one.example
end

--- "8 jobs: HTTP status 500 (http://…)"
function failures.line(one)
   local example = one.example and (" (%s)"):format(failures.example(one)) or ""
   return ("%s: %s%s"):format(failures.amount(one), failures.kind(one), example)
end

local MOST_NAMED = 4

--- Lines for the most frequent kinds, and one for the others.
function failures.lines(found)
   local lines, others = {}, 0
   for index, one in ipairs(found) do
      if index <= MOST_NAMED then
         lines[index] = failures.line(one)
      else
         others = others + one.jobs
      end
   end
   if #found > MOST_NAMED then
      lines[#lines + 1] = ("%s: %s"):format(numbers.plural(others, "job"),
         numbers.plural(#found - MOST_NAMED, "more kind"))
   end
   return lines
end

--- "12 of 300 jobs". failed, all: from model/failures.lua.
function failures.share(failed, all)
   return ("%s of %s"):format(numbers.whole(failed), numbers.plural(all, "job"))
end

--- "12 of 300 jobs failed"
function failures.failed(failed, all) return failures.share(failed, all) .. " failed" end

--- " (12 of 300 jobs failed)", to follow a finding; "" if none failed.
function failures.beside(failed, all)
   return failed > 0 and (" (%s)"):format(failures.failed(failed, all)) or ""
end

--- "threads with 4 workers: 8; processes with 4 workers: 2"
function failures.cells(one)
   local parts = {}
   for index, entry in ipairs(one.cells) do
      if index > MOST_NAMED then
         parts[index] = ("%s more"):format(numbers.plural(#one.cells - MOST_NAMED, "cell"))
         break
      end
      parts[index] = one.trials and cell_type.described(entry.cell)
         or ("%s: %s"):format(cell_type.described(entry.cell), numbers.whole(entry.jobs))
   end
   return table.concat(parts, "; ")
end

return failures
