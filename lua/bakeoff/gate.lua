--- Gates: short conditions on the results, for scripts that must fail when a figure gets worse.
--
--    "errors == 0"                               jobs failed or lost, and trials that failed, of all cells
--    "footprint_peak(eventloop) < 40MiB"         every worker count of that contender
--    "total_s(threads, 16) <= 1.5s"              one cell
--    'work_s("threads (one interpreter)") < 2s'  a label that is no plain word
-- A figure is the median over the cell's repeats. Without a contender it must hold for every cell.

local failure = require "bakeoff.failure"
local numbers = require "bakeoff.numbers"
local units = require "bakeoff.units"

local gate = {}

local METRICS = {
   errors = { kind = "count" },
   total_s = { kind = "time" }, work_s = { kind = "time" }, setup_s = { kind = "time" },
   cpu_s = { kind = "time" }, latency_p50_s = { kind = "time" }, latency_p99_s = { kind = "time" },
   requests_per_s = { kind = "rate" }, cores_used = { kind = "count" }, connections = { kind = "count" },
   in_flight_peak = { kind = "count" },
   footprint_peak = { kind = "size", field = "footprint_peak_bytes" },
   footprint_above = { kind = "size", field = "footprint_above_bytes" },
}
for alias, name in pairs { total = "total_s", work = "work_s", setup = "setup_s", cpu = "cpu_s",
   latency_p50 = "latency_p50_s", latency_p99 = "latency_p99_s",
   footprint_peak_bytes = "footprint_peak" } do
   METRICS[alias] = { kind = METRICS[name].kind, field = METRICS[name].field or name }
end

local OPERATORS = {
   ["<"] = function(a, b) return a < b end,
   ["<="] = function(a, b) return a <= b end,
   [">"] = function(a, b) return a > b end,
   [">="] = function(a, b) return a >= b end,
   ["=="] = function(a, b) return a == b end,
   ["~="] = function(a, b) return a ~= b end,
   ["!="] = function(a, b) return a ~= b end,
}

local function misuse(text, reason)
   failure.usage("gate '%s': %s; write for example \"footprint_peak(eventloop) < 40MiB\"", text, reason)
end

local function parse_value(text, value, kind)
   local readers = { time = units.seconds, size = units.bytes, rate = units.per_second, count = tonumber }
   local ok, number = pcall(readers[kind], value)
   if not ok or type(number) ~= "number" then
      misuse(text, ("'%s' is no %s"):format(value, kind == "count" and "number" or kind))
   end
   return number
end

-- `"label", workers` or `label, workers` → label or nil, workers or nil
local function parse_cell(text, inside)
   if inside == "" then
      return nil
   end
   local label, rest = inside:match('^"([^"]*)"%s*(.*)$')
   if not label then
      label, rest = inside:match("^([^,]-)%s*(,.*)$")
      label, rest = label or inside, rest or ""
   end
   local workers = rest:match("^,%s*(%d+)$")
   if rest ~= "" and not workers then
      misuse(text, ("'%s' is no worker count"):format(rest:gsub("^,%s*", "")))
   end
   return label, math.tointeger(workers)
end

--- { metric, kind, field, label, workers, operator, value, text } of one condition. Raises (usage).
function gate.parse(text)
   if type(text) ~= "string" then
      failure.usage("gate: a condition is a string such as \"errors == 0\", not a %s", type(text))
   end
   local left, operator, value = text:match("^%s*(.-)%s*([<>=~!]=?)%s*([^<>=~!]-)%s*$")
   if not left or not OPERATORS[operator] then
      misuse(text, "no comparison in it")
   end
   local name, inside = left:match("^([%w_]+)%s*%(%s*(.-)%s*%)$")
   name = name or left
   local metric = METRICS[name]
   if not metric then
      misuse(text, ("'%s' is no figure"):format(name))
   end
   local label, workers = parse_cell(text, inside or "")
   return {
      text = text, metric = name, kind = metric.kind, field = metric.field or name, label = label,
      workers = workers, operator = operator, value = parse_value(text, value, metric.kind),
   }
end

local function errors_of(cell)
   local errors = 0
   for _, trial in ipairs(cell.trials) do
      local jobs = trial.jobs or {}
      errors = errors + (jobs.failed or 0) + (jobs.lost or 0) + (trial.status == "ok" and 0 or 1)
   end
   return errors
end

local function selected(results, condition)
   local cells, label = {}, condition.label
   for _, cell in ipairs(results.cells) do
      local named = not label or cell.label == label or cell.contender == label or cell.name == label
      if named and (not condition.workers or cell.workers == condition.workers) then
         cells[#cells + 1] = cell
      end
   end
   if #cells == 0 then
      failure.usage("gate '%s': no trial of %s%s ran", condition.text, label or "any contender",
         condition.workers and " with " .. numbers.plural(condition.workers, "worker") or "")
   end
   return cells
end

local function value_of(results, cell, condition)
   if condition.metric == "errors" then
      return errors_of(cell)
   end
   local summary = results:summary_of(cell)[condition.field]
   return summary and summary.median
end

local function show(value, kind)
   if kind == "rate" then
      return numbers.plain(value) .. "/s"
   end
   return kind == "count" and ("%.9g"):format(value) or numbers.format(value, kind)
end

-- A sentence for a cell that fails the condition, or nil.
local function failing(results, cell, condition)
   local value = value_of(results, cell, condition)
   local who = ("%s with %s"):format(cell.name, numbers.plural(cell.workers, "worker"))
   if not value then
      return ("%s has no figure (no trial ended well)"):format(who)
   elseif not OPERATORS[condition.operator](value, condition.value) then
      return ("%s: %s"):format(who, show(value, condition.kind))
   end
end

--- Checks a list of conditions: returns true, or raises (trial) with one line naming all that failed.
function gate.check(results, gates)
   local conditions, failed = {}, {}
   for index, text in ipairs(gates) do
      conditions[index] = gate.parse(text)
   end
   for _, condition in ipairs(conditions) do
      local parts = {}
      for _, cell in ipairs(selected(results, condition)) do
         parts[#parts + 1] = failing(results, cell, condition)
      end
      if #parts > 0 then
         failed[#failed + 1] = ("%s (%s)"):format(condition.text, table.concat(parts, ", "))
      end
   end
   if #failed > 0 then
      local start = #failed == 1 and "gate failed: " or "gates failed: "
      failure.trial("%s", start .. table.concat(failed, "; "))
   end
   return true
end

return gate
