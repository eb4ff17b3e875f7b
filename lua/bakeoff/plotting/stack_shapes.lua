--- The shapes of stacked areas (stacks.lua): samples become columns of edges, in runs without a gap, cut at
-- the ends of the axis and without those that no eye would miss.

local stack_shapes = {}

local LEVEL = 0.4 -- pixels: smaller bends aren't drawn

local function between(a, b, time)
   local part, values = (time - a.time) / (b.time - a.time), {}
   for index, value in ipairs(a.values) do
      values[index] = value + (b.values[index] - value) * part
   end
   return { time = time, values = values }
end

-- The samples between two times; where a border lies between two of them, one is made there.
local function clipped(samples, first, last)
   local kept, before = {}, nil
   for _, sample in ipairs(samples) do
      local joined = before and not sample.after_gap
      if joined and before.time < first and sample.time > first then
         kept[#kept + 1] = between(before, sample, first)
      end
      if sample.time >= first and sample.time <= last then
         kept[#kept + 1] = sample
      elseif joined and before.time < last and sample.time > last then
         kept[#kept + 1] = between(before, sample, last)
      end
      before = sample
   end
   return kept
end

-- Runs of samples without a gap.
local function runs_of(samples)
   local runs = {}
   for _, sample in ipairs(samples) do
      if sample.after_gap or #runs == 0 then
         runs[#runs + 1] = {}
      end
      table.insert(runs[#runs], sample)
   end
   return runs
end

-- Each sample as a column: { x (units of the axis), [0] = bottom, [slice] = its upper edge }, in pixels.
local function column_of(panel, sample, ruler)
   local y = panel.top + panel.height
   local column, per_byte = { x = sample.time / ruler.divisor, [0] = y }, panel.height / panel.scale.most
   for index, value in ipairs(sample.values) do
      y = y - value * per_byte
      column[index] = y
   end
   return column
end

-- The column that is farthest from the straight lines between two others, and how far.
local function farthest(run, from, to)
   local a, b, worst, at = run[from], run[to], 0, nil
   for index = from + 1, to - 1 do
      local one = run[index]
      local part = b.x > a.x and (one.x - a.x) / (b.x - a.x) or 0
      for edge = 1, #one do
         local away = math.abs(one[edge] - a[edge] - (b[edge] - a[edge]) * part)
         if away > worst then
            worst, at = away, index
         end
      end
   end
   return at, worst
end

-- Marks the columns that are needed for the lines to be right.
local function mark_needed(run, from, to)
   local at, away = farthest(run, from, to)
   if at and away > LEVEL then
      run[at].needed = true
      mark_needed(run, from, at)
      mark_needed(run, at, to)
   end
end

local function thinned(run)
   run[1].needed, run[#run].needed = true, true
   mark_needed(run, 1, #run)
   local kept = {}
   for _, column in ipairs(run) do
      kept[#kept + 1] = column.needed and column or nil
   end
   return kept
end

-- A single reading is drawn this wide.
local function widened(run, pixel)
   if run[#run].x - run[1].x >= pixel then
      return run
   end
   local copy = setmetatable({ x = run[1].x + pixel }, { __index = run[#run] })
   for edge = 0, #run[#run] do
      copy[edge] = run[#run][edge]
   end
   return table.move({ copy }, 1, 1, #run + 1, run)
end

--- The columns of a panel's samples, in runs without a gap. pixel: the least width of a run, in units of the
-- axis.
function stack_shapes.columns(panel, ruler, pixel)
   local runs = {}
   for index, run in ipairs(runs_of(clipped(panel.samples, ruler.first, ruler.last))) do
      for n, sample in ipairs(run) do
         run[n] = column_of(panel, sample, ruler)
      end
      runs[index] = widened(thinned(run), pixel)
   end
   return runs
end

--- The outline of a slice as rows of x and height, a closed figure per run.
function stack_shapes.outline(runs, slice)
   local rows = {}
   for index, run in ipairs(runs) do
      rows[#rows + 1] = index > 1 and {} or nil -- NaN: the next figure
      for n = 1, #run do
         rows[#rows + 1] = { run[n].x, run[n][slice - 1] }
      end
      for n = #run, 1, -1 do
         rows[#rows + 1] = { run[n].x, run[n][slice] }
      end
   end
   return rows
end

return stack_shapes
