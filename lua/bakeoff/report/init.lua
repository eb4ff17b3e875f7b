--- The report of one experiment: the table on the terminal, report.md, summary.json and the charts.

local chart_options = require "bakeoff.report.chart_options"
local command_report = require "bakeoff.report.programs"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local noise_report = require "bakeoff.report.noise"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local report_notes = require "bakeoff.report.notes"
local result_table = require "bakeoff.report.result_table"
local terminal = require "bakeoff.plotting.terminal"
local text_table = require "bakeoff.base.table"
local words = require "bakeoff.base.words"

local report = {}

local function command_line(manifest)
   local list = manifest.command or {}
   return #list > 0 and words.join(list) or nil
end

local function add(lines, ...)
   for _, text in ipairs { ... } do
      lines[#lines + 1] = text
   end
end

-- Of programs alone only what is seen from outside.
local function rows_of(results)
   return (command_report.is_for(results) and command_report or result_table).rows(results)
end

local function has_programs(results)
   for _, cell in ipairs(results.cells) do
      if cell.contender == "command" then
         return true
      end
   end
   return false
end

local PROGRAMS = "- Programs (`command`): total is from process start to end, start-up an empty run beside"
   .. " each trial; CPU and footprint are those of the program's own tree. They tell nothing about single"
   .. " jobs: what they did is what the server counted."

local function measured_section(results, lines)
   local manifest = results.manifest
   if command_report.is_for(results) then
      return add(lines, "", "## What was measured", "",
         "- Job: " .. text_table.markdown_text(page.job(results)) .. ".", table.unpack(
         command_report.measured(results)))
   end
   local counts = {}
   for _, cell in ipairs(results.cells) do
      if not cell.untold then
         counts[cell.workers] = true
      end
   end
   local list = {}
   for workers in pairs(counts) do
      list[#list + 1] = workers
   end
   table.sort(list)
   add(lines, "", "## What was measured", "",
      ("- Job: %s, %s."):format(text_table.markdown_text(page.job(results)),
         numbers.plural(manifest.items or 0, "item")),
      ("- Workers: %s; %s of every cell in interleaved blocks (seed %d), after %s."):format(
         #list > 0 and table.concat(list, ", ") or "–", numbers.plural(manifest.repeats or 0, "repeat"),
         results.seed,
         numbers.plural(manifest.warmup or 0, "warm-up trial")),
      "- Times are medians; brackets are 95 % bootstrap intervals (10,000 resamples); ratios are paired"
         .. " within blocks. Below six repeats there is no interval and no verdict. "
         .. (manifest.form == "task" and "Jobs/s" or "Req/s") .. " count the work phase; p50"
         .. " and p99 are latencies of a job; CPU is user and system time, with the cores in use.",
      "- Footprint: memory of the whole process tree as if it were alone (private pages plus the largest"
         .. " shared part); (+) what came on top of the baseline before the pool started. Sampling: CPU time"
         .. " of reading it beside the running phases, from outside the trial, as a share of their time.")
   if has_programs(results) then
      add(lines, PROGRAMS)
   end
end

local function charts_section(drawn, problems, skipped, lines)
   add(lines, "", "## Charts", "")
   for _, chart in ipairs(drawn) do
      local title = text_table.markdown_text(chart.title):gsub("[%[%]]", "\\%0")
      add(lines, ("![%s](%s)"):format(title, chart.svg), "")
   end
   for _, line in ipairs(problems) do
      add(lines, "- " .. text_table.markdown_text(line))
   end
   for _, line in ipairs(skipped) do
      add(lines, "- " .. text_table.markdown_text(line))
   end
end

local function fairness_section(audit, lines)
   add(lines, "", "## Fairness", "")
   if #audit == 0 then
      add(lines, "Nothing found: the same jobs and bytes everywhere, no failures, as many jobs in flight as"
         .. " workers.")
   end
   for _, sentence in ipairs(audit) do
      add(lines, "- " .. text_table.markdown_text(sentence))
   end
end

local function noise_section(results, lines)
   add(lines, "", "## Noise", "", table.unpack(noise_report.lines(results:rows())))
end

local function flat(value)
   if math.type(value) == "float" and math.tointeger(value) then
      return ("%d"):format(value)
   elseif type(value) ~= "table" then
      return tostring(value)
   end
   local parts = {}
   for index, item in ipairs(value) do
      parts[index] = flat(item)
   end
   local keys = {}
   for key in pairs(value) do
      if type(key) == "string" then
         keys[#keys + 1] = key
      end
   end
   table.sort(keys)
   for _, key in ipairs(keys) do
      parts[#parts + 1] = key .. " " .. flat(value[key])
   end
   return table.concat(parts, ", ")
end

local function environment_section(manifest, lines)
   add(lines, "", "## Environment", "")
   local environment = type(manifest.environment) == "table" and manifest.environment or {}
   local keys = {}
   for key in pairs(environment) do
      keys[#keys + 1] = tostring(key)
   end
   table.sort(keys)
   for _, key in ipairs(keys) do
      add(lines, ("- %s: %s"):format(key, text_table.markdown_text(flat(environment[key] or ""))))
   end
   if manifest.server then
      add(lines, "- server: " .. text_table.markdown_text(flat(manifest.server)))
   end
   if manifest.started then
      add(lines, ("- started %s, finished %s"):format(manifest.started, manifest.finished or "–"))
   end
end

local function not_run_section(results, lines)
   local missing = results:not_run()
   if #missing > 0 then
      add(lines, "", "## Not run", "")
   end
   for _, sentence in ipairs(missing) do
      add(lines, "- " .. text_table.markdown_text(sentence) .. ".")
   end
end

local function rerun_section(results, drawn, lines)
   local command = command_line(results.manifest)
   add(lines, "", "## Run it again", "")
   if command then
      add(lines, "    " .. command, "")
   end
   add(lines, "Rows: `trials.jsonl` (one object per trial), `jobs.csv` (one line per job), `memory.csv`"
      .. " (memory over time), `manifest.json` (what was run, where); `summary.json` has the"
      .. " table's numbers.")
   if drawn[1] then
      local again = "The charts again from the rows: `bakeoff plot` with this folder, or `gnuplot %s.gp`"
      add(lines, again:format(drawn[1].name) .. " in `charts/`.")
   end
end

--- The text of report.md.
function report.markdown(results, drawn, problems, skipped)
   local columns, rows = rows_of(results)
   local escape = text_table.markdown_text
   local lines = { "# " .. escape(results.manifest.experiment or "experiment"), "",
      "**" .. escape(results:finding()) .. ".**", "", escape(table.concat(page.foot(results), " · ")) .. "." }
   measured_section(results, lines)
   report_notes.measured(results, lines)
   add(lines, "", "## Results", "")
   add(lines, table.unpack(text_table.markdown(columns, rows)))
   if command_report.is_for(results) then
      add(lines, "", escape(table.concat(command_report.memory_lines(results), "; ")) .. ".")
   end
   report_notes.scaling_section(results, lines)
   not_run_section(results, lines)
   charts_section(drawn, problems, skipped, lines)
   fairness_section(results:audit(), lines)
   report_notes.steadiness_section(results, lines)
   noise_section(results, lines)
   environment_section(results.manifest, lines)
   rerun_section(results, drawn, lines)
   return table.concat(lines, "\n") .. "\n"
end

local function terminal_options(results, options)
   local core = require "bakeoff.core"
   local width = options.width or core.terminal(1)
   local colour = options.colour
   if colour == nil then
      colour = core.terminal(1) ~= nil and (os.getenv("NO_COLOR") or "") == ""
   end
   return { width = width, colour = colour, keys = command_report.is_for(results) and 1 or 2 }
end

local function print_all(results, drawn, written, skipped, options)
   local out = options.print or print
   local columns, rows = rows_of(results)
   out("")
   for _, line in ipairs(text_table.terminal(columns, rows, terminal_options(results, options))) do
      out(line)
   end
   out("")
   for _, line in ipairs(report_notes.scaling_lines(results, terminal_options(results, options))) do
      out(line)
   end
   out(results:finding() .. ".")
   if report_notes.stopped(results) then
      out(report_notes.stopped(results))
   end
   for _, line in ipairs(command_report.is_for(results) and command_report.memory_lines(results) or {}) do
      out(line)
   end
   for _, sentence in ipairs(results:audit()) do
      out("warning: " .. sentence)
   end
   for _, sentence in ipairs(results:steadiness()) do
      out("warning: " .. sentence)
   end
   for _, sentence in ipairs(results:not_run()) do
      out("not run: " .. sentence)
   end
   for _, line in ipairs(skipped) do
      out("note: " .. line)
   end
   for _, chart in ipairs(drawn) do
      table.move(chart.pictures, 1, #chart.pictures, #written + 1, written)
   end
   out("wrote:")
   for _, file in ipairs(written) do
      out("  " .. results.dir .. "/" .. file)
   end
end

--- Makes the report. options: print (function, default print), width and colour (default: as the terminal
-- is; NO_COLOR is kept), charts = false to draw none, workers, theme, size, only, also (see draw.all),
-- formats (a list, besides svg and png), terminal ("dumb" …: charts also on the terminal).
-- Returns true, or false and one line on what was not written or drawn.
function report.make(results, options)
   local drawn, problems, skipped, built = {}, {}, {}, {}
   local charts = chart_options.of(results, options)
   if options.charts ~= false then
      drawn, problems, skipped, built = draw.all(results, charts)
   end
   local summary, message = results:summary()
   if not summary then
      return false, message
   end
   local ok
   ok, message = files.write(results.dir .. "/report.md", report.markdown(results, drawn, problems, skipped))
   if not ok then
      return false, message
   end
   print_all(results, drawn, { "summary.json", "report.md" }, skipped, options)
   for _, line in ipairs(charts.kind and terminal.show(built, charts) or {}) do
      charts.print("note: " .. line)
   end
   if #problems > 0 then
      local line = table.concat(problems, "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   return true
end

return report
