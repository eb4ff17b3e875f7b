--- `results:compare(baseline, options)` of scripts: this run against an earlier one.
--
--    results:compare("before/tickets")                            -- prints tables
--    results:compare("before/tickets", { noise = "5%", fail = true })   -- raises when something got worse
--    local c = results:compare(earlier, { metric = "total", print = false })
--    c.rows[1].metrics.total_s.verdict

local compare = require "bakeoff.compare"
local failure = require "bakeoff.base.failure"
local metrics = require "bakeoff.model.metrics"
local tables = require "bakeoff.compare.tables"
local text = require "bakeoff.base.text"

local script = {}

local OPTIONS = { "noise", "metric", "fail", "print" }

--- 0.03 of 0.03 or "3%". Raises (usage), naming the argument.
function script.noise(value, argument)
   local percent = type(value) == "string" and value:match("^%s*([%d.]+)%s*%%%s*$")
   local number = percent and tonumber(percent) and tonumber(percent) / 100 or tonumber(value)
   if not number or number < 0 or number > 1 then
      failure.usage("%s: '%s' is no share; write for example 3%% or 0.03", argument, text.shown(value))
   end
   return number
end

--- Names of figures, with commas or as a list → their full names; nil for nil. Raises (usage).
function script.metrics(given, argument)
   local names = nil
   for name in (type(given) == "table" and table.concat(given, ",") or given or ""):gmatch("[^,%s]+") do
      names = names or {}
      names[#names + 1] = metrics.check(name, argument).name
   end
   return names
end

local function check_options(options)
   for name in pairs(options) do
      if not (" " .. table.concat(OPTIONS, " ") .. " "):find(" " .. tostring(name) .. " ", 1, true) then
         failure.usage("compare has no option '%s'%s; there are: %s", tostring(name),
            text.suggestion(tostring(name), OPTIONS), table.concat(OPTIONS, ", "))
      end
   end
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
   check_options(options)
   local comparison = compare.results(baseline, now, {
      noise = options.noise and script.noise(options.noise, "noise"),
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
