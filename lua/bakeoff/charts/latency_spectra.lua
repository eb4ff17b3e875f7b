--- The lines of the latency chart: percentile spectra of the trials, and their medians at each percentile.
-- The p99 that names and titles tell is a point of every line, also where the spectrum ends before it.

local cell_type = require "bakeoff.model.cell"
local hover = require "bakeoff.plotting.hover"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"

local latency_spectra = {}

-- One in this many jobs is slower: the position of a quantile on the x axis.
local function place_of(quantile) return 1 / (1 - quantile) end

-- The percentiles that rows have by name, whether or not the spectrum has them.
local NAMED = { p50 = 0.5, p90 = 0.9, p99 = 0.99, p999 = 0.999 }

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
   for name, q in pairs(type(trial.latency_s) == "table" and trial.latency_s or {}) do
      local quantile, jobs = NAMED[name], (trial.jobs or {}).done or 0
      if quantile and (name == "p99" or place_of(quantile) <= jobs) then
         values[quantile] = tonumber(q)
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

-- { { place, median } … } over trials, and { { place, value, quantile = } …, number = its repeat } for each
-- trial.
local function points_of(spectra, numbers_of)
   local points, trials = {}, {}
   for index in ipairs(spectra) do
      trials[index] = { number = numbers_of[index] }
   end
   for n, q in ipairs(quantiles_in_all(spectra)) do
      local values = {}
      for index, one in ipairs(spectra) do
         values[index], trials[index][n] = one[q], { place_of(q), one[q], quantile = q }
      end
      points[n] = { place_of(q), order.median(values), at = labels.percentile(q),
         note = #spectra > 1 and labels.median_of(#spectra) or nil }
   end
   return points, trials
end

--- The series of the chart: { { name, cell, look, points, trials, value } … }, solid lines first; and the
-- most jobs that a trial with a spectrum has.
function latency_spectra.series(results, cells)
   local series, most = {}, 0
   for _, cell in ipairs(cells) do
      local spectra, repeats = {}, {}
      for _, trial in ipairs(cell_type.good(cell)) do
         spectra[#spectra + 1] = spectrum_of(trial)
         repeats[#spectra] = math.tointeger(trial["repeat"])
         most = math.max(most, spectra[#spectra] and (trial.jobs or {}).done or 0)
      end
      local points, trials = {}, {}
      if spectra[1] then
         points, trials = points_of(spectra, repeats)
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

local TOLD = { [2] = true, [10] = true, [100] = true, [1000] = true } -- places of single trials' tooltips
local MOST_TOLD, NEAR = 240, 1e-6

--- Adds the tooltips of single trials: at p50, p90, p99 and p99.9.
function latency_spectra.tell_trials(sheet, frame, series)
   local list = {}
   for _, one in ipairs(series) do
      for _, points in ipairs(one.trials) do
         for _, point in ipairs(points) do
            local place = math.floor(point[1] + 0.5)
            if TOLD[place] and math.abs(point[1] - place) < NEAR then
               local x, y = lines.to_pixels(frame, point[1], point[2])
               list[#list + 1] = { x = x, y = y, radius = sheet.body * 0.3, label = one.cell.label,
                  text = labels.trial_percentile(one.name, points.number, point.quantile,
                     numbers.format(point[2], "time")) }
            end
         end
      end
   end
   for _, one in ipairs(#list <= MOST_TOLD and list or {}) do
      hover.add(sheet, one)
   end
end

return latency_spectra
