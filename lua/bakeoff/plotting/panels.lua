--- Small multiples over one time axis: one panel per contender, below each other, with the contender's name
-- and the remarks at its left. Shared by the charts timeline, inflight and cpu.
--
-- A panel: { cell, phases, ends (seconds), remarks(last) → sentences, least(write) → the height its content
-- needs }; this module adds top and height, in pixels from the plot's top.

local activity = require "bakeoff.runs.activity"
local axis = require "bakeoff.plotting.axis"
local few = require "bakeoff.plotting.few"
local hover = require "bakeoff.plotting.hover"
local labels = require "bakeoff.analysis.wording.labels"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local panel_bands = require "bakeoff.plotting.panel_bands"
local panel_key = require "bakeoff.plotting.panel_key"
local select = require "bakeoff.model.select"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"
local typical = require "bakeoff.analysis.typical"

local panels = { BANDS = labels.BANDS, bands = panel_bands.of } -- BANDS: for subtitles

local LEADING = 1.25 -- from line to line, in font sizes
local GAP = 1.0 -- between panels, in body sizes
local NAME_ROOM = 0.25 -- of the page's width
local LONGER = 4 -- a trial that takes this many times as long as the next is cut off
local BEYOND = LONGER / 3 -- the axis then ends at so many times what is shown whole
local AROUND = 9.4 -- body sizes for the title, a line below it, the time axis and the foot

--- The contenders' typical trials and their activity: list of { cell, trial, activity, phases, ends, stall
-- }, in the contender's own time (runs/clock.lua); and the cells and the worker count of the chart.
function panels.trials(results, options)
   local cells, workers = select.at_one_count(results, options and options.workers)
   local entries, trials = typical.trials(results, (few.cells(results, cells, options))), {}
   for index, entry in ipairs(entries) do
      trials[index] = entry.trial
   end
   for index, one in ipairs(activity.of(results, trials)) do
      local entry = entries[index]
      entry.activity, entry.unrecorded = one, activity.unrecorded(one)
      entry.phases, entry.ends, entry.stall = one.phases, one.clock.total, one.stall
   end
   return entries, cells, workers
end

-- --- time ------------------------------------------------------------------------------------------

-- Where a trial that takes many times as long as the next ones is cut off.
local function cut(list)
   local ends = {}
   for index, panel in ipairs(list) do
      ends[index] = panel.ends
   end
   table.sort(ends, function(a, b) return a > b end)
   for index = 1, #ends - 1 do
      if ends[index] <= LONGER * ends[index + 1] then
         return index == 1 and ends[1] or ends[index] * BEYOND
      end
   end
   return #ends > 1 and ends[#ends] * BEYOND or ends[1]
end

-- When its work begins: at its first job on record, or where no jobs are, at the end of its set-up.
local function first_work(panel)
   local job = panel.activity and panel.activity.jobs[1]
   return job and job.started or (panel.phases or {}).work_start_s or 0.0
end

-- The end of the axis: a trial that takes many times as long would leave the others no room. But what it does
-- at first is shown of every trial, also behind a long set-up.
local function last_time(list)
   local last, longest = cut(list), 0.0
   for _, panel in ipairs(list) do
      last, longest = math.max(last, first_work(panel) * BEYOND), math.max(longest, panel.ends)
   end
   return math.min(last, longest)
end

-- A linear axis that may begin above zero.
local function ruler_of(first, last, most)
   local whole = axis.linear(last - first, "time", most)
   local ticks, texts, step = {}, {}, whole.ticks[2] or whole.max
   for value = math.ceil(first / whole.divisor / step - 1e-9) * step, last / whole.divisor + 1e-9, step do
      ticks[#ticks + 1], texts[#texts + 1] = value, ("%.6g"):format(value)
   end
   return { divisor = whole.divisor, unit = whole.unit, first = first, last = last, ticks = ticks,
      texts = texts }
end

--- The time axis of all panels, limited to options.window ({ from, to } in seconds) if given: { first, last
-- (seconds), divisor, unit, ticks, texts }.
function panels.ruler(list, options)
   local window = options.window or { from = 0.0, to = last_time(list) }
   local width = page.SIZES[options.size or "page"].width
   return ruler_of(window.from, math.max(window.to, window.from + 1e-6), width > 500 and 7 or 4)
end

--- The remark on a trial that continues beyond the end of the axis, or nil.
function panels.ending(panel, last)
   return panel.ends > last * 1.001 and labels.ends_at(panel.ends) or nil
end

--- How many jobs each recorded job represents: 1 if all of them are recorded.
function panels.weight(panel)
   local count = #panel.activity.jobs
   return count > 0 and (count + panel.unrecorded) / count or 1
end

--- The remark on a trial of which only a sample of jobs was recorded, or nil.
function panels.sample(panel)
   local count = #panel.activity.jobs
   return panel.unrecorded > 0 and labels.on_record(count, count + panel.unrecorded) or nil
end

-- --- layout ----------------------------------------------------------------------------------------

local UNITS = { "µs", "ms", "s" } -- text.wrap handles percent signs itself

-- Keeps a number and its unit on one line.
local function unbroken(remark)
   for _, unit in ipairs(UNITS) do
      remark = remark:gsub("(%d) (" .. unit .. ")%f[%W]", "%1\u{a0}%2")
   end
   return remark
end

-- Name and remarks as lines: { text =, size = }.
local function lines_of(panel, write, last)
   local list, room = {}, write.width * NAME_ROOM
   for _, line in ipairs(text.name_lines(panel.cell.name, write.body, room, room, write.names)) do
      list[#list + 1] = { text = line, size = write.body }
   end
   for index, remark in ipairs(panel.remarks(last)) do
      local lines = index <= write.remarks and text.wrap(unbroken(remark), write.small, room, 2) or {}
      for _, line in ipairs(lines) do
         list[#list + 1] = { text = line, size = write.small, is_remark = true }
      end
   end
   return list
end

local function height_of(lines)
   local height = 0
   for _, line in ipairs(lines) do
      height = height + line.size * LEADING
   end
   return height
end

-- Places the panels below each other; → the sum of their heights. write: { width, body, small }
local function stack(list, write, last)
   local y = 0
   write.names = {}
   for index, panel in ipairs(list) do
      write.names[index] = panel.cell.name
   end
   for index, panel in ipairs(list) do
      panel.lines = lines_of(panel, write, last)
      panel.top, panel.height = y, math.max(height_of(panel.lines), panel.least(write))
      y = y + panel.height + (index < #list and GAP * write.body or 0)
   end
   return y
end

local ALL = 9 -- remarks

local function sizes_of(width, body, small, shrink, remarks)
   return { width = width, body = body * shrink, small = small * shrink, remarks = remarks,
      is_scarce = remarks < ALL }
end

local SMALL, SMALLEST = 0.75, 0.2 -- share of the usual font size

-- The largest font sizes at which everything fits, with this many remarks on each panel.
local function shrunk(list, sheet, room, last, remarks)
   local shrink = 1
   while shrink > SMALLEST
      and stack(list, sizes_of(sheet.width, sheet.body, sheet.small, shrink, remarks), last) > room do
      shrink = shrink * 0.96
   end
   return sizes_of(sheet.width, sheet.body, sheet.small, shrink, remarks), shrink
end

-- Gives remaining room to the panels.
local function stretch(list, room)
   local last = list[#list]
   local more = (room - last.top - last.height) / #list
   for index, panel in ipairs(list) do
      local added = math.min(math.max(more, 0), panel.height)
      panel.height = panel.height + added
      for later = index + 1, #list do
         list[later].top = list[later].top + added
      end
   end
end

-- On a page of fixed height, many panels get smaller letters; before these get too small, fewer remarks.
local function fit(list, sheet, room, last)
   local write, shrink = shrunk(list, sheet, room, last, ALL)
   for remarks = 3, 1, -1 do
      if shrink >= SMALL then
         break
      end
      write, shrink = shrunk(list, sheet, room, last, remarks)
   end
   stretch(list, room)
   return write
end

-- The page is as high as its panels need; if its height is fixed, they are made to fit.
local function height_for(list, last, key)
   return function(size)
      local write = sizes_of(size.width, size.body, size.sub, 1, ALL)
      return stack(list, write, last) + size.body * AROUND + size.title + panel_key.height(key, size)
   end
end

local function widest(list)
   local width = 0
   for _, panel in ipairs(list) do
      for _, line in ipairs(panel.lines) do
         width = math.max(width, text.width(line.text, line.size))
      end
   end
   return width
end

local function text_vars(list)
   local texts, at, size, soft = {}, {}, {}, {}
   for _, panel in ipairs(list) do
      local y = panel.top
      for _, line in ipairs(panel.lines) do
         texts[#texts + 1], size[#size + 1], soft[#soft + 1] = line.text, line.size, line.is_remark and 1 or 0
         at[#at + 1] = y + line.size * LEADING / 2
         y = y + line.size * LEADING
      end
   end
   return { { "line_text", texts }, { "line_at", at }, { "line_size", size }, { "line_soft", soft } }
end

-- spec: { title, subtitle (list), side = text: the widest one between names and plot; beside() = what must
-- fit at the right of the plot (axis.fit), or nil; key = items of panel_key.lua, or nil }
local function sheet_of(results, list, ruler, spec, options)
   local key = spec.key or {}
   local sheet = page.new { title = spec.title, subtitle = spec.subtitle, foot = page_words.below(results),
      size = options.size, height = height_for(list, ruler.last, key) }
   page.add(sheet, panel_key.vars(key, sheet, sheet.top - sheet.body * 0.5))
   sheet.top = sheet.top + panel_key.height(key, sheet)
   local height = sheet.plot_bottom - sheet.top
   local write = fit(list, sheet, height, ruler.last)
   local side = text.width(spec.side, write.small * 0.85) + sheet.body
   sheet.left, sheet.right = sheet.edge + widest(list) + side, sheet.width - sheet.edge * 1.6
   if spec.beside then
      local room = sheet.right - sheet.left
      sheet.right = sheet.left + math.min(axis.fit(room + sheet.edge, spec.beside()), room)
   end
   page.plot_area(sheet, sheet.left, sheet.right, sheet.top, sheet.plot_bottom)
   return sheet, write, height
end

--- Lays the panels out on a page. The page's vars.time tells where which times are (pixels, seconds), for
-- report.html. → the page, { width, body, small } of the panels' texts
function panels.lay_out(results, list, ruler, spec, options)
   local sheet, write, height = sheet_of(results, list, ruler, spec, options)
   page.add(sheet, text_vars(list))
   page.add(sheet, style.colour_vars(list, function(panel) return results.looks[panel.cell.label] end))
   page.add(sheet, {
      { "plot_height", height }, { "side_size", write.small * 0.85 },
      { "x_min", ruler.first / ruler.divisor }, { "x_max", ruler.last / ruler.divisor },
      { "tick_at", ruler.ticks }, { "tick_text", ruler.texts },
      { "x_title", axis.title(labels.TIME, ruler) },
   })
   hover.panels(sheet, list, ruler.last)
   sheet.vars.time = { first = ruler.first, last = ruler.last, divisor = ruler.divisor, unit = ruler.unit,
      ticks = #ruler.ticks, left = sheet.left, right = sheet.right, top = sheet.top,
      bottom = sheet.plot_bottom, height = sheet.height }
   return sheet, write
end

--- The first parts of the subtitle. cells: of the run, at this worker count; options: size.
function panels.subtitle(results, cells, workers, options)
   local _, chosen = few.cells(results, cells, options)
   return { page_words.job(results), page_words.workers(cells, workers), typical.words(results), chosen }
end

--- The longest text on the panels' own scales.
function panels.widest_tick(list)
   local longest = ""
   for _, panel in ipairs(list) do
      for _, words in ipairs(panel.scale.texts) do
         longest = #words > #longest and words or longest
      end
   end
   return longest
end

return panels
