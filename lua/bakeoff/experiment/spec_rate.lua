--- Open loops: the rate at which jobs start, whether or not earlier jobs have ended. An experiment's `rate`,
-- `arrivals` and `max_queue` hold for all its contenders; an entry's own values override them.

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local spec_rate = {}

spec_rate.FIELDS = { "rate", "arrivals", "max_queue" }

local FASTEST = 1e6
local ARRIVALS = { "constant", "poisson" }

--- The part of a trial's time limit within which jobs may start; the rest lets running jobs finish.
spec_rate.STARTING = 0.9

--- Jobs per second; false: a closed loop.
function spec_rate.check_rate(value, argument)
   if value == false then
      return false
   end
   local rate = units.per_second(value, argument)
   if rate <= 0 or rate > FASTEST then
      failure.usage("%s: '%s' is not accepted; write a rate above zero, at most 1000000, such as \"500/s\"",
         argument, text.shown(value))
   end
   return rate
end

local function check_arrivals(value, argument)
   for _, known in ipairs(ARRIVALS) do
      if value == known then
         return value
      end
   end
   failure.usage("%s: '%s' is not accepted; write \"constant\" or \"poisson\"%s", argument, text.shown(value),
      text.suggestion(tostring(value), ARRIVALS))
end

-- Makes the check of an optional field: nil passes.
local function given_only(check)
   return function(value, argument)
      if value == nil then
         return nil
      end
      return check(value, argument)
   end
end

--- Checks of the three fields: function(value, argument), nil for nil.
spec_rate.FIELD_CHECKS = {
   rate = given_only(spec_rate.check_rate), arrivals = given_only(check_arrivals),
   max_queue = given_only(function(value, argument) return checks.whole(value, 1, argument) end),
}

--- The three fields of an entry, checked; nil for those it doesn't set. place: prefix of the argument's name,
-- such as "contenders[2]: ".
function spec_rate.check(given, place)
   local checked = {}
   for _, field in ipairs(spec_rate.FIELDS) do
      checked[field] = spec_rate.FIELD_CHECKS[field](given[field], place .. field)
   end
   return checked
end

--- "500/s", "30/min": with as few digits as possible.
function spec_rate.words(rate)
   if rate >= 1 or rate * 60 < 1 then
      return ("%.6g/s"):format(rate)
   end
   return ("%.6g/min"):format(rate * 60)
end

--- The suffix of an entry's label for a rate of its own; "" if it has none.
function spec_rate.label(own)
   if own.rate then
      return " at " .. spec_rate.words(own.rate)
   end
   return own.rate == false and " (closed loop)" or ""
end

local function refuse_without_rate(own, place)
   for _, field in ipairs { "arrivals", "max_queue" } do
      if own[field] ~= nil then
         failure.usage("%s%s: only an open loop has it; add a rate, such as rate = \"500/s\"", place,
            field)
      end
   end
end

local function check_time(schedule, count, timeout, place)
   local needed = math.max(0, count - 1) / schedule.rate
   if needed > timeout * spec_rate.STARTING then
      failure.usage("%srate: %d jobs at %s take %s, but a trial may take only %s; raise timeout, or give " ..
         "fewer jobs", place, count, spec_rate.words(schedule.rate), numbers.format(needed, "time"),
         numbers.format(timeout, "time"))
   end
end

-- → the schedule of an entry, or nil in a closed loop
local function schedule_of(entry, usual)
   local own, schedule = entry.own_rate or {}, {}
   for _, field in ipairs(spec_rate.FIELDS) do
      schedule[field] = own[field]
      if own[field] == nil then
         schedule[field] = usual[field]
      end
   end
   if not schedule.rate then
      refuse_without_rate(own, entry.argument .. ": ")
      return nil
   end
   schedule.arrivals = schedule.arrivals or "constant"
   return schedule
end

--- Gives each entry its `schedule`: { rate =, arrivals =, max_queue = or nil }. usual: the experiment's three
-- fields, checked.
function spec_rate.complete(entries, usual, count, timeout)
   for _, entry in ipairs(entries) do
      if entry.contender.records_no_jobs then
         if usual.rate then
            failure.usage("rate: %s is a command, which starts its jobs itself; give a rate to the other " ..
               "contenders", entry.argument)
         end
      else
         entry.schedule = schedule_of(entry, usual)
         if entry.schedule then
            check_time(entry.schedule, count, timeout, (entry.own_rate or {}).rate
               and entry.argument .. ": " or "")
         end
      end
   end
   if not usual.rate then
      refuse_without_rate(usual, "")
   end
end

--- The argument of jobs:new_recorder for a trial of this block. All cells of a block get the same arrivals.
function spec_rate.recorder(experiment, entry, block)
   local schedule = entry.schedule or {}
   return { rate = schedule.rate, arrivals = schedule.arrivals, max_queue = schedule.max_queue,
      start_within = experiment.timeout * spec_rate.STARTING,
      seed = (experiment.seed or 1) * 1000003 + block }
end

return spec_rate
