--- The differences of two runs in one figure: the title of the chart `differences`, and the words around it.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local regressions = require "bakeoff.analysis.wording.regressions"
local verdict = require "bakeoff.model.verdict"

local differences = { UNCHANGED = "no change" }

local MOST_NAMED = 2
local A_FACTOR = 2 -- from here on, an increase is told as a factor

-- Codes that show no difference, in the order in which the title tells them.
local UNDECIDED = { "no_difference", "maybe_noise", "undecided", "too_few_repeats", "no_ratio",
   "missing_in_b", "missing_in_a" }
local ORDER = { "more", "less", "same", table.unpack(UNDECIDED) }

local SHOWS_NONE = { same = true }
for _, code in ipairs(UNDECIDED) do
   SHOWS_NONE[code] = true
end

-- "31", " % more"; "3.1", " times as much"; "12", " % less"
local function change(ratio)
   if ratio < 1 then
      return numbers.significant((1 - ratio) * 100, 2), " % less"
   elseif ratio < A_FACTOR then
      return numbers.significant((ratio - 1) * 100, 2), " % more"
   end
   return numbers.factor(ratio), " times as much"
end

-- The smallest and the largest change of a group: "5 to 31 % more", "5 % more to 3.1 times as much".
local function changes(rows)
   local near, far = rows[1].figure.ratio, rows[1].figure.ratio
   for _, row in ipairs(rows) do
      local ratio = row.figure.ratio
      near = math.abs(math.log(ratio)) < math.abs(math.log(near)) and ratio or near
      far = math.abs(math.log(ratio)) > math.abs(math.log(far)) and ratio or far
   end
   local first, first_unit = change(near)
   local last, unit = change(far)
   if first_unit ~= unit then
      return ("%s%s to %s%s"):format(first, first_unit, last, unit)
   end
   return (first == last and first or ("%s to %s"):format(first, last)) .. unit
end

--- Does the figure of a comparison show a difference beyond the noise?
function differences.is_difference(figure) return not SHOWS_NONE[figure.verdict] end

local function group_of(figure)
   if not differences.is_difference(figure) then
      return figure.verdict
   end
   return figure.ratio > 1 and "more" or "less"
end

local function grouped(rows)
   local groups = {}
   for _, row in ipairs(rows) do
      local name = group_of(row.figure)
      groups[name] = groups[name] or {}
      table.insert(groups[name], row)
   end
   return groups
end

local function words_of(name, rows)
   if name == "more" or name == "less" then
      return changes(rows)
   end
   return verdict.text(name, rows[1].figure.margin)
end

-- "threads and event loop", "5 of 8 cells", "all 8 cells"; "any of the 8 cells" after a denial.
local function who(rows, all, denies)
   if #rows <= MOST_NAMED then
      return numbers.list(phrases.names(rows))
   elseif #rows == all and denies then
      return ("any of the %d cells"):format(all)
   end
   return (#rows == all and "all %d cells" or "%d of %d cells"):format(#rows, all)
end

-- Cells whose jobs fail at another rate now.
local function with_other_errors(rows)
   local list = {}
   for _, row in ipairs(rows) do
      list[#list + 1] = row.errors_a ~= row.errors_b and row or nil
   end
   return list
end

--- One sentence. title: the figure's name; rows: list of { name, figure (of compare.results), errors_a,
-- errors_b }.
function differences.sentence(title, rows)
   if #rows == 0 then
      return phrases.NOTHING
   end
   local groups, parts = grouped(rows), {}
   for _, name in ipairs(ORDER) do
      local group = groups[name]
      parts[#parts + 1] = group and ("%s for %s"):format(words_of(name, group),
         who(group, #rows, name == "no_difference")) or nil
   end
   local failing = with_other_errors(rows)
   local failed = #failing > 0 and ("; but another share of jobs failed for %s"):format(who(failing, #rows))
   return phrases.capital(("%s in B: %s%s"):format(title, table.concat(parts, "; "), failed or ""))
end

--- Beside a row: "1.31× [1.28, 1.35]", "–" without a ratio.
function differences.value(figure)
   if not figure.ratio then
      return "–"
   end
   local span = figure.low and regressions.span(figure.low, figure.high)
   return regressions.ratio(figure.ratio) .. "×" .. (span and " " .. span or "")
end

--- "slower", "same within 3 %, but 2 % of jobs failed in B"
function differences.remark(figure, row)
   return verdict.of(figure) .. regressions.but_jobs_failed(row)
end

--- "threads × 4"; only the name if all rows have one worker count.
function differences.name(row, is_one_count)
   return is_one_count and cell_type.name_of(row) or cell_type.counted(row)
end

--- The axis: "total time, B / A (log)".
function differences.axis(title, is_log) return ("%s, B / A%s"):format(title, is_log and " (log)" or "") end

--- "A: before/tickets, B: out/tickets"
function differences.sides(a, b) return ("A: %s, B: %s"):format(a, b) end

--- Where the intervals and the grey band come from.
function differences.band(noise)
   return ("ratios of medians, 95 %% interval; grey band: within %s"):format(numbers.percent(noise, 3))
end

--- "the 24 of 80 cells that differ most; all are in the table"
function differences.most(shown, all)
   return ("the %d of %d cells that differ most; all are in the table"):format(shown, all)
end

return differences
