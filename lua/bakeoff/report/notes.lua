--- What the report says about its own numbers: how many verdicts it makes and how they are corrected, why
-- automatic repeats stopped, outliers and steadiness.

local inline = require "bakeoff.report.inline"
local numbers = require "bakeoff.base.numbers"
local scaling_table = require "bakeoff.report.scaling_table"
local steadiness = require "bakeoff.analysis.steadiness"
local text_table = require "bakeoff.base.text_table"
local verdict = require "bakeoff.model.verdict"

local report_notes = {}

--- "The table has 5 verdicts …", a piece; nil if none is a test.
function report_notes.verdicts(results)
   local count, family = results:verdict_count()
   if count == 0 then
      return nil
   end
   local made = family == 1 and "The table has one verdict: with equal contenders it is false in at most"
      .. " 5 of 100 experiments"
      or ("The table has %s%s, corrected jointly (Holm): with equal contenders, any of them is"
      .. " false in at most 5 of 100 experiments"):format(numbers.plural(count, "verdict"), family > count
      and (" and its titles choose from %d more"):format(family - count) or "")
   return inline.ours(("%s. *Faster* and *slower* need an interval of the ratio that excludes 1, and a t"
      .. " test of its trimmed mean. *Same %s* needs an interval within that margin, and two one-sided tests"
      .. " that reject a larger difference. Each interval is a 95 %% interval%s."):format(made,
      verdict.within(results.margin), family == 1 and ""
      or ": one that only just excludes 1 can stand beside *no difference shown*, which then says so"))
end

--- Why automatic repeats stopped, a sentence; nil if the number of repeats was given.
function report_notes.stopped(results)
   local auto = results.manifest.auto
   return auto and auto.stopped and ("Repeats were automatic: %s."):format(auto.stopped) or nil
end

--- The table of scaling and its legend, as blocks; empty if there are too few worker counts.
function report_notes.scaling_blocks(results)
   local entries = results:scaling()
   if #entries == 0 then
      return {}
   end
   local columns, rows = scaling_table.rows(results, entries)
   return { { kind = "table", columns = columns, rows = rows, keys = 1, title = "Scaling" },
      { kind = "text", text = scaling_table.legend(entries[1].knee.within) } }
end

--- The scaling table as lines for the terminal; empty if there is none.
function report_notes.scaling_lines(results, options)
   local entries = results:scaling()
   if #entries == 0 then
      return {}
   end
   local columns, rows = scaling_table.rows(results, entries)
   local lines = text_table.terminal(columns, rows, options)
   lines[#lines + 1] = ""
   return lines
end

--- Items of the list on steadiness.
function report_notes.steadiness(results)
   local items, far = {}, steadiness.outlier_lines(results.cells)
   table.move(results:steadiness(), 1, #results:steadiness(), 1, items)
   if #items == 0 then
      items[1] = "No drift and no slow first trials shown."
   end
   items[#items + 1] = steadiness.widened_line(results)
   if #far == 0 then
      items[#items + 1] = "No outliers in total time."
      return items
   end
   local item = { ("Outliers in total time in %s; all of them count; none is dropped:"):format(
      numbers.plural(#far, "cell")), items = {} }
   for index, sentence in ipairs(far) do
      item.items[index] = sentence .. "."
   end
   items[#items + 1] = item
   return items
end

return report_notes
