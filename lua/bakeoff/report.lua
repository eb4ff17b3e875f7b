--- The report of one experiment: the table on the terminal, report.md, summary.json and the charts.

local draw = require "bakeoff.charts.draw"
local numbers = require "bakeoff.numbers"
local page = require "bakeoff.charts.page"
local text_table = require "bakeoff.table"

local report = {}

local function ratio_text(versus)
   if not versus then
      return "reference"
   elseif not versus.ratio then
      return "–"
   end
   local interval = ""
   if versus.low then
      interval = (" [%s, %s]"):format(numbers.plain(versus.low), numbers.plain(versus.high))
   end
   return ("%s×%s %s"):format(numbers.plain(versus.ratio), interval, versus.verdict)
end

local function median(summary, kind) return summary and numbers.format(summary.median, kind) or "–" end

local function pair(a, b, kind) return median(a, kind) .. " / " .. median(b, kind) end

local function footprint_text(summary)
   local above = summary.footprint_above_bytes
   local peak = median(summary.footprint_peak_bytes, "size")
   return above and ("%s (+%s)"):format(peak, numbers.format(above.median, "size")) or peak
end

local function failed_text(summary)
   local failed = summary.failed_trials
   local text = failed == 0 and "0" or ("%d of %d"):format(failed, summary.trials)
   local jobs = summary.jobs_failed and summary.jobs_failed.max or 0
   local lost = summary.jobs_lost and summary.jobs_lost.max or 0
   return jobs + lost > 0 and ("%s, jobs up to %d"):format(text, jobs + lost) or text
end

local function cpu_text(summary)
   if not summary.cpu_s then
      return "–"
   end
   local cores = summary.cores_used and (" (%s)"):format(numbers.plain(summary.cores_used.median)) or ""
   return median(summary.cpu_s, "time") .. cores
end

local function reference_title(results)
   local reference = results.cells[1] and results:reference(results.cells[1].workers)
   return "vs " .. (reference and reference.name or "reference")
end

--- Columns and rows of the table, for text_table. Times are medians, brackets 95 % intervals.
function report.table(results)
   local columns = {
      { title = "contender" }, { title = "workers", right = true }, { title = "total [95 %]" },
      { title = reference_title(results) }, { title = "work", right = true },
      { title = "req/s", right = true }, { title = "p50 / p99", right = true },
      { title = "CPU (cores)", right = true }, { title = "peak footprint (+)", right = true },
      { title = "connections", right = true }, { title = "failed", right = true },
   }
   local rows = {}
   for index, cell in ipairs(results.cells) do
      local s, versus = results:summary_of(cell), results:versus_reference(cell)
      rows[index] = {
         cell.name, ("%d"):format(cell.workers), numbers.interval(s.total_s, "time"), ratio_text(versus),
         median(s.work_s, "time"), median(s.requests_per_s, "count"),
         pair(s.latency_p50_s, s.latency_p99_s, "time"), cpu_text(s), footprint_text(s),
         s.connections and ("%.0f"):format(s.connections.median) or "–", failed_text(s),
         colours = { [4] = versus and versus.verdict, [11] = s.failed_trials > 0 and "slower" },
      }
   end
   return columns, rows
end

-- An argument as a shell wants it.
local function shell_word(word)
   word = tostring(word):gsub("%c", "?")
   return word:find("[^%w%-_./:=,+@%%]") and "'" .. word:gsub("'", "'\\''") .. "'" or word
end

local function command_line(manifest)
   local words = {}
   for index, word in ipairs(manifest.command or {}) do
      words[index] = shell_word(word)
   end
   return #words > 0 and table.concat(words, " ") or nil
end

local function add(lines, ...)
   for _, text in ipairs { ... } do
      lines[#lines + 1] = text
   end
end

local function measured_section(results, lines)
   local manifest = results.manifest
   local counts = {}
   for _, cell in ipairs(results.cells) do
      counts[cell.workers] = true
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
         table.concat(list, ", "), numbers.plural(manifest.repeats or 0, "repeat"), results.seed,
         numbers.plural(manifest.warmup or 0, "warm-up trial")),
      "- Times are medians; brackets are 95 % bootstrap intervals (10,000 resamples); ratios are paired"
         .. " within blocks. Below six repeats there is no interval and no verdict. Req/s count the work"
         .. " phase; p50 and p99 are latencies of a job; CPU is user and system time, with the cores in use.",
      "- Footprint: memory of the whole process tree as if it were alone (private pages plus the largest"
         .. " shared part); (+) what came on top of the baseline before the pool started.")
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

local function rerun_section(results, drawn, lines)
   local command = command_line(results.manifest)
   add(lines, "", "## Run it again", "")
   if command then
      add(lines, "    " .. command, "")
   end
   add(lines, "Rows: `trials.jsonl` (one object per trial), `jobs.csv` (one line per job), `memory.csv`"
      .. " (memory over time), `manifest.json` (what was run, where); `summary.json` has the table's numbers.")
   if drawn[1] then
      local again = "The charts again from the rows: `bakeoff plot` with this folder, or `gnuplot %s.gp`"
      add(lines, again:format(drawn[1].name) .. " in `charts/`.")
   end
end

--- The text of report.md.
function report.markdown(results, drawn, problems, skipped)
   local columns, rows = report.table(results)
   local escape = text_table.markdown_text
   local lines = { "# " .. escape(results.manifest.experiment or "experiment"), "",
      "**" .. escape(results:finding()) .. ".**", "", escape(table.concat(page.foot(results), " · ")) .. "." }
   measured_section(results, lines)
   add(lines, "", "## Results", "")
   add(lines, table.unpack(text_table.markdown(columns, rows)))
   charts_section(drawn, problems, skipped, lines)
   fairness_section(results:audit(), lines)
   environment_section(results.manifest, lines)
   rerun_section(results, drawn, lines)
   return table.concat(lines, "\n") .. "\n"
end

local function terminal_options(options)
   local core = require "bakeoff.core"
   local width = options.width or core.terminal(1)
   local colour = options.colour
   if colour == nil then
      colour = core.terminal(1) ~= nil and (os.getenv("NO_COLOR") or "") == ""
   end
   return { width = width, colour = colour, keys = 2 }
end

local function print_all(results, drawn, files, skipped, options)
   local out = options.print or print
   local columns, rows = report.table(results)
   out("")
   for _, line in ipairs(text_table.terminal(columns, rows, terminal_options(options))) do
      out(line)
   end
   out("")
   out(results:finding() .. ".")
   for _, sentence in ipairs(results:audit()) do
      out("warning: " .. sentence)
   end
   for _, line in ipairs(skipped) do
      out("note: " .. line)
   end
   for _, chart in ipairs(drawn) do
      table.insert(files, chart.svg)
      table.insert(files, chart.png)
   end
   out("wrote:")
   for _, file in ipairs(files) do
      out("  " .. results.dir .. "/" .. file)
   end
end

local function write(path, content)
   local file, message = io.open(path, "wb")
   if not file then
      return nil, message
   end
   file:write(content)
   file:close()
   return true
end

--- Makes the report. options: print (function, default print), width and colour (default: as the terminal
-- is; NO_COLOR is kept), charts = false to draw none, workers, theme, size, only (see draw.all).
-- Returns true, or false and one line on what was not written or drawn.
function report.make(results, options)
   local drawn, problems, skipped = {}, {}, {}
   if options.charts ~= false then
      drawn, problems, skipped = draw.all(results, options)
   end
   local summary, message = results:summary()
   if not summary then
      return false, message
   end
   local ok
   ok, message = write(results.dir .. "/report.md", report.markdown(results, drawn, problems, skipped))
   if not ok then
      return false, message
   end
   print_all(results, drawn, { "summary.json", "report.md" }, skipped, options)
   if #problems > 0 then
      local line = table.concat(problems, "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   return true
end

return report
