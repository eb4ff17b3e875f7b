--- The folder of a chart that a script draws (bake.chart). order.json or groups.json keeps what was drawn
-- and where it was measured, so that the chart can be drawn again.

local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local environment = require "bakeoff.probe.environment"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local options = require "bakeoff.script.options"
local fingerprint = require "bakeoff.base.fingerprint"
local page_words = require "bakeoff.analysis.wording.page"
local registry = require "bakeoff.charts.registry"
local results = require "bakeoff.api.results"
local rows = require "bakeoff.runs.rows"
local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"

local chart_folder = {}

--- Returns the kind of chart ("order", "groups") and the path of its rows; nil if the folder holds none.
function chart_folder.kind_of(dir)
   for _, kind in ipairs(registry.OWN) do
      local path = ("%s/%s.json"):format(dir, kind)
      if core.file_kind(path) then
         return kind, path
      end
   end
end

--- Returns the record to keep of a chart.
function chart_folder.record(given)
   local settings = options.run_settings()
   local record = {
      schema = 1, chart = given.kind, bakeoff = core.version, job = given.job, title = given.title,
      command = json.array(secrets.words(settings.command or {})), script = settings.script,
      options = settings.options and secrets.fields(settings.options),
      drawn = os.date("!%Y-%m-%dT%H:%M:%SZ"), environment = environment.read { gnuplot = true },
      systems = given.systems, reference = given.reference, workers = given.workers,
   }
   for index, group in ipairs(given.groups or {}) do
      record.groups = record.groups or {}
      record.groups[index] = { name = group.name, run_folder = group.results.dir,
         experiment = group.results.manifest.experiment }
   end
   return record
end

--- Writes the record. Returns true; or nil, message.
function chart_folder.keep(path, record)
   return files.write(path, json.encode(record, { pretty = true }), "private")
end

-- Looks beside the chart's folder, too, in case it was moved together with the run folders.
local function results_of(group, dir, path)
   local kept = tostring(group.run_folder)
   local beside = (dir:match("^(.*/)[^/]+$") or "") .. (kept:match("[^/]+$") or "")
   for _, folder in ipairs { beside, kept } do
      if core.file_kind(folder .. "/manifest.json") then
         return results.load(folder)
      end
   end
   failure.usage("%s: the experiment of “%s” is neither in %s nor in %s; put its folder there", path,
      tostring(group.name), beside, kept)
end

--- Reads the record. Returns the chart's table, as a script gives it, and the record. Raises (usage).
function chart_folder.read(dir)
   local kind, path = chart_folder.kind_of(dir)
   local record, fault = rows.chart(path)
   if not record or record.chart ~= kind then
      failure.usage("%s: not readable as rows of a chart%s; run its script again", path,
         fault and (" (%s)"):format(text.shown(fault)) or "")
   end
   local given = { kind = kind, name = kind, job = record.job, title = record.title, systems = record.systems,
      reference = math.tointeger(record.reference), workers = math.tointeger(record.workers) }
   for index, group in ipairs(record.groups or {}) do
      given.groups = given.groups or {}
      given.groups[index] = { name = group.name, results = results_of(group, dir, path) }
   end
   return given, record, path
end

local function foot_of(record)
   return page_words.foot { hash = fingerprint.of(json.encode(record.systems)),
      manifest = { started = record.drawn, bakeoff = record.bakeoff, environment = record.environment } }
end

--- Builds the chart. given, record: as chart_folder.read returns them; how: as in charts.draw. Returns what
-- was built; or nil, reason.
function chart_folder.build(given, record, how)
   local drawing = { size = how.size, theme = how.theme, formats = how.formats, keep_others = how.keep_others,
      foot = record.systems and foot_of(record) }
   return charts.build(given.kind, given, drawing, true)
end

--- Builds the chart and draws it into dir/charts. Returns what was built; or nil, reason.
function chart_folder.draw(dir, given, record, how)
   local folder, message = draw.folder(dir)
   if not folder then
      return nil, message
   end
   local built, reason = chart_folder.build(given, record, how)
   if not built then
      return nil, reason
   end
   local drawn, problem = draw.write(folder, built, how)
   return drawn and built, problem
end

return chart_folder
