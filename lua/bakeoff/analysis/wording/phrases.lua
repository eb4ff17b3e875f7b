--- Parts of sentences that several kinds of sentences share.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local verdict = require "bakeoff.model.verdict"

local phrases = { TOO_FEW = verdict.text "too_few_repeats" .. " for a verdict",
   NO_RATIO = "no verdict, since times are zero",
   NO_DIFFERENCE = verdict.text "no_difference", NOTHING = "Nothing to compare" }

-- From this ratio on, a difference is told as a factor ("1.1 times"); below, percent is more precise.
phrases.A_FACTOR = 1.095

--- "same within 3 %"; margin: a share.
function phrases.same(margin) return verdict.text("same", margin) end

-- Of the comparisons of a tie, the one whose interval contradicts the words most.
local function hardest(comparisons)
   local chosen
   for _, versus in ipairs(comparisons) do
      local why = verdict.why_not_shown(versus)
      chosen = why and not (chosen and verdict.why_not_shown(chosen) == "corrected") and versus or chosen
   end
   return chosen
end

--- "no difference shown", of several comparisons that show none; with the reason if the interval of any
-- excludes 1.
function phrases.no_difference(comparisons)
   local versus = hardest(comparisons)
   return phrases.NO_DIFFERENCE .. (versus and verdict.reason(versus) or "")
end

local function comparisons_of(entries)
   local list = {}
   for index, entry in ipairs(entries) do
      list[index] = entry.comparison
   end
   return list
end

--- That reason alone, of the leader and those tied with it; "" without one. found: from finding.ranking.
function phrases.reason(found)
   local versus = hardest(comparisons_of(found.tied))
   return versus and verdict.reason(versus) or ""
end

--- What is said of the leader and those tied with it: "same within 3 %", "no difference shown", with the
-- reason unless is_short. found: from finding.ranking.
function phrases.tie(found, is_short)
   if found.all_same then
      return phrases.same(found.margin)
   end
   return is_short and phrases.NO_DIFFERENCE or phrases.no_difference(comparisons_of(found.tied))
end

--- The sentence with a capital first letter. cells: their names may begin it; a program's stays as typed.
function phrases.capital(sentence, cells)
   for _, cell in ipairs(cells or {}) do
      local name = cell_type.name_of(cell)
      if cell_type.is_program(cell) and sentence:sub(1, #name) == name then
         return sentence
      end
   end
   return text.capital(sentence)
end

--- The names of entries { name } or { cell }, as a list.
function phrases.names(entries)
   local list = {}
   for index, entry in ipairs(entries) do
      list[index] = entry.name or cell_type.name_of(entry.cell)
   end
   return list
end

--- "a, b and c", or "5 others" if there are more than `most`.
function phrases.some_names(entries, most)
   return #entries <= most and numbers.list(phrases.names(entries)) or ("%d others"):format(#entries)
end

--- "threads' p99", "the event loop's p99"; "the p99 of threads at 200/s" for a label that the user chose.
function phrases.of_cell(thing, cell)
   local name = cell_type.subject(cell)
   if cell.label ~= cell.contender then
      return ("the %s of %s"):format(thing, name)
   end
   return ("%s%s %s"):format(name, name:sub(-1) == "s" and "'" or "'s", thing)
end

--- "is" or "are", to agree with the cell's name.
function phrases.is(cell)
   local _, many = cell_type.subject(cell)
   return many and "are" or "is"
end

--- "31 % of jobs failed". found: from model/errors.lua, with jobs.
function phrases.failed_jobs(found) return numbers.percent(found.jobs, 2) .. " of jobs failed" end

--- "31 % of the jobs and 1 of 7 trials of threads failed". found: from model/errors.lua; name: the cell's.
function phrases.what_failed(found, name)
   local parts = {}
   parts[1] = found.jobs and numbers.percent(found.jobs, 2) .. " of the jobs" or nil
   parts[#parts + 1] = found.trials and ("%d of %d trials"):format(found.failed, found.trials) or nil
   return ("%s of %s failed"):format(numbers.list(parts), name)
end

local function errors_of(entry) return phrases.what_failed(entry.errors, phrases.names({ entry })[1]) end

local MOST_WITH_ERRORS = 2

--- "; but 31 % of the jobs of threads failed", to follow a sentence that ranks these entries ({ name or cell,
-- errors = from model/errors.lua, or nil }) in front; "" if none has errors of its own.
function phrases.but_errors(entries)
   local parts = {}
   for _, entry in ipairs(entries) do
      parts[#parts + 1] = entry.errors and errors_of(entry) or nil
   end
   if #parts > MOST_WITH_ERRORS then
      return ("; but %d of them had errors that others had not"):format(#parts)
   end
   return #parts > 0 and "; but " .. table.concat(parts, ", and ") or ""
end

--- How far a ratio is from 1: "5 %" below a factor of 1.1, else "1.3 times"; and whether it is a factor.
function phrases.distance(ratio)
   local apart = math.max(ratio, 1 / ratio)
   if apart < phrases.A_FACTOR then
      return numbers.percent(apart - 1, 2), false
   end
   return (numbers.times(apart)), true
end

return phrases
