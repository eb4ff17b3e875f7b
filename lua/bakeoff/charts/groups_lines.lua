--- The chart `groups` where the names of the groups are numbers ("cap=5", "cap=10", "cap=50"): a line with
-- intervals per contender over the number. Drawn by groups.lua.

local axis = require "bakeoff.plotting.axis"
local few = require "bakeoff.plotting.few"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"
local scan_words = require "bakeoff.analysis.wording.scan"

local groups_lines = {}

local METRIC = "total_s"

-- The contenders in the order in which groups have them: { name, label, look, points, cells }.
local function series_of(all, groups, x)
   local series, by_label = {}, {}
   for index, cells in ipairs(groups) do
      for _, cell in ipairs(cells) do
         local summary, one = all:summary_of(cell)[METRIC], by_label[cell.label]
         if summary and not one then
            one = { name = cell.name, label = cell.label, look = all:look_of(cell), points = {}, cells = {} }
            by_label[cell.label], series[#series + 1] = one, one
         end
         if summary then
            table.insert(one.points, { x.numbers[index], summary.median, summary.low, summary.high,
               at = scan_words.values({ x.name }, { [x.name] = x.words[index] }) })
            table.insert(one.cells, cell)
         end
      end
   end
   for _, one in ipairs(series) do
      table.sort(one.points, function(a, b) return a[1] < b[1] end)
   end
   return lines.solid_first(series)
end

local function last_of(one) return one.points[#one.points][2] end

-- The series that fit on a page: those that take least time at the end.
local function those_shown(series, options)
   local most = few.most(options)
   if #series <= most then
      return series, false
   end
   table.sort(series, function(a, b)
      local x, y = last_of(a), last_of(b)
      return x < y or (x == y and a.label < b.label)
   end)
   return lines.solid_first { table.unpack(series, 1, most) }, page_words.fastest(most, #series)
end

local function time_axis(series)
   local low, high = over_workers.range(series)
   if axis.is_wide(low, high) then
      return axis.logarithmic(low * 0.7, high * 1.3, "time")
   end
   return axis.linear(high * 1.06, "time", 6)
end

--- The chart. all: stands for the results of all groups; groups: the cells of each; x: from
-- scanned.of_names; spec: { name, title, subtitle }. → built; nil if no trial succeeded.
function groups_lines.draw(all, groups, x, spec, options)
   local series, chosen = those_shown(series_of(all, groups, x), options)
   if #series == 0 then
      return nil
   end
   local ruler = time_axis(series)
   spec.subtitle[#spec.subtitle + 1] = chosen
   return over_workers.build(all, {
      name = spec.name, title = spec.title, subtitle = spec.subtitle, series = series, y = ruler,
      y_title = axis.title(labels.TOTAL, ruler),
      x = { values = x.values, texts = x.texts, kind = x.kind, title = scan_words.axis(x.name, labels.GROUPS),
         is_log = axis.is_wide(x.values[1], x.values[#x.values]) },
   }, options)
end

return groups_lines
