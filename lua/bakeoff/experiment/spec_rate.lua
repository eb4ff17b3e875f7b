--- Open loops: the rate at which jobs start, whether or not earlier jobs have ended, or the times at which
-- they do. An experiment's `rate`, `arrivals`, `speed` and `max_queue` hold for all its contenders; an
-- entry's own values override them.

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local spec_rate = {}

spec_rate.FIELDS = { "rate", "arrivals", "speed", "max_queue" }

local FASTEST = 1e6
local ARRIVALS = { "constant", "poisson", "recorded" }
local RECORDED = "recorded" -- at the times that the list of URLs or items has (net/recorded.lua)

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
   failure.usage("%s: '%s' is not accepted; write \"constant\", \"poisson\" or \"recorded\"%s", argument,
      text.shown(value), text.suggestion(tostring(value), ARRIVALS))
end

local function check_speed(value, argument)
   if type(value) ~= "number" or not (value > 0 and value <= FASTEST) then
      failure.usage("%s: '%s' is not accepted; write a number above zero, such as 2 for half the time",
         argument, text.shown(value))
   end
   return value
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

--- Checks of the fields: function(value, argument), nil for nil.
spec_rate.FIELD_CHECKS = {
   rate = given_only(spec_rate.check_rate), arrivals = given_only(check_arrivals),
   speed = given_only(check_speed),
   max_queue = given_only(function(value, argument) return checks.whole(value, 1, argument) end),
}

--- The fields of an entry, checked; nil for those it doesn't set. place: prefix of the argument's name,
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

--- A speed: "2", "0.5".
function spec_rate.times(speed) return ("%.6g"):format(speed) end

--- The suffix of an entry's label for a rate of its own; "" if it has none.
function spec_rate.label(own)
   if own.rate then
      return " at " .. spec_rate.words(own.rate)
   elseif own.arrivals == RECORDED or own.speed then
      return " as recorded" .. (own.speed and (", %s×"):format(spec_rate.times(own.speed)) or "")
   end
   return own.rate == false and " (closed loop)" or ""
end

local function refuse_without_rate(own, place)
   for _, field in ipairs { "speed", "arrivals", "max_queue" } do
      if own[field] ~= nil and field == "speed" then
         failure.usage("%sspeed: only recorded arrivals have one; add arrivals = \"recorded\"", place)
      elseif own[field] ~= nil then
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

-- --- recorded arrivals ----------------------------------------------------------------------------

-- The list with the times: of the URLs or the items; raises if it has none, or wrong ones.
local function times_of(experiment, place)
   local name = experiment.urls and "urls" or "items"
   local list = experiment[name] or {}
   local times = rawget(list, "times")
   if type(times) ~= "table" then
      failure.usage("%sarrivals: the list of %s has no recorded times; take it from bake.recorded(file)",
         place,
         name)
   elseif #times ~= #list then
      failure.usage("%s.times: there are %d times for %d %s; give one for each", name, #times, #list, name)
   end
   local before = 0.0
   for index, time in ipairs(times) do
      if math.type(time) == nil or not (time >= before and time < math.huge) then
         failure.usage("%s.times[%d]: '%s' is not accepted; write seconds from the first, none less than the "
            .. "one before", name, index, text.shown(time))
      end
      before = time
   end
   return times
end

-- The time of the last job, and the average rate.
local function span_and_rate(times, speed)
   local span = ((times[#times] or 0.0) - (times[1] or 0.0)) / speed
   return (times[#times] or 0.0) / speed, span > 0 and (#times - 1) / span or math.max(#times, 1)
end

local function check_span(needed, timeout)
   if needed > timeout * spec_rate.STARTING then
      failure.usage("arrivals: the recording takes %s, but a trial may take only %s; raise timeout or speed",
         numbers.format(needed, "time"), numbers.format(timeout, "time"))
   end
end

-- → schedule with the average rate
local function recorded_schedule(schedule, experiment, place)
   schedule.speed = schedule.speed or 1
   local needed, rate = span_and_rate(times_of(experiment, place), schedule.speed)
   check_span(needed, experiment.timeout)
   schedule.rate = rate
   return schedule
end

-- --- schedules ------------------------------------------------------------------------------------

-- The fields of an entry, with the experiment's where it has none. An entry's own rate, even if that is
-- false, or its own arrivals take the place of all that the experiment says about when jobs start.
local function fields_of(own, usual)
   local fields = {}
   local is_own = own.rate ~= nil and usual.arrivals == RECORDED or own.arrivals == RECORDED
   for _, field in ipairs(spec_rate.FIELDS) do
      fields[field] = own[field]
      if own[field] == nil and not (is_own and field ~= "max_queue") then
         fields[field] = usual[field]
      end
   end
   return fields
end

-- → the schedule of an entry, or nil in a closed loop
local function schedule_of(entry, experiment)
   local own = entry.own_rate or {}
   local schedule = fields_of(own, experiment)
   local place = entry.argument .. ": "
   if schedule.arrivals == RECORDED then
      if schedule.rate then
         failure.usage("%srate: recorded arrivals have times of their own; leave it out, or give a speed",
            own.rate and place or "")
      end
      return recorded_schedule(schedule, experiment, own.arrivals and place or "")
   elseif schedule.speed ~= nil then
      refuse_without_rate({ speed = schedule.speed }, own.speed and place or "")
   end
   if not schedule.rate then
      refuse_without_rate(own, entry.argument .. ": ")
      return nil
   end
   schedule.arrivals = schedule.arrivals or "constant"
   return schedule
end

--- Gives each entry its `schedule`: { rate =, arrivals =, speed = and max_queue = or nil }. usual: the
-- checked experiment.
function spec_rate.complete(entries, usual, count, timeout)
   for _, entry in ipairs(entries) do
      if entry.contender.records_no_jobs then
         if usual.rate or usual.arrivals == RECORDED then
            failure.usage("%s: %s is a command, which starts its jobs itself; give a rate to the other " ..
               "contenders", usual.rate and "rate" or "arrivals", entry.argument)
         end
      else
         entry.schedule = schedule_of(entry, usual)
         if entry.schedule and entry.schedule.arrivals ~= RECORDED then
            check_time(entry.schedule, count, timeout, (entry.own_rate or {}).rate
               and entry.argument .. ": " or "")
         end
      end
   end
   if not usual.rate and usual.arrivals ~= RECORDED then
      refuse_without_rate(usual, "")
   end
end

-- When each job is due, in seconds from the beginning of the work.
local function due_times(experiment, speed)
   local times, due = (experiment.urls or experiment.items).times, {}
   for index, time in ipairs(times) do
      due[index] = time / speed
   end
   return due
end

--- The argument of jobs:new_recorder for a trial of this block. All cells of a block get the same arrivals.
function spec_rate.recorder(experiment, entry, block)
   local schedule = entry.schedule or {}
   return { rate = schedule.rate, arrivals = schedule.arrivals, max_queue = schedule.max_queue,
      times = schedule.arrivals == RECORDED and due_times(experiment, schedule.speed) or nil,
      start_within = experiment.timeout * spec_rate.STARTING,
      seed = (experiment.seed or 1) * 1000003 + block }
end

return spec_rate
