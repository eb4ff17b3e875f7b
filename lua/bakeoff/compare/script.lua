--- `results:compare(baseline, options)` of scripts: this run against an earlier one.
--
--    results:compare("before/tickets")                            -- prints tables
--    results:compare("before/tickets", { noise = "5%", fail = true })   -- raises when something got worse
--    local c = results:compare(earlier, { metric = "total", print = false })
--    c.rows[1].metrics.total_s.verdict

local chart = require "bakeoff.compare.chart"
local checks = require "bakeoff.base.checks"
local compare = require "bakeoff.compare"
local failure = require "bakeoff.base.failure"
local foreign = require "bakeoff.compare.foreign"
local look = require "bakeoff.base.look"
local matching = require "bakeoff.compare.foreign.matching"
local metrics = require "bakeoff.model.metrics"
local text = require "bakeoff.base.text"
local tables = require "bakeoff.compare.tables"
local units = require "bakeoff.base.units"

local script = {}

local OPTIONS = { "noise", "metric", "fail", "fail_undecided", "print", "chart", "map" }

local TIME = "total_s"

--- Names of figures, separated by commas or as a list → their full names; nil for nil. Raises (usage), also
-- if it names none: a comparison of nothing would find nothing worse.
function script.metrics(given, argument)
   if given == nil then
      return nil
   elseif type(given) ~= "string" and type(given) ~= "table" then
      failure.usage("%s: expected names of figures, not %s", argument, text.kind(given))
   end
   local names, message = given, nil
   if type(given) == "string" then
      names, message = checks.list(given, "total_s,memory")
   end
   local list = {}
   for index, name in ipairs(names or failure.usage("%s: %s", argument, message)) do
      list[index] = metrics.check(name, argument).name
   end
   return #list > 0 and list
      or failure.usage("%s: it names no figure; write for example total_s,memory", argument)
end

--- The figures to compare: those that are named; by default all that both runs have, since other programs
-- measured only times. Raises (usage) for figures that one of the runs can't have.
function script.usable(names, a, b, argument)
   local other = a.manifest.tool and a or b.manifest.tool and b
   for _, name in ipairs(other and names or {}) do
      if name ~= TIME then
         failure.usage("%s: %s has no %s, only the times of %s; leave it out, or write %s", argument,
            other.dir, name, other.manifest.tool, TIME)
      end
   end
   return names or other and { TIME } or nil
end

--- Raises (usage) if the two runs have nothing to compare.
function script.check_cells(comparison)
   if #comparison.rows == 0 then
      failure.usage("%s and %s have no cell in common: compare runs of the same contenders and worker counts",
         comparison.a.dir, comparison.b.dir)
   end
end

-- Raises (usage) for options that would check nothing, or something else than was meant.
local function check_options(options)
   if type(options) ~= "table" then
      failure.usage("compare: options: expected a table such as { fail = true }, not %s", text.kind(options))
   end
   for name in pairs(options) do
      checks.one_of(name, OPTIONS, "compare: option")
   end
   if options.map ~= nil and type(options.map) ~= "table" then
      failure.usage("compare: map: expected a table such as { [\"sleep 1\"] = \"LABEL\" }, not %s",
         text.kind(options.map))
   end
   for _, name in ipairs { "fail", "fail_undecided" } do
      checks.flag(options[name], "compare: " .. name)
   end
end

-- Where the option `chart` puts the picture; nil without it. Raises (usage).
local function target_of(path)
   if path == nil then
      return nil
   elseif type(path) ~= "string" then
      failure.usage("compare: chart: expected the name of a picture or folder, not %s", text.kind(path))
   end
   local target, message = chart.target(path)
   return target or failure.usage("compare: chart: %s", message)
end

local function raise(comparison, options)
   if #comparison.regressions > 0 and (options.fail or options.fail_undecided) then
      failure.trial("%s", tables.verdict(comparison))
   elseif #comparison.undecided > 0 and options.fail_undecided then
      failure.undecided("%s", tables.verdict(comparison))
   end
end

--- What another program measured, as results.of takes it; nil if the path is none of its files. now: the
-- results on the other side. Raises (usage).
function script.foreign(path, now, options)
   check_options(options or {})
   local source = foreign.read(path)
   return source and matching.as_run(source, now, options and options.map)
end

--- baseline, now: results. options: noise, metric (name, names with commas, or a list), chart (a path: the
-- ratios of the first figure are drawn there), map (see compare/foreign/matching.lua), fail = true raises
-- (trial) if something got worse, fail_undecided = true also raises (undecided) if that can't be ruled out,
-- print = false or a function for lines. → see compare.results
function script.compare(baseline, now, options)
   options = options or {}
   check_options(options)
   local target = target_of(options.chart)
   if options.map and not baseline.manifest.tool then
      failure.usage "compare: map: has no effect on two runs of bakeoff; leave it out"
   end
   local comparison = compare.results(baseline, now, {
      noise = options.noise and units.share(options.noise, "noise"),
      metrics = script.usable(script.metrics(options.metric, "metric"), baseline, now, "metric"),
   })
   script.check_cells(comparison)
   local out = options.print == nil and print or options.print or function() end
   for _, line in ipairs(tables.lines(comparison, look.of {})) do
      out(line)
   end
   if target then
      chart.draw(target, { comparison = comparison, a = baseline, b = now }, {})
   end
   raise(comparison, options)
   return comparison
end

return script
