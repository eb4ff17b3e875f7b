--- The picture of a comparison, for `bakeoff compare --chart`: one chart for each pair of runs, of the first
-- figure that is compared. It writes the picture with its .gp and .dat, as reports do.

local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local failure = require "bakeoff.base.failure"
local formats = require "bakeoff.plotting.formats"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"

local chart = {}

local NAME = "^%w[%w._-]*$" -- also a name in gnuplot's scripts

-- The format with this ending; nil if there is none.
local function format_of(ending)
   for _, name in ipairs(formats.NAMES) do
      if formats.ending(name) == ending then
         return name
      end
   end
end

local function endings()
   local list = {}
   for index, name in ipairs(formats.NAMES) do
      list[index] = "." .. formats.ending(name)
   end
   return numbers.list(list, " or ")
end

--- Where a path puts the charts: { folder, formats, name = of the only chart, nil for a folder }; or nil,
-- message. A path with the ending of a picture is a file, any other a folder.
function chart.target(path)
   local folder, last = path:match("^(.*/)([^/]*)$")
   last = last or path
   local ending = last:match("^.+%.(%w+)$")
   local format = ending and format_of(ending)
   if path == "" then
      return nil, "the name is empty; name a picture or a folder"
   elseif not ending or core.file_kind(path) == "folder" then
      return { folder = path, formats = formats.USUAL }
   elseif not format then
      return nil, ("'%s' is not a picture that can be drawn; end its name with %s, or name a folder")
         :format(text.shown(last), endings())
   end
   local name = last:sub(1, -#ending - 2)
   if not name:find(NAME) then
      return nil, ("'%s' is not accepted; use letters, digits, and . _ - in the name of a picture")
         :format(text.shown(last))
   end
   return { folder = folder or ".", formats = { format }, name = name }
end

-- The chart of the first figure that both runs have.
local function build(pair, options)
   local given, reason = { comparison = pair.comparison, a = pair.a, b = pair.b }
   for _, name in ipairs(pair.comparison.metrics) do
      given.metric = metrics.get(name)
      local built, why = charts.build("differences", given, options, true)
      if built then
         return built
      end
      reason = reason or why
   end
   failure.usage("chart: %s", reason)
end

local function file_name(experiment)
   local name = tostring(experiment):gsub("[^%w._-]", "_")
   return name:find(NAME) and name or "chart" .. name
end

--- Draws one comparison. target: from chart.target; pair: { comparison, a, b (both results) }; options: size,
-- theme. → the paths of the pictures. Raises (trial) if it can't be drawn or written, and (usage) if the runs
-- lack the figure.
function chart.draw(target, pair, options)
   local built, paths = build(pair, options), {}
   built.name = target.name or file_name(pair.comparison.experiment)
   local folder = #target.folder > 1 and target.folder:gsub("/+$", "") or target.folder
   local ok, message = core.mkdirs(folder)
   if ok then
      ok, message = draw.write(folder, built, { theme = options.theme, formats = target.formats,
         keep_others = true })
   end
   if not ok then
      failure.trial("chart not drawn: %s", message)
   end
   local place = folder ~= "." and folder .. "/" or ""
   for index, format in ipairs(target.formats) do
      paths[index] = ("%s%s.%s"):format(place, built.name, formats.ending(format))
   end
   return paths
end

return chart
