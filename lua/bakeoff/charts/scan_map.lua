--- The heat map of `scan`: total time in the plane of two scanned numbers, with a frame around the fastest
-- cell and around those that are not shown to be slower.

local axis = require "bakeoff.plotting.axis"
local heat = require "bakeoff.plotting.heat"
local labels = require "bakeoff.analysis.wording.labels"
local numbers = require "bakeoff.base.numbers"
local page_words = require "bakeoff.analysis.wording.page"
local parameters = require "bakeoff.model.parameters"
local scan_words = require "bakeoff.analysis.wording.scan"

local scan_map = {}

local METRIC = "total_s"

-- number → its place among the values
local function places_of(values)
   local places = {}
   for index, value in ipairs(values) do
      places[value] = index
   end
   return places
end

-- cell → "thick" for the leader if the title calls it the fastest, "thin" for those not shown to be slower;
-- and what frames there are: "none", if no cell is shown to be slower than another, "one", "leader" or "tied"
-- (no leader).
local function frames_of(ranking)
   local frames, others, leader = {}, 0, ranking.leader
   if #ranking.slower == 0 then
      return frames, "none"
   end
   for _, list in ipairs { ranking.tied, ranking.undecided, ranking.too_few } do
      for _, entry in ipairs(list) do
         frames[entry.of], others = "thin", others + 1
      end
   end
   local is_tied = #ranking.tied > 0 and ranking.all_alike
   frames[leader.of] = is_tied and "thin" or "thick"
   return frames, is_tied and "tied" or others > 0 and "leader" or "one"
end

local function cells_of(results, found, frames)
   local cells, columns, rows = {}, places_of(found.x.values), places_of(found.y.values)
   local names = table.move(found.x.together, 1, #found.x.together, 1, {})
   names[#names + 1] = found.y.name
   for _, line in ipairs(found.lines) do
      for _, point in ipairs(line) do
         local summary = results:summary_of(point.cell)[METRIC]
         cells[#cells + 1] = { column = columns[point.x], cell = point.cell,
            row = rows[(parameters.number(point.texts[found.y.name]))],
            value = summary and summary.median, told = summary and numbers.interval(summary, "time"),
            at = scan_words.values(names, point.texts),
            frame = frames[point.cell] }
      end
   end
   return cells
end

local function spread_of(cells)
   local least, most, measured = math.huge, 0, {}
   for _, cell in ipairs(cells) do
      least, most = math.min(least, cell.value or least), math.max(most, cell.value or most)
      measured[#measured + 1] = cell.value and cell.cell or nil
   end
   return least, most, measured
end

--- The chart. found: from analysis/scanned.lua, with y; spec: { name, title, ranking = of all cells }. →
-- built
function scan_map.draw(results, found, spec, options)
   local frames, kind = frames_of(spec.ranking)
   local cells = cells_of(results, found, frames)
   local least, most, measured = spread_of(cells)
   return heat.build(results, {
      name = spec.name, title = spec.title, legend = labels.TOTAL, is_log = axis.is_wide(least, most),
      columns = found.x.texts, rows = found.y.texts, cells = cells,
      x_title = scan_words.names(found.x.together), y_title = found.y.name,
      subtitle = { page_words.job(results), page_words.repeats(results, measured),
         scan_words.FRAMES[kind] },
   }, options)
end

return scan_map
