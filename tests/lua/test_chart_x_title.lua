--- The x axis's title lies between the tick labels and the foot lines, in every chart and size.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local activity = require "support_activity"
local charts = require "bakeoff.charts"
local files = require "bakeoff.base.files"
local page = require "bakeoff.plotting.page"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

-- The shares of its font size that a line of text takes above and below its baseline.
local ABOVE, BELOW = 0.75, 0.25

TestXTitle = {}

function TestXTitle.tearDown() runs.clear() end

local function plain(text)
   local function character(code) return utf8.char(math.tointeger(tonumber(code))) end
   text = text:gsub("<[^>]*>", ""):gsub("&#(%d+);", character)
   return text:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&"):match("^%s*(.-)%s*$")
end

-- All texts of an SVG: { text, top, bottom }, in pixels from the top of the page.
local function texts_of(svg)
   local list = {}
   for y, attributes, inner in svg:gmatch('translate%([%d.]+,([%d.]+)%)"([^>]*)>%s*<text>(.-)</text>') do
      local size = tonumber(attributes:match('font%-size="([%d.]+)"'))
      list[#list + 1] = { text = plain(inner), top = y - ABOVE * size, bottom = y + BELOW * size }
   end
   return list
end

local function height_of(svg) return tonumber(svg:match('viewBox="0 0 [%d.]+ ([%d.]+)"')) end

-- The foot lines in the gnuplot script, as a set.
local function foot_lines(gp)
   local lines = {}
   for line in gp:match("\narray foot%[%d+%] = %[([^\n]*)%]\n"):gmatch("'([^']*)'") do
      lines[line] = true
   end
   return lines
end

-- The texts below the plot: the x title, the tick labels, the foot lines.
local function parts_of(path)
   local svg, gp = files.read(path .. ".svg"), files.read(path .. ".gp")
   local wanted, in_foot = gp:match("\nx_title = '([^\n]*)'\n"), foot_lines(gp)
   local edge = (1 - tonumber(gp:match("\nplot_bottom = ([%d.]+)"))) * height_of(svg)
   local title, ticks, foot = nil, {}, {}
   for _, one in ipairs(texts_of(svg)) do
      if one.top < edge and not in_foot[one.text] then -- not below the plot
         goto continue
      elseif one.text == wanted then
         title = one
      else
         table.insert(in_foot[one.text] and foot or ticks, one)
      end
      ::continue::
   end
   return title, ticks, foot
end

local function check(path, name)
   local title, ticks, foot = parts_of(path)
   lu.assertNotNil(title, name .. ": no x title below the plot")
   lu.assertTrue(#ticks > 0, name)
   lu.assertTrue(#foot > 0, name)
   for _, tick in ipairs(ticks) do
      lu.assertTrue(tick.bottom <= title.top, ("%s: over the tick label '%s'"):format(name, tick.text))
   end
   for _, line in ipairs(foot) do
      lu.assertTrue(title.bottom <= line.top, ("%s: over the foot line '%s'"):format(name, line.text))
   end
end

-- A run with data for every chart.
local function complete()
   local spec = { workers = { 1, 4, 16 }, repeats = 8, contenders = { "sequential", "threads", "processes",
      { "threads", label = "threads (n=1)" }, { "threads", label = "threads (n=2)" } } }
   function spec.change(trial)
      local mine, list = {}, {}
      for worker = 1, trial.workers do
         mine[worker] = trial.work_s / (worker + trial.block % 3)
      end
      for index = 1, 30 do
         list[index] = { 1 - 2.0 ^ (-index / 4), 0.01 * index + 0.0001 * trial.block }
      end
      trial.cpu.workers_s, trial.cpu.cores_used = mine, #trial.label / 8
      trial.latency_spectrum, trial.latency_s = list, { p50 = 0.04, p90 = 0.1, p99 = 0.2, max = 0.3 }
   end
   return results.load(activity.add(runs.make(spec), 100))
end

function TestXTitle.test_in_every_chart_and_size()
   local run = complete()
   for size in pairs(page.SIZES) do
      local list, problems = charts.draw(run, { size = size, formats = { "svg" }, only = charts.NAMES })
      lu.assertEquals(problems, {})
      lu.assertEquals(#list, #charts.NAMES)
      for _, chart in ipairs(list) do
         check(("%s/charts/%s"):format(run.dir, chart.name), ("%s (%s)"):format(chart.name, size))
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
