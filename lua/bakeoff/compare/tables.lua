--- A comparison of two runs as lines for a terminal: one table per figure, the differences, the regressions.

local cell_type = require "bakeoff.model.cell"
local look = require "bakeoff.base.look"
local metrics = require "bakeoff.model.metrics"
local new_figure = require("bakeoff.report.figure").new
local numbers = require "bakeoff.base.numbers"
local text_table = require "bakeoff.base.text_table"
local difference_words = require "bakeoff.analysis.wording.differences"
local wording = require "bakeoff.analysis.wording.regressions"

local tables = {}

local NOTHING = "–"
local function columns_of(metric)
   return { { title = metric.title }, { title = "workers", right = true }, { title = "A", right = true },
      { title = "B", right = true }, { title = "B/A [95 %]" }, { title = "verdict" } }
end

local function value_text(value, kind)
   if kind == "rate" then
      return value and numbers.plain(value) .. "/s" or NOTHING
   end
   return numbers.format(value, kind)
end

-- Both values in one unit, so that readers can compare them at a glance.
local function pair_texts(figure, kind)
   if kind == "rate" or not (figure.a and figure.b) then
      return value_text(figure.a, kind), value_text(figure.b, kind)
   end
   local divisor, unit = numbers.unit(math.max(figure.a, figure.b), kind)
   return numbers.format_in(figure.a, divisor, unit), numbers.format_in(figure.b, divisor, unit)
end

local function rows_of(comparison, metric)
   local rows = {}
   for _, row in ipairs(comparison.rows) do
      local figure = row.metrics[metric.name]
      if figure then
         local a, b = pair_texts(figure, metric.kind)
         rows[#rows + 1] = { cell_type.name_of(row), ("%d"):format(row.workers), a, b,
            difference_words.value(figure),
            new_figure { text = difference_words.remark(figure, row), tone = figure.change } }
      end
   end
   return rows
end

local function named(cells)
   local list = {}
   for index, cell in ipairs(cells) do
      list[index] = cell_type.with_workers(cell)
   end
   return table.concat(list, "; ")
end

local function side(facts)
   local parts = { facts.started, facts.tool or facts.bakeoff and "bakeoff " .. facts.bakeoff,
      facts.repeats and numbers.plural(facts.repeats, "repeat") }
   local words = {}
   for index = 1, 3 do
      words[#words + 1] = parts[index] or nil
   end
   local told = #words > 0 and (" (%s)"):format(table.concat(words, ", ")) or ""
   return facts.dir .. told
end

--- "peak footprint of threads with 4 workers: 1.31× [1.28, 1.35]"
function tables.regression_text(one)
   if not one.metric then
      return ("%s: %s"):format(cell_type.with_workers(one), one.reason)
   end
   return ("%s of %s: %s"):format(metrics.get(one.metric).title, cell_type.with_workers(one),
      difference_words.value(one))
end

-- "total time of threads with 4 workers (too few repeats)"
local function open_text(one)
   local who = cell_type.with_workers(one)
   return ("%s (%s)"):format(one.metric and ("%s of %s"):format(metrics.get(one.metric).title, who) or who,
      one.reason)
end

--- "No regression beyond 3 %.", or all regressions, and the figures that leave one open.
function tables.verdict(comparison)
   local worse, open = {}, {}
   for index, one in ipairs(comparison.regressions) do
      worse[index] = tables.regression_text(one)
   end
   for index, one in ipairs(comparison.undecided) do
      open[index] = open_text(one)
   end
   return wording.sentence(worse, open, comparison.noise)
end

-- What must be known to read the tables: calls say(words, first) for each sentence.
local function say_notes(comparison, say)
   for _, warning in ipairs(comparison.warnings) do
      say(warning .. ".", "warning: ")
   end
   for _, sentence in ipairs(comparison.steadiness) do
      say(sentence, "warning: ")
   end
   for _, row in ipairs(comparison.rows) do
      for _, sentence in ipairs(row.hidden) do
         say(sentence .. ".", "warning: ")
      end
   end
   for _, which in ipairs { "A", "B" } do
      local cells = comparison["only_" .. which:lower()]
      if #cells > 0 then
         say(("so not compared: %s."):format(named(cells)), ("only in %s, "):format(which))
      end
   end
end

--- Lines of one comparison. how: see base/look.lua.
function tables.lines(comparison, how)
   local lines = {}
   local function say(words, first)
      local more = look.lines(words, how, first)
      table.move(more, 1, #more, #lines + 1, lines)
   end
   say(comparison.experiment or "experiment")
   say(side(comparison.a), "  A: ")
   say(side(comparison.b), "  B: ")
   for _, name in ipairs(comparison.metrics) do
      local metric = metrics.get(name)
      local rows = rows_of(comparison, metric)
      if #rows > 0 then
         local drawn = text_table.terminal(columns_of(metric), rows, { width = how.width,
            colour = how.colour, keys = 2, words = 6, cuts_names = true })
         lines[#lines + 1] = ""
         table.move(drawn, 1, #drawn, #lines + 1, lines)
      end
   end
   lines[#lines + 1] = ""
   say_notes(comparison, say)
   say(tables.verdict(comparison))
   return lines
end

return tables
