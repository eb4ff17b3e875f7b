--- What the report says about its own numbers: how many verdicts it makes and how they are held together,
-- what ended automatic repeats, outliers and steadiness.

local numbers = require "bakeoff.base.numbers"
local scaling_table = require "bakeoff.report.scaling_table"
local steadiness = require "bakeoff.analysis.steadiness"
local text_table = require "bakeoff.base.table"

local report_notes = {}

-- "- 5 verdicts stand in the table …"; nil where none is a test.
local function verdicts_item(results)
   local count = results:verdict_count()
   if count == 0 then
      return nil
   end
   local made = count == 1 and "One verdict stands in the table: with equal contenders it is false in at most"
      .. " 5 of 100 experiments"
      or ("%d verdicts stand in the table, held together (Holm): with equal contenders, any of them is false"
      .. " in at most 5 of 100 experiments"):format(count)
   return ("- %s. *Faster* and *slower* take an interval of the ratio that leaves out 1, and a t test of its"
      .. " trimmed mean. Brackets are 95 %% each%s."):format(made, count == 1 and ""
      or ": one that only just leaves out 1 can go with *no difference shown*")
end

--- What ended automatic repeats, a sentence; nil where their number was given.
function report_notes.stopped(results)
   local auto = results.manifest.auto
   return auto and auto.stopped and ("Repeats were automatic: %s."):format(auto.stopped) or nil
end

--- Adds to the list "What was measured" of report.md: automatic repeats, verdicts.
function report_notes.measured(results, lines)
   local stopped = report_notes.stopped(results)
   lines[#lines + 1] = stopped and "- " .. text_table.markdown_text(stopped) or nil
   lines[#lines + 1] = verdicts_item(results)
end

--- Adds the section on scaling; nothing where there are too few worker counts.
function report_notes.scaling_section(results, lines)
   local entries = results:scaling()
   if #entries == 0 then
      return
   end
   table.move({ "", "## Scaling", "" }, 1, 3, #lines + 1, lines)
   local columns, rows = scaling_table.rows(results, entries)
   local text = text_table.markdown(columns, rows)
   table.move(text, 1, #text, #lines + 1, lines)
   lines[#lines + 1] = ""
   lines[#lines + 1] = scaling_table.legend(entries[1].knee.within)
end

--- The scaling table as lines for the terminal; empty where there is none.
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

--- Adds the section on steadiness to the lines of report.md.
function report_notes.steadiness_section(results, lines)
   lines[#lines + 1] = ""
   lines[#lines + 1] = "## Steadiness"
   lines[#lines + 1] = ""
   local warnings, far = results:steadiness(), steadiness.outlier_lines(results.cells)
   if #warnings == 0 then
      lines[#lines + 1] = "- No drift and no slow first trials shown."
   end
   for _, sentence in ipairs(warnings) do
      lines[#lines + 1] = "- " .. text_table.markdown_text(sentence)
   end
   lines[#lines + 1] = #far == 0 and "- No outliers in total time."
      or ("- Outliers in total time in %s; all of them count, none is dropped:"):format(
         numbers.plural(#far, "cell"))
   for _, sentence in ipairs(far) do
      lines[#lines + 1] = "  - " .. text_table.markdown_text(sentence) .. "."
   end
end

return report_notes
