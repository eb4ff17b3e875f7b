--- Order: when the caller gets which result. A panel per system, a lane per task in the order of
-- submission: a hairline while the task waits, a bar while it runs (pale: waiting for I/O), a dotted line
-- while its finished result waits for the caller, and a numbered dot when the caller gets it.
--
-- given: { job =, systems = { { name =, model = (a contender: its colour), results = false (ends only),
--    tasks = { { kind = "cpu" | "io", submitted =, started =, ended =, received = (or nil) } … } } … } },
-- times in seconds from the start of each system, tasks in the order of submission.

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local in_rows = require "bakeoff.plotting.in_rows"
local labels = require "bakeoff.analysis.wording.labels"
local page = require "bakeoff.plotting.page"
local sequence = require "bakeoff.analysis.sequence"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"

local order = { name = "order" }

local LANE, LINE = 0.98, 1.2 -- heights of a lane and of a line of text, in body sizes
local GAP = 1.1 -- between panels, in lanes
local AROUND = 7.2 -- of the page, around the panels, in body sizes
local NAME_ROOM, REMARK_ROOM = 0.22, 0.24 -- of the page's width

-- A name or remarks, split into lines: { text =, small = 0 or 1 }.
local function lines_of(sentences, write, room)
   local list = {}
   for n, sentence in ipairs(sentences) do
      local small = n == 1 and 0 or 1
      for _, line in ipairs(text.wrap(sentence, small == 1 and write.small or write.body, room, 2)) do
         list[#list + 1] = { text = line, small = small }
      end
   end
   return list
end

-- Panels: { system, names, remarks (lines), top = first lane, lanes }; returns them, and the number of rows.
-- write: { width (of the page), body, small (sizes of the panels' texts) }
local function panels_of(given, write)
   local panels, row = {}, 0
   for index, system in ipairs(given.systems) do
      local names = lines_of({ system.name }, write, write.width * NAME_ROOM)
      local remarks = lines_of(sequence.remarks(system), write, write.width * REMARK_ROOM)
      local lanes = math.max(#system.tasks, math.ceil(math.max(#names, #remarks) * LINE / LANE))
      panels[index] = { system = system, names = names, remarks = remarks, top = row + 1, lanes = lanes }
      row = row + lanes + (index < #given.systems and GAP or 0)
   end
   return panels, row
end

local function widest(panels, field, write)
   local width = 0
   for _, panel in ipairs(panels) do
      for _, line in ipairs(panel[field]) do
         width = math.max(width, text.width(line.text, line.small == 1 and write.small or write.body))
      end
   end
   return width
end

local function last_time(given)
   local last = 0
   for _, system in ipairs(given.systems) do
      for _, task in ipairs(system.tasks) do
         last = math.max(last, task.ended, task.received or 0)
      end
   end
   return last > 0 and last or 1
end

local function data_of(panels, ruler)
   local runs, waits, holds, dots = {}, {}, {}, {}
   local function scaled(seconds) return seconds / ruler.divisor end
   for number, panel in ipairs(panels) do
      for index, task in ipairs(panel.system.tasks) do
         local at = panel.top + index - 1
         waits[#waits + 1] = { scaled(task.submitted), at, scaled(task.started - task.submitted), number }
         local io = task.kind == "io" and 1 or 0
         runs[#runs + 1] = { scaled(task.started), scaled(task.ended), at, number, io }
         if task.received then
            holds[#holds + 1] = { scaled(task.ended), at, scaled(task.received - task.ended), number }
            dots[#dots + 1] = { scaled(task.received), at, number }
         end
      end
   end
   return gp.data {
      { title = "runs", rows = runs, columns = { "start", "end", "lane", "system", "io" } },
      { title = "before the start", rows = waits, columns = { "submitted", "lane", "length", "system" } },
      { title = "until the caller got it", rows = holds, columns = { "end", "lane", "length", "system" } },
      { title = "got", rows = dots, columns = { "time", "lane", "system" } },
   }
end

-- Adds lines below each other; the first is centred on lane `top` if a line is as high as a lane.
local function add_lines(list, lines, x, top, step)
   for n, line in ipairs(lines) do
      in_rows.add_text(list, line.text, x, top + (n - 1) * step + (step - 1) / 2, line.small == 1)
   end
end

-- The numbers of the lanes, and the numbers beside the dots, in the order in which the results came.
local function number_texts(panels, ruler, gap)
   local lanes, ranks = in_rows.texts(), in_rows.texts()
   for _, panel in ipairs(panels) do
      local rank = sequence.ranks(panel.system)
      for index, task in ipairs(panel.system.tasks) do
         local at = panel.top + index - 1
         add_lines(lanes, { { text = tostring(index) } }, 0, at, 1)
         if rank[index] then
            add_lines(ranks, { { text = tostring(rank[index]) } }, task.received / ruler.divisor + gap, at, 1)
         end
      end
   end
   return lanes, ranks
end

-- On a page of fixed height, many lanes get smaller letters.
local function fit(given, sheet)
   local write = { width = sheet.width, body = sheet.body, small = sheet.small }
   local panels, rows = panels_of(given, write)
   local bottom = sheet.plot_bottom
   local shrink = math.min((bottom - sheet.top) / (rows * LANE * sheet.body), 1)
   if shrink < 1 then
      local texts = 1
      for _, panel in ipairs(panels) do
         local lines = math.max(#panel.names, #panel.remarks)
         texts = math.min(texts, shrink * panel.lanes * LANE / (LINE * lines))
      end
      write.body, write.small = sheet.body * texts, sheet.small * texts
      panels, rows = panels_of(given, write)
   end
   write.lane = sheet.small * shrink
   return panels, rows, write, bottom
end

local function lay_out(given, sheet, ruler)
   local panels, rows, write, bottom = fit(given, sheet)
   local names_width, lanes_width = widest(panels, "names", write), text.width("00", write.lane)
   local left = sheet.edge + names_width + lanes_width + write.body * 1.7
   local right = sheet.width - sheet.edge
   local plot = right - left - widest(panels, "remarks", write) - write.body * 2.2
   local per_pixel = ruler.max / plot
   local line = LINE * write.body * rows / (bottom - sheet.top)
   page.plot_area(sheet, left, right, sheet.top, bottom)
   local lanes, ranks = number_texts(panels, ruler, write.lane * 0.5 * per_pixel)
   local names, beside = in_rows.texts(), in_rows.texts()
   for _, panel in ipairs(panels) do
      add_lines(names, panel.names, 0, panel.top, line)
      add_lines(beside, panel.remarks, ruler.max + write.body * 2.2 * per_pixel, panel.top, line)
   end
   page.add(sheet, {
      { "row_count", rows }, { "x_max", ruler.max }, { "x_end", ruler.max * (right - left) / plot },
      { "panel_text", names.text }, { "panel_at", names.at }, { "panel_size", write.body },
      { "lane_text", lanes.text }, { "lane_at", lanes.at }, { "lane_size", write.lane * 0.9 },
      { "remark_text", beside.text }, { "remark_x", beside.x }, { "remark_at", beside.at },
      { "remark_small", beside.small }, { "remark_size", write.small },
      { "rank_text", ranks.text }, { "rank_x", ranks.x }, { "rank_at", ranks.at },
      { "rank_size", write.lane },
      { "tick_at", ruler.ticks }, { "tick_text", ruler.texts },
      { "x_title", axis.title(labels.TIME, ruler) },
   })
   return panels
end

local function look_of(system)
   return style.looks({ { contender = system.model or "other", label = system.name } })[system.name]
end

-- Explains the marks that occur.
local function legend(given)
   local io, held = false, false
   for _, system in ipairs(given.systems) do
      for _, task in ipairs(system.tasks) do
         io = io or task.kind == "io"
         held = held or task.received ~= nil
      end
   end
   return { "lanes in order of submission", io and "bars: CPU work, pale: I/O" or "bar: task runs",
      held and "dot: the caller gets the result, as number …" or false }
end

--- The finding, as the chart's title.
function order.title(given) return sequence.finding(given.systems) end

-- The names and values of bars.gp stay empty: the panels have their own.
local NO_TEXTS = { { "name_text", { "" } }, { "name_at", { 1 } }, { "beside", { "" } }, { "beside_x", { 0 } },
   { "beside_at", { 1 } }, { "beside_small", { 0 } }, { "small_size", 1.0 } }

--- given: as above; its `title`, if any, replaces the finding; options: size, foot (list of words).
function order.build(given, options)
   local title = given.title or order.title(given)
   local subtitle = legend(given)
   table.insert(subtitle, 1, given.job or false)
   local function height(size)
      local _, rows = panels_of(given, { width = size.width, body = size.body, small = size.sub })
      return in_rows.height(LANE * rows, AROUND, 1)(size)
   end
   local sheet = page.new { title = title, subtitle = subtitle, foot = options.foot or {},
      size = options.size, height = height }
   local ruler = axis.linear(last_time(given), "time", sheet.width > 500 and 7 or 4)
   local panels = lay_out(given, sheet, ruler)
   page.add(sheet, NO_TEXTS)
   page.add(sheet, style.colour_vars(given.systems, look_of))
   return { name = order.name, templates = { "style.gp", "bars.gp", "order.gp" }, title = title,
      vars = sheet.vars, data = data_of(panels, ruler) }
end

return order
