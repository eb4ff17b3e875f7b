--- What a notebook shows of results: `results:table { … }`, `results:chart "speed"`, `results:value(…)`,
-- `results:ratio(…)`. Each returns an object; tostring gives its text, and `__show` what a page shows of it:
--
--    { kind = "value", text = … } | { kind = "blocks", blocks = of report/document.lua } |
--    { kind = "chart", name, run = the experiment's, alt = its title, built = of charts.build }

local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local charts = require "bakeoff.charts"
local checks = require "bakeoff.base.checks"
local chart_registry = require "bakeoff.charts.registry"
local document = require "bakeoff.report.document"
local failure = require "bakeoff.base.failure"
local figure = require "bakeoff.report.figure"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"
local result_table = require "bakeoff.report.result_table"
local select_cells = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"

local views = {}

-- --- which cells ----------------------------------------------------------------------------------

local function names_of(results)
   local names, seen = {}, {}
   for _, cell in ipairs(results.cells) do
      for _, name in ipairs { cell.label, cell.contender } do
         names[#names + 1] = not seen[name] and name or nil
         seen[name] = true
      end
   end
   return names
end

local function counts_of(cells)
   local counts = {}
   for index, cell in ipairs(cells) do
      counts[index] = ("%d"):format(cell.workers)
   end
   return table.concat(counts, ", ")
end

-- The cell of a contender at a worker count; a contender with only one cell (sequential) needs no count.
local function cell_at(results, name, workers, argument)
   local cells = select_cells.called(results, name)
   if #cells == 0 then
      failure.usage("%s: '%s' did not run in %s%s", argument, text.shown(name), results.manifest.experiment,
         text.suggestion(tostring(name), names_of(results)))
   elseif #cells == 1 then
      return cells[1]
   end
   for _, cell in ipairs(cells) do
      if cell.workers == workers then
         return cell
      end
   end
   failure.usage("%s: %s ran with %s workers: name one of these counts%s", argument, name, counts_of(cells),
      workers and (", not %s"):format(text.shown(workers)) or "")
end

-- --- values ---------------------------------------------------------------------------------------

local value_meta = { __name = "bakeoff.value", __tostring = function(self) return self.text end,
   __show = function(self) return { kind = "value", text = self.text } end }

local function valued(fields) return setmetatable(fields, value_meta) end

-- "1.20 s", "[1.18, 1.25]"
local function estimate(summary, kind)
   local shown, interval = numbers.estimate(summary, kind == "rate" and "count" or kind)
   return kind == "rate" and shown .. "/s" or shown, interval
end

-- What the text of a peak must add: that it was seen, and how high it may have been.
local function note_of(results, cell, metric)
   return metric.name == "footprint_peak_bytes" and bracket.words_of(results:summary_of(cell)) or nil
end

-- Peaks say it in their note.
local function at_least(cell, metric)
   for _, trial in ipairs(metric.at_least and metric.kind ~= "size" and cell_type.good(cell) or {}) do
      if metric.at_least(trial) then
         return "at least "
      end
   end
   return ""
end

-- A cell's figure for a table; "–" if no trial has it.
local function figure_of(results, cell, metric)
   local summary = stats.summary(cell_type.values(cell, metric.read))
   if not summary then
      return "–"
   end
   local shown, interval = estimate(summary, metric.kind)
   return figure.new { value = summary.median, text = at_least(cell, metric) .. shown, interval = interval,
      note = note_of(results, cell, metric) }, summary
end

--- A figure of one cell: { median, low, high (nil without an interval), text = "1.20 s [1.18, 1.25]", note:
-- "seen, at most 514 MiB" for a peak that may have been missed, else nil; it is the end of the text, too }.
-- workers may be left out for a contender with one cell; name: of the figure, as in gates, default "total".
-- Raises (usage) naming what is unknown, and if no trial has the figure.
function views.value(results, contender, workers, name)
   local metric = metrics.check(name or "total", "results:value")
   local cell = cell_at(results, contender, workers, "results:value")
   local found, summary = figure_of(results, cell, metric)
   if not summary then
      failure.usage("results:value: no trial of %s has the figure '%s'", cell_type.short(cell), metric.name)
   end
   return valued { median = summary.median, low = summary.low, high = summary.high, note = found.note,
      text = tostring(found) }
end

-- "33.2 % [31.0, 35.1]"
local function percent_of(versus)
   local function percent(share) return share and share * 100 end
   local shown, interval = numbers.estimate({ median = percent(versus.ratio), low = percent(versus.low),
      high = percent(versus.high) }, "count")
   return shown .. " %" .. (interval and " " .. interval or "")
end

--- How a figure of contender a compares with that of b at the same worker count, paired by block: { ratio,
-- low, high (nil without an interval), verdict = code, text = "0.33× [0.31, 0.35]", percent = the same as
-- "33.2 % [31.0, 35.1]" }. Arguments and errors: as for value.
function views.ratio(results, a, b, workers, name)
   local metric = metrics.check(name or "total", "results:ratio")
   local versus = results:verdict(cell_at(results, a, workers, "results:ratio"),
      cell_at(results, b, workers, "results:ratio"), metric.name)
   if not versus.ratio then
      failure.usage("results:ratio: %s and %s have no block in which both have the figure '%s'", a, b,
         metric.name)
   end
   return valued { ratio = versus.ratio, low = versus.low, high = versus.high, verdict = versus.verdict,
      text = (result_table.ratio_figure(versus)), percent = percent_of(versus) }
end

-- --- tables ---------------------------------------------------------------------------------------

local table_meta = { __name = "bakeoff.table",
   __show = function(self) return { kind = "blocks", blocks = { self.block } } end,
   __tostring = function(self)
      return table.concat(text_table.terminal(self.block.columns, self.block.rows, {}), "\n")
   end }

local function contains(list, value)
   for _, one in ipairs(list) do
      if one == value then
         return true
      end
   end
   return false
end

local function check_table(results, options)
   checks.refuse_unknown(options, { "figures", "contenders", "workers" }, "results:table")
   for field, list in pairs(options) do
      if type(list) ~= "table" then
         failure.usage("results:table: %s: expected a list, not %s", field, text.kind(list))
      end
   end
   for _, name in ipairs(options.contenders or {}) do
      if #select_cells.called(results, name) == 0 then
         cell_at(results, name, nil, "results:table: contenders")
      end
   end
end

local function is_wanted(cell, options)
   local names, counts = options.contenders, options.workers
   return (not names or contains(names, cell.label) or contains(names, cell.contender))
      and (not counts or contains(counts, cell.workers) or cell.untold)
end

local function figure_columns(results, names)
   local columns, list = { { title = "contender" }, { title = "workers", right = true } }, {}
   for index, name in ipairs(names) do
      list[index] = metrics.check(name, "results:table: figures")
      columns[#columns + 1] = { title = list[index].title .. " [95 %]", right = true }
   end
   local rows = {}
   for at, cell in ipairs(results.cells) do
      rows[at] = { cell.name, cell.untold and "–" or ("%d"):format(cell.workers) }
      for index, metric in ipairs(list) do
         rows[at][index + 2] = figure_of(results, cell, metric)
      end
   end
   return columns, rows, 2
end

--- The table of results. options: figures (a list of names, as in gates; default: the columns of the report),
-- contenders and workers (lists; default: all).
function views.table(results, options)
   options = options or {}
   check_table(results, options)
   local columns, rows, keys
   if options.figures then
      columns, rows, keys = figure_columns(results, options.figures)
   else
      columns, rows, keys = document.result_rows(results)
   end
   local kept = {}
   for index, cell in ipairs(results.cells) do
      kept[#kept + 1] = is_wanted(cell, options) and rows[index] or nil
   end
   if #kept == 0 then
      failure.usage "results:table: no cell ran with these contenders and worker counts"
   end
   return setmetatable({ block = { kind = "table", columns = columns, rows = kept, keys = keys,
      title = results.manifest.experiment } }, table_meta)
end

-- --- charts ---------------------------------------------------------------------------------------

local chart_meta = { __name = "bakeoff.chart",
   __show = function(self)
      return { kind = "chart", name = self.name, run = self.run, alt = self.built.title, built = self.built }
   end,
   __tostring = function(self) return self.built.title end }

--- A chart of the results. options: workers (the count at which models are compared). Raises (usage) if there
-- is no such chart, or these rows have no data for it.
function views.chart(results, name, options)
   options = options or {}
   checks.refuse_unknown(options, { "workers" }, "results:chart")
   if not contains(charts.NAMES, name) then
      failure.usage("results:chart: %s", text.none_of(name, charts.NAMES))
   end
   local built, reason = charts.build(name, results, options, true)
   if not built then
      failure.usage("results:chart: no chart '%s' (%s): %s", name, chart_registry.entry(name).about, reason)
   end
   return setmetatable({ name = name, run = results.manifest.experiment, built = built }, chart_meta)
end

--- What a page shows of results themselves: their table, and the finding.
function views.all(results)
   local shown = views.table(results).block
   return { kind = "blocks", blocks = { shown, { kind = "text", text = results:finding() .. "." } } }
end

return views
