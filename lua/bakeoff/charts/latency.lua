--- Latency: the percentile spectrum of each contender. The x axis gives the rare slow jobs as much room as
-- the many fast ones: each step to the right leaves a tenth of the previous jobs. Thick lines: medians of
-- the repeats at each percentile (latency_spectra.lua); thin lines: single trials. If the server stalled, a
-- dotted line marks for how long.

local axis = require "bakeoff.plotting.axis"
local both_loops = require "bakeoff.analysis.both_loops"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local gp = require "bakeoff.plotting.gp"
local lines = require "bakeoff.plotting.lines"
local loops_words = require "bakeoff.analysis.wording.loops"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"
local spectra = require "bakeoff.charts.latency_spectra"

local latency = { name = "latency" }

local ALIKE = 0.02 -- lines closer than this (as a logarithm) look like one
local MARK = { light = 0x777777, dark = 0x9aa0a8, marker = 0, dash = 3 } -- the look of the stall's line
local LOG_SPAN = 12 -- if latencies are further apart than this, the axis is logarithmic

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

-- Do all lines end at about the same height?
local function merge_at_end(series)
   local low, high = math.huge, 0
   for _, one in ipairs(series) do
      local last = math.max(one.points[#one.points][2], 1e-9)
      low, high = math.min(low, last), math.max(high, last)
   end
   return #series > 1 and math.log(high / low) < ALIKE
end

-- Names stand at the ends of the lines; if all lines merge there, at the percentile where they are furthest
-- apart.
local function anchor_names(series)
   local best, where = apart_at(series, math.huge), nil
   for _, place in ipairs(merge_at_end(series) and { 100, 20, 10, 4 } or {}) do
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
   local cells = cells_of(series)
   return both_loops.sentence(results, cells)
      or finding.compare_shown(results, cells, "latency_p99_s", "no_figure")
end

--- Which contender is slowest at p99, and by how much.
function latency.title(results, options)
   local series = spectra.series(results, (select.at_one_count(results, options and options.workers)))
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

-- p50, p90, p99, p99.9 … as far as the jobs go. Ticks are places, their texts percentiles.
local function percentile_axis(nearest, furthest)
   local ruler = axis.logarithmic_at({ 2, 10 }, nearest, furthest)
   ruler.texts = { "p50", "p90" }
   local digits = 0
   for power = 2, math.floor(math.log(furthest, 10) + 1e-9) do
      ruler.ticks[#ruler.ticks + 1] = 10.0 ^ power
      ruler.texts[#ruler.texts + 1] = ("p%." .. digits .. "f"):format(100 * (1 - 10.0 ^ -power))
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

local P99, NEAR = 100, 1e-6 -- one job in so many is slower; places are rounded

-- The points that names and titles tell: { x, y, series } …
local function p99_points(series, divisor)
   local rows = {}
   for index, one in ipairs(series) do
      local point = point_at(one.points, P99 + NEAR)
      rows[#rows + 1] = one.value and point[1] > P99 - NEAR and { point[1], point[2] / divisor, index } or nil
   end
   return rows
end

-- One block per series, then one per single trial, then the stall, then p99. → text, series of each trial's
-- block
local function data_blocks(series, stall, divisor, p99)
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
   blocks[#blocks + 1] = { title = "the stall", columns = { "one_in", "latency" },
      rows = stall and scaled(stall.points, divisor) or {} }
   blocks[#blocks + 1] = { title = "p99", columns = { "one_in", "median", "series" }, rows = p99 }
   return gp.data(blocks), owners
end

-- The line that marks how long the server stalled, if any job waited about as long; named as a series is.
local function stall_line(results, nearest, furthest, high)
   local seconds = both_loops.stall_of(results)
   return seconds and seconds <= high and { name = loops_words.stall(seconds), look = MARK,
      points = { { nearest, seconds }, { furthest, seconds } } } or nil
end

-- Marks the single trials and the points at p99 as obstacles for labels.
local function mark(grid, frame, series, size)
   for _, point in ipairs(p99_points(series, 1)) do
      local x, y = lines.to_pixels(frame, point[1], point[2])
      grid:marker(x, y, size * 0.3)
      grid:line { { x, frame.top }, { x, frame.bottom } } -- the hairline there
   end
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

local function subtitle(results, series, workers, chosen, unknown)
   local open, mixed = is_mixed(series)
   return { page_words.job(results), page_words.workers(cells_of(series), workers),
      chosen, trials_text(series), unknown > 0 and page_words.without_latencies(unknown),
      open and (mixed and "at a rate: from the intended start" or "from the intended start") }
end

function latency.build(results, options, least)
   local cells, workers = select.at_one_count(results, options.workers)
   local all, jobs = spectra.series(results, cells)
   if #all == 0 then
      return nil, "there are no latencies on record", "aside"
   elseif jobs < (least.jobs or 0) then
      return nil, ("percentiles need at least %d jobs"):format(least.jobs), "aside"
   end
   local title = title_of(results, all)
   local series, chosen = few.of(results, all, function(one) return one.cell.label end, options)
   local sheet = page.new { title = title, foot = page_words.below(results),
      subtitle = subtitle(results, series, workers, chosen, #cells - #all),
      size = options.size, height = lines.height_for(series) }
   anchor_names(series)
   local low, high, nearest, furthest = range_of(series)
   local frame = lines.frame(sheet, percentile_axis(nearest, furthest), value_axis(low, high))
   local stall = stall_line(results, nearest, furthest, high)
   local named = table.move(series, 1, #series, 1, {})
   named[#named + 1] = stall
   lines.lay_out(sheet, frame, named, function(grid) mark(grid, frame, series, sheet.body) end)
   spectra.tell_trials(sheet, frame, series)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, named, #series)
   local p99, of = p99_points(series, frame.y.divisor), { 1 }
   for n, point in ipairs(p99) do
      of[n] = point[3]
   end
   local data, owners = data_blocks(series, stall, frame.y.divisor, p99)
   page.add(sheet, { { "x_title", "percentile (p99: one job in a hundred is slower)" },
      { "y_title", axis.title("latency", frame.y) },
      { "trial_of", owners }, { "trial_count", #owners }, { "p99_of", of }, { "p99_count", #p99 } })
   return { name = latency.name, templates = { "style.gp", "lines.gp", "latency.gp" }, title = title,
      vars = sheet.vars, data = data, label_cost = frame.cost }
end

return latency
