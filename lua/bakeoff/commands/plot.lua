--- bakeoff plot DIR: draws the charts again from the rows of one experiment, or of all in a folder.

local draw = require "bakeoff.charts.draw"
local failure = require "bakeoff.failure"
local page = require "bakeoff.charts.page"
local results = require "bakeoff.results"

local plot = { name = "plot", summary = "draw the charts again from the rows of a run folder" }

function plot.define(parser)
   parser:argument("dir", "folder of an experiment, or the out folder that holds several")
   parser:option("--workers", "worker count of the charts that show one (default: the largest all ran)")
   parser:option("--theme", "light or dark"):default("light")
   parser:option("--size", "column (85 mm), page (170 mm) or slide (16:9)"):default("page")
   parser:option("--only", "charts to draw, with commas: " .. table.concat(draw.NAMES, ","))
end

local function exists(path)
   local file = io.open(path, "rb")
   return file and file:close() or false
end

local function is_folder(path)
   local file = io.open(path, "rb")
   if not file then
      return false
   end
   local _, _, code = file:read(0)
   file:close()
   return code == 21 -- EISDIR
end

local function folders_in(dir)
   local core = require "bakeoff.core"
   local found = core.command {
      argv = { "find", dir, "-mindepth", "2", "-maxdepth", "2", "-name", "manifest.json", "-print0" },
      timeout = 30,
   }
   local list = {}
   for path in (found and found.stdout or ""):gmatch("[^\0]+") do
      list[#list + 1] = path:match("^(.*)/manifest%.json$")
   end
   table.sort(list)
   return list
end

-- The run folders that DIR names. Raises (usage).
local function run_folders(dir)
   dir = dir:gsub("(.)/+$", "%1")
   if not is_folder(dir) then
      failure.usage("%s: no such folder", dir)
   elseif exists(dir .. "/manifest.json") then
      return { dir }
   end
   local list = folders_in((dir:gsub("^%-", "./-")))
   if #list == 0 then
      failure.usage("%s: not a run folder (no manifest.json in it or one level below)", dir)
   end
   return list
end

local function one_of(value, known, option)
   for _, name in ipairs(known) do
      if value == name then
         return value
      end
   end
   failure.usage("%s: '%s' is none of: %s", option, value, table.concat(known, ", "))
end

local function worker_count(value)
   local number = value and math.tointeger(tonumber(value))
   if value and (not number or number < 1) then
      failure.usage("--workers: '%s' is no worker count; write for example --workers 16", value)
   end
   return number
end

local function options_of(args)
   local sizes = {}
   for name in pairs(page.SIZES) do
      sizes[#sizes + 1] = name
   end
   table.sort(sizes)
   local options = {
      workers = worker_count(args.workers),
      theme = one_of(args.theme or "light", { "light", "dark" }, "--theme"),
      size = one_of(args.size or "page", sizes, "--size"),
   }
   if args.only then
      options.only = {}
      for name in args.only:gmatch("[^,%s]+") do
         table.insert(options.only, one_of(name, draw.NAMES, "--only"))
      end
   end
   return options
end

local function require_workers(run, workers)
   local counts = require("bakeoff.charts.select").worker_counts(run)
   for _, count in ipairs(counts) do
      if not workers or count == workers then
         return
      end
   end
   if workers then
      failure.usage("--workers: no trial ran with %d; there are: %s", workers, table.concat(counts, ", "))
   end
end

-- Draws one folder; returns true when all went well.
local function draw_folder(dir, options)
   local run = results.load(dir)
   require_workers(run, options.workers)
   if #run.cells == 0 then
      failure.trial("%s: no trial is on record, so there is nothing to draw", dir)
   end
   local drawn, problems, skipped = draw.all(run, options)
   for _, chart in ipairs(drawn) do
      print(dir .. "/" .. chart.svg)
      print(dir .. "/" .. chart.png)
   end
   for _, line in ipairs(skipped) do
      io.stderr:write("bakeoff: note: ", dir, ": ", line, "\n")
   end
   for _, line in ipairs(problems) do
      io.stderr:write("bakeoff: ", dir, ": ", line, "\n")
   end
   return #problems == 0
end

--- Returns the exit code.
function plot.run(args)
   local options = options_of(args)
   local ok = true
   for _, dir in ipairs(run_folders(args.dir)) do
      ok = draw_folder(dir, options) and ok
   end
   return ok and 0 or 1
end

return plot
