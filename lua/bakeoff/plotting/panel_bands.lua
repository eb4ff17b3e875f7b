--- Bands in panels (panels.lua): when each contender's pool starts, before the work, and ends, after it.

local labels = require "bakeoff.analysis.wording.labels"
local text = require "bakeoff.plotting.text"

local panel_bands = {}

local function band_of(panel, number, ruler, from, to)
   from, to = math.max(from, ruler.first), math.min(to, ruler.last)
   local bottom = panel.bottom or panel.top + panel.height
   return to > from and { from / ruler.divisor, to / ruler.divisor, (panel.top + bottom) / 2,
      (bottom - panel.top) / 2, number } or nil
end

--- Variables: words in the bands that have room for them, for charts that draw nothing else there.
function panel_bands.vars(sheet, list, ruler, size)
   local texts, x, y = {}, {}, {}
   local pixels = (sheet.right - sheet.left) / (ruler.last - ruler.first)
   local function add(words, from, to, panel)
      from, to = math.max(from, ruler.first), math.min(to, ruler.last)
      if text.width(words, size) + size < (to - from) * pixels then
         local bottom = panel.bottom or panel.top + panel.height
         texts[#texts + 1], x[#x + 1], y[#y + 1] = words, (from + to) / 2 / ruler.divisor,
            (panel.top + bottom) / 2
      end
   end
   for _, panel in ipairs(list) do
      add(labels.STARTS, 0, panel.phases.work_start_s or 0, panel)
      add(labels.ENDS, panel.phases.work_end_s or panel.ends, panel.ends, panel)
   end
   return { { "phase_text", texts }, { "phase_x", x }, { "phase_at", y }, { "phase_count", #texts },
      { "phase_size", size } }
end

--- Rows { from, to, middle, half the height, panel }: before the work and after it. Panels must have a
-- `bottom` or a height.
function panel_bands.of(list, ruler)
   local rows = {}
   for number, panel in ipairs(list) do
      local start, stop = panel.phases.work_start_s or 0, panel.phases.work_end_s or panel.ends
      rows[#rows + 1] = band_of(panel, number, ruler, 0, start)
      rows[#rows + 1] = band_of(panel, number, ruler, stop, panel.ends)
   end
   return rows
end

return panel_bands
