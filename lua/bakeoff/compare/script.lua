--- `results:compare(baseline, options)` of scripts: this run against an earlier one.
--
--    results:compare("before/tickets")                            -- prints tables
--    results:compare("before/tickets", { noise = "5%", fail = true })   -- raises when something got worse
--    local c = results:compare(earlier, { metric = "total", print = false })
--    c.rows[1].metrics.total_s.verdict

local checks = require "bakeoff.base.checks"
local compare = require "bakeoff.compare"
local failure = require "bakeoff.base.failure"
local metrics = require "bakeoff.model.metrics"
local tables = require "bakeoff.compare.tables"
local units = require "bakeoff.base.units"

local script = {}

local OPTIONS = { "noise", "metric", "fail", "print" }

--- Names of figures, with commas or as a list → their full names; nil for nil. Raises (usage).
function script.metrics(given, argument)
   local names = nil
   for name in (type(given) == "table" and table.concat(given, ",") or given or ""):gmatch("[^,%s]+") do
      names = names or {}
      names[#names + 1] = metrics.check(name, argument).name
   end
   return names
end

--- Raises (usage) when nothing of the two can be compared.
function script.check_cells(comparison)
   if #comparison.rows == 0 then
      failure.usage("%s and %s have no cell in common: compare runs of the same contenders and worker counts",
         comparison.a.dir, comparison.b.dir)
   end
end

--- What width and colours suit the terminal.
function script.look()
   local width = require("bakeoff.core").terminal(1)
   return { width = width, colour = width ~= nil and (os.getenv("NO_COLOR") or "") == "" }
end

--- baseline, now: results. options: noise, metric (name, names with commas, or a list), fail = true raises
-- (trial) where something got worse, print = false or a function for lines. → see compare.results
function script.compare(baseline, now, options)
   options = options or {}
   for name in pairs(options) do
      checks.one_of(name, OPTIONS, "compare: option")
   end
   local comparison = compare.results(baseline, now, {
      noise = options.noise and units.share(options.noise, "noise"),
      metrics = script.metrics(options.metric, "metric"),
   })
   script.check_cells(comparison)
   local out = options.print == nil and print or options.print or function() end
   for _, line in ipairs(tables.lines(comparison, script.look())) do
      out(line)
   end
   if options.fail and #comparison.regressions > 0 then
      failure.trial("%s", tables.verdict(comparison))
   end
   return comparison
end

return script
