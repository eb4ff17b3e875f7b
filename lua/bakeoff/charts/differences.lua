--- Differences of two runs: a figure of each cell in run B divided by that in run A, with its interval, the
-- largest change for the worse first. A line marks no change, a band the noise between runs; colour and shape
-- of a dot are those of its verdict.
--
-- given: { comparison = of compare.results, metric = a figure's entry in the registry, a, b = both results }

local axis = require "bakeoff.plotting.axis"
local dots = require "bakeoff.plotting.dots"
local few = require "bakeoff.plotting.few"
local page_words = require "bakeoff.analysis.wording.page"
local words = require "bakeoff.analysis.wording.differences"

local differences = { name = "differences" }

local LOG_SPAN = 3 -- if the largest is more than this many times the smallest, the axis is logarithmic

local GREY = { light = 0x666666, dark = 0xa4a9b0 }
local LOOKS = {
   worse = { light = 0xd55e00, dark = 0xf08040, marker = 5 }, -- a square
   better = { light = 0x0072b2, dark = 0x56b4e9, marker = 13 }, -- a diamond
   neither = { light = 0x6b6b2f, dark = 0xc3c36a, marker = 9 }, -- a triangle
   same = { light = GREY.light, dark = GREY.dark, marker = 7 }, -- a full circle
   open = { light = GREY.light, dark = GREY.dark, marker = 6 }, -- a hollow one
}

-- --- rows -----------------------------------------------------------------------------------------

local function look_of(figure)
   if figure.change or figure.verdict == "same" then
      return LOOKS[figure.change or figure.verdict]
   end
   return words.is_difference(figure) and LOOKS.neither or LOOKS.open
end

local function is_one_count(rows)
   for _, row in ipairs(rows) do
      if row.workers ~= rows[1].workers then
         return false
      end
   end
   return true
end

-- How far a row has changed for the worse, as a logarithm; rows without a ratio come last.
local function badness(row, metric)
   local ratio = row.figure.ratio
   local size = ratio and math.log(ratio) or -math.huge
   return ratio and metric.better == "more" and -size or size
end

local function rows_of(given)
   local all, rows, metric = given.comparison.rows, {}, given.metric
   local is_alone = is_one_count(all)
   for order, row in ipairs(all) do
      local figure = row.metrics[metric.name]
      if figure then
         rows[#rows + 1] = { name = words.name(row, is_alone), figure = figure, look = look_of(figure),
            value = words.value(figure), remark = words.remark(figure, row), errors_a = row.errors_a,
            errors_b = row.errors_b, order = order }
         rows[#rows].badness = badness(rows[#rows], metric)
      end
   end
   table.sort(rows, function(a, b)
      return a.badness > b.badness or (a.badness == b.badness and a.order < b.order)
   end)
   return rows
end

-- Of more rows than a page has room for, those that changed most; and words for the subtitle, or false.
local function those_shown(rows, options)
   local most = few.most(options)
   if #rows <= most then
      return rows, false
   end
   local by_size, kept, shown = table.move(rows, 1, #rows, 1, {}), {}, {}
   table.sort(by_size, function(a, b)
      local x, y = math.abs(a.badness), math.abs(b.badness) -- infinite for those without a ratio
      return x > y or (x == y and a.order < b.order)
   end)
   for place = 1, most do
      kept[by_size[place]] = true
   end
   for _, row in ipairs(rows) do
      shown[#shown + 1] = kept[row] and row or nil
   end
   return shown, words.most(most, #rows)
end

-- --- axis and data --------------------------------------------------------------------------------

local function ruler_of(rows, noise)
   local low, high = 1 / (1 + noise), 1 + noise
   for _, row in ipairs(rows) do
      local figure = row.figure
      low = math.min(low, figure.ratio or 1, figure.low or 1)
      high = math.max(high, figure.ratio or 1, figure.high or 1)
   end
   if high / low > LOG_SPAN then
      local beyond = (high / low) ^ 0.04
      return axis.logarithmic(low / beyond, high * beyond, "count")
   end
   local beyond = (high - low) * 0.06
   return axis.between(low - beyond, high + beyond, 6)
end

local function blocks(rows)
   local ratios = {}
   for index, row in ipairs(rows) do
      ratios[index] = { index, row.figure.ratio, row.figure.low, row.figure.high }
   end
   return { { title = "ratios", rows = ratios, columns = { "row", "ratio", "low", "high" } } }
end

-- A substitute for results, for the foot line.
local function together(given)
   page_words.foot(given.a)
   page_words.foot(given.b)
   local comparison = given.comparison
   return { manifest = given.b.manifest, hash = ("%s, %s"):format(given.a.hash, given.b.hash),
      warned = #comparison.warnings + #comparison.steadiness }
end

--- The finding.
function differences.title(given) return words.sentence(given.metric.title, rows_of(given)) end

--- given as above; options: size. → built, or nil, reason.
function differences.build(given, options)
   local rows, comparison = rows_of(given), given.comparison
   if #rows == 0 then
      return nil, ("neither run has the figure %s"):format(given.metric.name)
   end
   local shown, chosen = those_shown(rows, options)
   local ruler = ruler_of(shown, comparison.noise)
   return dots.build(together(given), {
      name = differences.name, title = words.sentence(given.metric.title, rows), rows = shown, ruler = ruler,
      row_height = 3.4, axis = words.axis(given.metric.title, ruler.log == 1), blocks = blocks,
      subtitle = { page_words.job(given.b), words.sides(comparison.a.dir, comparison.b.dir),
         words.band(comparison.noise), chosen },
      vars = function()
         return { { "line_text", words.UNCHANGED }, { "band_low", 1 / (1 + comparison.noise) },
            { "band_high", 1 + comparison.noise } }
      end,
   }, options)
end

return differences
