--- The report on the terminal: a summary that fits into its width, and on request every cell and every note.

local best = require "bakeoff.analysis.best"
local checks_words = require "bakeoff.analysis.wording.checks"
local command_report = require "bakeoff.report.programs"
local document = require "bakeoff.report.document"
local failed_jobs = require "bakeoff.model.failures"
local failure_words = require "bakeoff.analysis.wording.failures"
local fairness = require "bakeoff.analysis.fairness"
local finding = require "bakeoff.analysis.finding"
local lateness = require "bakeoff.analysis.lateness"
local look = require "bakeoff.base.look"
local race = require "bakeoff.analysis.wording.race"
local report_notes = require "bakeoff.report.notes"
local select = require "bakeoff.model.select"
local summary_table = require "bakeoff.report.summary_table"
local summary_words = require "bakeoff.analysis.wording.summary"
local surroundings = require "bakeoff.report.surroundings"
local tail = require "bakeoff.analysis.tail"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"
local trust_facts = require "bakeoff.report.trust_facts"
local verdict_list = require "bakeoff.report.verdict_list"

local terminal = {}

local MOST_MEMORY_LINES = 2 -- programs

-- Prints a text from outside, wrapped.
local function say(to, words, first, tone)
   for _, line in ipairs(look.lines(words, to, first, tone)) do
      to.out(line)
   end
end

local function say_all(to, list, first)
   for _, words in ipairs(list) do
      say(to, words, first)
   end
end

local function print_lines(to, lines, indent)
   for _, line in ipairs(lines) do
      to.out(text.without_end(indent .. line))
   end
end

-- --- the parts of the summary ---------------------------------------------------------------------

local function memory_of(results)
   if command_report.is_for(results) and #results.cells <= MOST_MEMORY_LINES then
      local lines = command_report.memory_lines(results)
      for index, line in ipairs(lines) do
         lines[index] = text.capital(line)
      end
      return lines
   end
   local cells = select.at_one_count(results)
   return #cells > 1 and { verdict_list.memory(results) } or {}
end

local function print_finding(to, results)
   say(to, summary_words.head(results))
   to.out("")
   local count, cells = best.count_of_finding(results)
   local main, speed = results:finding(), results:finding "speed"
   say(to, summary_words.at_count(main, count, cells) .. ".", "  ", "title")
   local others = memory_of(results)
   if speed ~= main then
      table.insert(others, 1, speed)
   end
   for _, words in ipairs(others) do
      say(to, summary_words.at_count(words, count, cells) .. ".", "  ")
   end
end

-- The cells without a row.
local function left_out(results, rows)
   local shown, list = {}, {}
   for _, row in ipairs(rows) do
      shown[row.cell] = true
   end
   for _, cell in ipairs(results.cells) do
      list[#list + 1] = not shown[cell] and cell or nil
   end
   return list
end

local function print_best(to, results)
   local rows, found = best.of(results, rawget(results, "sort"))
   local has_mark = false
   for _, row in ipairs(rows) do
      has_mark = has_mark or row.tied
   end
   print_lines(to, summary_table.lines(results, rows, { width = to.width - 2, colour = to.colour }), "  ")
   local legend = summary_words.legend(has_mark, found, left_out(results, rows))
   if legend then
      say(to, legend, "  ")
   end
end

local function print_every_cell(to, results)
   local titles, rows, keys = document.result_rows(results)
   local how = { width = to.width, colour = to.colour, keys = keys, cuts_names = true }
   print_lines(to, text_table.terminal(titles, rows, how), "")
   local scaling = report_notes.scaling_lines(results, how)
   if #scaling > 0 then
      to.out("")
      print_lines(to, table.move(scaling, 1, #scaling - 1, 1, {}), "")
   end
end

local function print_failures(to, results)
   local found = results:failures()
   if #found == 0 then
      return
   end
   local failed, all = failed_jobs.counts(results.cells)
   to.out("")
   say(to, failed > 0 and failure_words.share(failed, all) or "", "  Failed: ", "worse")
   say_all(to, failure_words.lines(found), "    ")
end

local function print_checks(to, results)
   local found = results:checks()
   if #found == 0 then
      return
   end
   to.out("")
   local total, has_failed = checks_words.total(found)
   say(to, total, "  Checks: ", has_failed and "worse" or nil)
   for _, one in ipairs(found) do
      say(to, checks_words.line(one), "    ")
   end
end

local function print_trust(to, results)
   local words, tone = summary_words.trust(trust_facts.of(results))
   to.out("")
   say_all(to, { fairness.unfinished(results.manifest, results.trials) }, "  Note:  ")
   say_all(to, results:not_run(), "  Not run: ")
   say(to, words, "  Trust: ", tone)
end

-- What intervals presume; nil if the table would show the same differences without it.
local function doubts(results)
   local found = results:hidden_dependence()
   return found and #found.doubtful > 0 and found.text or nil
end

-- Every note, as the report has them, and every file.
local function print_notes(to, results, written, skipped)
   to.out("")
   say_all(to, { report_notes.stopped(results) }, "note: ")
   say_all(to, lateness.sentences(results), "note: ")
   say_all(to, { tail.sentence(results, true) }, "note: ")
   say_all(to, results:audit(), "warning: ")
   say_all(to, { (results:trust() or {}).text }, "note: ")
   say_all(to, { doubts(results) }, "note: ")
   say_all(to, results:steadiness(), "warning: ")
   say_all(to, { surroundings.redacted(results.manifest) }, "note: ")
   say_all(to, skipped, "note: ")
   to.out("wrote:")
   for _, name in ipairs(written) do
      to.out(("  %s/%s"):format(results.dir, name))
   end
end

-- The document that a reader opens first.
local function main_document(written)
   for _, wanted in ipairs { "report.html", "report.md" } do
      for _, name in ipairs(written) do
         if name == wanted then
            return name
         end
      end
   end
   return written[1]
end

local function print_race(to, results)
   if not command_report.is_for(results) then
      return
   end
   local lines = race.lines(finding.ranking(results, results.cells, "total_s"))
   for index, line in ipairs(lines) do
      if index == 1 then
         to.out("")
      end
      local words, is_part = table.unpack(line)
      say(to, words, is_part and "    " or "  ", "title")
   end
end

local function one_line(results, document_path)
   local failed, all = failed_jobs.counts(results.cells)
   local failures = failed > 0 and (" Failed: %s."):format(failure_words.share(failed, all)) or ""
   return ("%s: %s.%s %s"):format(results.manifest.experiment or "experiment", results:finding(), failures,
      document_path)
end

--- Prints it. written: files of the run folder; skipped: lines from charts.draw; options: print, width,
-- colour, all = true: every cell instead of the best of each contender; notes = true: every note; quiet =
-- true: one line.
function terminal.show(results, written, skipped, options)
   local to = look.of(options)
   local path = ("%s/%s"):format(results.dir, main_document(written))
   to.out = options.print or print
   if options.quiet then
      to.out(text.printable(one_line(results, path)))
      return
   end
   to.out("")
   print_finding(to, results)
   to.out("")
   local show = options.all and print_every_cell or print_best
   show(to, results)
   print_failures(to, results)
   print_checks(to, results)
   print_trust(to, results)
   to.out("  Open:  " .. path)
   if options.notes then
      print_notes(to, results, written, skipped)
   end
   print_race(to, results)
end

return terminal
