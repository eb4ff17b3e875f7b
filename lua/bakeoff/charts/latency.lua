--- Latency: the percentile spectrum of each contender. The x axis gives the rare slow jobs as much room as
-- the many fast ones: each step to the right leaves a tenth of the previous jobs. Thick lines: medians of
-- the repeats at each percentile; thin lines: single trials.

local axis = require "bakeoff.plotting.axis"
local cell_type = require "bakeoff.model.cell"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local gp = require "bakeoff.plotting.gp"
local lines = require "bakeoff.plotting.lines"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local latency = { name = "latency" }

local ALIKE = 0.02 -- lines closer than this (as a logarithm) look like one
local LOG_SPAN = 12 -- if latencies are further apart than this, the axis is logarithmic

-- One in this many jobs is slower: the position of a quantile on the x axis.
local function place_of(quantile) return 1 / (1 - quantile) end

-- quantile → seconds of a trial, without minimum and maximum, which are no percentiles; nil if the trial has
-- none.
local function spectrum_of(trial)
   local list = trial.latency_spectrum
   if type(list) ~= "table" or #list == 0 then
      return nil
   end
   local values = {}
   for _, point in ipairs(list) do
      local q, seconds = tonumber(point[1]), tonumber(point[2])
      if q and seconds and q > 0 and q < 1 then
         values[q] = seconds
      end
   end
   return values
end

local function quantiles_in_all(spectra)
   local shared = {}
   for q in pairs(spectra[1]) do
      local in_all = true
      for _, one in ipairs(spectra) do
         in_all = in_all and one[q] ~= nil
      end
      shared[#shared + 1] = in_all and q or nil
   end
   table.sort(shared)
   return shared
end

-- { { place, median } … } over trials, and { { place, value } … } for each trial.
local function points_of(spectra)
   local points, trials = {}, {}
   for index in ipairs(spectra) do
      trials[index] = {}
   end
   for n, q in ipairs(quantiles_in_all(spectra)) do
      local values = {}
      for index, one in ipairs(spectra) do
         values[index], trials[index][n] = one[q], { place_of(q), one[q] }
      end
      points[n] = { place_of(q), order.median(values) }
   end
   return points, trials
end

local function series_of(results, cells)
   local series, most = {}, 0
   for _, cell in ipairs(cells) do
      local spectra = {}
      for _, trial in ipairs(cell_type.good(cell)) do
         spectra[#spectra + 1] = spectrum_of(trial)
         most = math.max(most, spectra[#spectra] and (trial.jobs or {}).done or 0)
      end
      local points, trials = {}, {}
      if spectra[1] then
         points, trials = points_of(spectra)
      end
      if #points > 1 then
         local p99 = results:summary_of(cell).latency_p99_s
         series[#series + 1] = { name = cell.name, cell = cell, look = results.looks[cell.label],
            points = points, trials = trials,
            value = p99 and "p99 " .. numbers.format(p99.median, "time") }
      end
   end
   return lines.solid_first(series), most
end

local function cells_of(series)
   local cells = {}
   for index, one in ipairs(series) do
      cells[index] = one.cell
   end
   return cells
end

-- The last of the points at or before `place`.
local function point_at(points, place)
   local found = points[1]
   for _, point in ipairs(points) do
      found = point[1] <= place and point or found
   end
   return found
end

-- The distance between the two closest lines at a place, as a logarithm.
local function apart_at(series, place)
   local heights, nearest = {}, math.huge
   for index, one in ipairs(series) do
      heights[index] = math.log(math.max(point_at(one.points, place)[2], 1e-9))
   end
   table.sort(heights)
   for index = 2, #heights do
      nearest = math.min(nearest, heights[index] - heights[index - 1])
   end
   return nearest
end

-- Names stand at the ends of the lines; if the lines merge there, at the percentile where they are furthest
-- apart.
local function anchor_names(series)
   local best, where = apart_at(series, math.huge), nil
   for _, place in ipairs(best < ALIKE and { 100, 20, 10, 4 } or {}) do
      local apart = apart_at(series, place)
      if apart > best then
         best, where = apart, place
      end
   end
   for _, one in ipairs(where and series or {}) do
      one.anchor = point_at(one.points, where)
      one.end_at = one.anchor[1]
   end
end

local function title_of(results, series)
   return finding.compare(results, cells_of(series), "latency_p99_s")
end

--- Which contender is slowest at p99, and by how much.
function latency.title(results, options)
   local series = series_of(results, (select.at_one_count(results, options and options.workers)))
   return title_of(results, series)
end

local function range_of(series)
   local low, high, nearest, furthest = math.huge, 0, 2, 2
   for _, one in ipairs(series) do
      nearest, furthest = math.min(nearest, one.points[1][1]), math.max(furthest, one.points[#one.points][1])
      for _, points in ipairs(table.move(one.trials, 1, #one.trials, 2, { one.points })) do
         for _, point in ipairs(points) do
            low, high = math.min(low, point[2] > 0 and point[2] or low), math.max(high, point[2])
         end
      end
   end
   return low, high, nearest, furthest
end

-- 50, 90, 99, 99.9 … as far as the jobs go. Ticks are places, their texts percentiles; gnuplot reads a % sign
-- in a tick as a format.
local function percentile_axis(nearest, furthest)
   local ruler = axis.logarithmic_at({ 2, 10 }, nearest, furthest)
   ruler.texts = { "50", "90" }
   local digits = 0
   for power = 2, math.floor(math.log(furthest, 10) + 1e-9) do
      ruler.ticks[#ruler.ticks + 1] = 10.0 ^ power
      ruler.texts[#ruler.texts + 1] = ("%." .. digits .. "f"):format(100 * (1 - 10.0 ^ -power))
      digits = digits + 1
   end
   return ruler
end

local function value_axis(low, high)
   if high / low > LOG_SPAN then
      return axis.logarithmic(low * 0.8, high * 1.25, "time")
   end
   return axis.linear(high * 1.05, "time", 6)
end

local function scaled(points, divisor)
   local rows = {}
   for n, point in ipairs(points) do
      rows[n] = { point[1], point[2] / divisor }
   end
   return rows
end

-- One block per series, then one per single trial. → text, series of each trial's block
local function data_blocks(series, divisor)
   local blocks, owners = {}, {}
   for index, one in ipairs(series) do
      blocks[index] = { title = one.cell.label, rows = scaled(one.points, divisor),
         columns = { "one_in", "median" } }
   end
   for index, one in ipairs(series) do
      for number, points in ipairs(one.trials) do
         blocks[#blocks + 1] = { title = ("%s, trial %d"):format(one.cell.label, number),
            rows = scaled(points, divisor), columns = { "one_in", "latency" } }
         owners[#owners + 1] = index
      end
   end
   return gp.data(blocks), owners
end

-- Marks the single trials as obstacles for labels.
local function mark(grid, frame, series)
   for _, one in ipairs(series) do
      for _, points in ipairs(one.trials) do
         local drawn = {}
         for n, point in ipairs(points) do
            drawn[n] = { lines.to_pixels(frame, point[1], point[2]) }
         end
         grid:line(drawn)
      end
   end
end

local function is_mixed(series)
   local open, closed = false, false
   for _, one in ipairs(series) do
      open, closed = open or select.is_open(one.cell), closed or not select.is_open(one.cell)
   end
   return open, open and closed
end

-- "thick: medians of 6 trials, thin: each"
local function trials_text(series)
   local least, most = math.huge, 0
   for _, one in ipairs(series) do
      least, most = math.min(least, #one.trials), math.max(most, #one.trials)
   end
   if most == 1 then
      return "one trial each"
   end
   return ("thick: medians of %s, thin: each"):format(least == most and numbers.plural(most, "trial")
      or ("%d to %d trials"):format(least, most))
end

local function subtitle(results, series, workers, chosen)
   local open, mixed = is_mixed(series)
   return { page_words.job(results), page_words.workers(cells_of(series), workers),
      chosen, trials_text(series),
      open and (mixed and "at a rate: from the intended start" or "from the intended start"),
      page_words.warning(results) or false }
end

function latency.build(results, options, least)
   local cells, workers = select.at_one_count(results, options.workers)
   local all, jobs = series_of(results, cells)
   if #all == 0 then
      return nil, "there are no latencies on record", "aside"
   elseif jobs < (least.jobs or 0) then
      return nil, ("percentiles need at least %d jobs"):format(least.jobs), "aside"
   end
   local title = title_of(results, all)
   local series, chosen = few.of(results, all, function(one) return one.cell.label end, options)
   local sheet = page.new { title = title, subtitle = subtitle(results, series, workers, chosen),
      foot = page_words.foot(results), size = options.size, height = lines.height_for(series) }
   anchor_names(series)
   local low, high, nearest, furthest = range_of(series)
   local frame = lines.frame(sheet, percentile_axis(nearest, furthest), value_axis(low, high))
   lines.lay_out(sheet, frame, series, function(grid) mark(grid, frame, series) end)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, series)
   local data, owners = data_blocks(series, frame.y.divisor)
   page.add(sheet, { { "x_title", "percentile of the jobs (%, log)" },
      { "y_title", axis.title("latency", frame.y) },
      { "trial_of", owners }, { "trial_count", #owners } })
   return { name = latency.name, templates = { "style.gp", "lines.gp", "latency.gp" }, title = title,
      vars = sheet.vars, data = data, label_cost = frame.cost }
end

return latency
