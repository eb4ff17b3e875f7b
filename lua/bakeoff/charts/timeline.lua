--- Timeline: what each worker, or each slot of a loop, did when. A panel per contender on one time axis, a
-- lane per worker: pale while its job waits, dark while it works (the height is its share of a core), a
-- hairline while the lane is free and the job that it takes next is queued. Bands show when the pool starts
-- and ends.

local contents = require "bakeoff.charts.timeline_panels"
local gp = require "bakeoff.plotting.gp"
local labels = require "bakeoff.analysis.wording.labels"
local marks = require "bakeoff.charts.timeline_marks"
local page = require "bakeoff.plotting.page"
local panel_bands = require "bakeoff.plotting.panel_bands"
local panel_stalls = require "bakeoff.plotting.panel_stalls"
local panels = require "bakeoff.plotting.panels"

local timeline = { name = "timeline" }

local THIN, THINNEST, THICKEST = 0.36, 0.16, 1.1 -- lane heights in body sizes; the thinnest if room is scarce
local POOL_GAP = 0.35 -- before the lanes of a pool, in body sizes
local SOLID, LOOSE = 5, 0.84 -- lanes of fewer pixels touch; others fill this part of their height

local function gap_of(panel, write) return panel.pool > 0 and POOL_GAP * write.body or 0 end

local function least_height(panel)
   return function(write)
      local lane = write.is_scarce and THINNEST or THIN
      return (#panel.shown + #panel.shown_pool) * lane * write.body + gap_of(panel, write)
   end
end

local function place_panel(panel, number, write, placed)
   local gap = gap_of(panel, write)
   local lane = math.min((panel.height - gap) / (#panel.shown + #panel.shown_pool), write.body * THICKEST)
   local y = panel.top
   local function place(group)
      for _, one in ipairs(group) do
         placed[#placed + 1] = { lane = one, of = panel, panel = number, at = y + lane / 2,
            half = lane / 2 * (lane > SOLID and LOOSE or 1) }
         y = y + lane
      end
   end
   place(panel.shown)
   y = y + gap
   panel.pool_at = y + #panel.shown_pool * lane / 2
   place(panel.shown_pool)
   panel.bottom = y
end

-- Places the lanes from top to bottom.
local function place_lanes(list, write)
   local placed = {}
   for number, panel in ipairs(list) do
      place_panel(panel, number, write, placed)
   end
   return placed
end

local function side_vars(list)
   local texts, at = {}, {}
   for _, panel in ipairs(list) do
      if #panel.shown_pool > 0 then
         texts[#texts + 1], at[#at + 1] = "pool", panel.pool_at
      end
   end
   return { { "side_text", texts }, { "side_at", at }, { "side_count", #at } }
end

local function scaled(rows, ruler, ...)
   for _, row in ipairs(rows) do
      for _, column in ipairs { ... } do
         row[column] = row[column] / ruler.divisor
      end
   end
   return rows
end

-- Thousands of rows: what gnuplot would have to compute for each of them is in the file.
local function with_colours(rows, before)
   for _, row in ipairs(rows) do
      row[6] = before + row[6] -- the panel
   end
   return rows
end

local function data_of(drawn, list, ruler)
   local rectangle = { "start", "end", "lane", "top", "bottom", "colour" }
   return gp.data {
      { title = "a job is present", columns = rectangle,
         rows = with_colours(scaled(drawn.light, ruler, 1, 2), 0) },
      { title = "work on a core", columns = rectangle,
         rows = with_colours(scaled(drawn.dark, ruler, 1, 2), #list) },
      { title = "idle while a job is queued", rows = scaled(drawn.queue, ruler, 1, 3),
         columns = { "start", "lane", "length", "panel" } },
      { title = "the pool starts, ends", rows = panels.bands(list, ruler),
         columns = { "start", "end", "lane", "half", "panel" } },
      panel_stalls.block(list, ruler),
   }
end

-- What the marks mean. Marks that the chart hasn't got are left out.
local function key_of(drawn, bands)
   local key = {}
   local function add(kind, words, is_there)
      key[#key + 1] = is_there and { kind = kind, text = words } or nil
   end
   add("pale", drawn.is_dense and labels.HAS_JOB or labels.WAITING, #drawn.light > 0)
   add("dark", drawn.is_dense and labels.ON_CORE or labels.WORKING, #drawn.dark > 0)
   add("line", labels.QUEUED, #drawn.queue > 0)
   add("band", labels.POOL, bands > 0)
   return key
end

local function subtitle(results, list, spec, options)
   local parts = panels.subtitle(results, spec.cells, spec.workers, options)
   parts[#parts + 1] = contents.left_out(list)
   parts[#parts + 1] = contents.is_sample(list) and "only jobs on record are drawn" or nil
   parts[#parts + 1] = panel_stalls.words(list) or nil
   return parts
end

--- The finding about the trials that are shown.
function timeline.title(results, options)
   return contents.finding((contents.of(results, panels.trials(results, options))))
end

local function words_of(key)
   local words = {}
   for index, entry in ipairs(key) do
      words[index] = entry.text
   end
   return table.concat(words, "\n")
end

-- The key needs room and depends on what is drawn in the rest: if it isn't what was assumed, all is placed
-- again.
local function draw(results, list, ruler, spec, options)
   spec.subtitle = subtitle(results, list, spec, options)
   spec.key = key_of({ light = { 1 }, dark = { 1 }, queue = { 1 } }, 1)
   local sheet, write, drawn, assumed
   for _ = 1, 2 do
      sheet, write = panels.lay_out(results, list, ruler, spec, options)
      drawn = marks.of(place_lanes(list, write), ruler.first, ruler.last)
      assumed, spec.key = spec.key, key_of(drawn, #panels.bands(list, ruler))
      if words_of(spec.key) == words_of(assumed) then
         break
      end
   end
   page.add(sheet, side_vars(list))
   local size = write.small * 0.85
   page.add(sheet, panel_bands.vars(sheet, list, ruler, size))
   page.add(sheet, panel_stalls.vars(sheet, list, ruler, size))
   return sheet, drawn
end

function timeline.build(results, options)
   local entries, cells, workers = panels.trials(results, options)
   local list = contents.of(results, entries)
   if #list == 0 then
      return nil, "no job of these trials is on record", "aside"
   end
   for _, panel in ipairs(list) do
      panel.remarks = function(last) return contents.remarks(panel, last) end
      panel.least = least_height(panel)
   end
   local ruler, title = panels.ruler(list, options), contents.finding(list)
   local sheet, drawn = draw(results, list, ruler, { title = title, side = "pool", cells = cells,
      workers = workers }, options)
   return { name = timeline.name, templates = { "style.gp", "panels.gp", "stalls.gp", "timeline.gp" },
      title = title,
      vars = sheet.vars, data = data_of(drawn, list, ruler), panels = list,
      rectangles = #drawn.light + #drawn.dark }
end

return timeline
