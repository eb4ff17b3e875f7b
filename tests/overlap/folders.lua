--- What is drawn: the gallery's run folders, those of the notebooks, and stress folders
-- (../lua/support_stress.lua).

local chart_folder = require "bakeoff.api.chart_folder"
local charts = require "bakeoff.charts"
local compare = require "bakeoff.compare"
local core = require "bakeoff.core"
local metrics = require "bakeoff.model.metrics"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stress = require "support_stress"
local text = require "bakeoff.base.text"

local folders = {}

local source = os.getenv "BAKEOFF_SOURCE"

local function is_run(path) return core.file_kind(path .. "/manifest.json") ~= nil end

-- Names of the entries of a folder, sorted.
local function names_in(path)
   local list = core.list(path) or {}
   table.sort(list)
   return list
end

local function of_folder(name, path)
   return { name = name, given = function()
      if chart_folder.kind_of(path) then
         local given, record = chart_folder.read(path)
         return { build = function(options) return chart_folder.build(given, record, options) end }
      end
      return { results = results.load(path) }
   end }
end

local function add_gallery(list)
   local root = source .. "/plots/gallery"
   for _, name in ipairs(names_in(root)) do
      local path = root .. "/" .. name
      if is_run(path) or chart_folder.kind_of(path) then
         list[#list + 1] = of_folder("gallery/" .. name, path)
      end
   end
   list[#list + 1] = { name = "gallery/compare", given = function()
      return folders.pair(results.load(root .. "/compare/before/prices"),
         results.load(root .. "/compare/after/prices"))
   end }
end

local function add_notebooks(list)
   local root = source .. "/scripts/notebooks"
   for _, page in ipairs(names_in(root)) do
      local kept = ("%s/%s/runs"):format(root, page)
      for _, name in ipairs(page:find("%.files$") and names_in(kept) or {}) do
         if is_run(kept .. "/" .. name) then
            list[#list + 1] = of_folder(("notebooks/%s"):format(name), kept .. "/" .. name)
         end
      end
   end
end

--- What the chart of two runs is drawn from.
function folders.pair(a, b)
   local comparison = compare.results(a, b, {})
   local given = { comparison = comparison, a = a, b = b, metric = metrics.get(comparison.metrics[1]) }
   return { build = function(options) return charts.build("differences", given, options, true) end }
end

local function add_stress(list)
   for _, name in ipairs(text.sorted_keys(stress.RUNS)) do
      list[#list + 1] = { name = "stress/" .. name, given = function()
         return { results = results.load(stress.make(name)) }
      end, clear = runs.clear }
   end
end

--- All of them: list of { name, given() → what is drawn, clear() or nil }. What is drawn: { results } of a
-- run, or { build(options) → built } of a chart of a script's own or of two runs.
function folders.all()
   local list = {}
   add_gallery(list)
   add_notebooks(list)
   add_stress(list)
   return list
end

return folders
