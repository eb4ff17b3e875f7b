--- When to repeat a request that failed: checks `retries` of an experiment, a request or a loop, and converts
-- it to the form that the C side takes (src/lua/fetch/options.c).

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local retries = {}

local FIELDS = { "times", "on", "backoff", "unsafe", "seed" }

-- kind as scripts name it → classes of errors
local KINDS = {
   timeout = { "timeout" }, connection = { "connect", "transfer" }, protocol = { "protocol" },
   tls = { "tls" },
}
local KIND_NAMES = { "timeout", "connection", "protocol", "tls" }

-- What ends by itself as a rule: the answers are those of an overloaded server or of a proxy before it.
local USUAL = { "timeout", "connection", 429, 502, 503, 504 }

local MOST, MOST_STATUSES = 100, 16 -- bakeoff/fetch.h
local LONGEST_BACKOFF_S, BACKOFF_S = 60, 0.1

local SAFE = { GET = true, HEAD = true, OPTIONS = true, TRACE = true }

local function times(value, argument)
   local number = checks.whole(value, 0, argument)
   return number <= MOST and number or failure.usage("%s: %d is too many; write at most %d", argument, number,
      MOST)
end

local function check_status(value, argument)
   local status = math.tointeger(value)
   return status and status >= 100 and status <= 599 and status
      or failure.usage("%s: '%s' is not an HTTP status; write a whole number from 100 to 599", argument,
         text.shown(value))
end

-- { "timeout", "connection", 503 } → classes of errors, statuses; each nil if there are none
local function kinds_and_statuses(list, argument)
   local kinds, statuses = {}, {}
   list = type(list) == "table" and list or { list }
   for index, one in ipairs(list) do
      local where = ("%s[%d]"):format(argument, index)
      if type(one) == "number" then
         statuses[#statuses + 1] = check_status(one, where)
      else
         table.move(KINDS[checks.one_of(one, KIND_NAMES, where)], 1, 2, #kinds + 1, kinds)
      end
   end
   if #list == 0 or #statuses > MOST_STATUSES then
      failure.usage('%s: expected kinds and up to %d HTTP statuses, such as { "timeout", "connection", 503 }',
         argument, MOST_STATUSES)
   end
   return #kinds > 0 and kinds or nil, #statuses > 0 and statuses or nil
end

local function backoff(value, argument)
   local seconds = units.seconds(value, argument)
   return seconds <= LONGEST_BACKOFF_S and seconds
      or failure.usage("%s: '%s' is too long; write at most 1min", argument, text.shown(value))
end

--- given: a number of retries, or a table of FIELDS. has_budget: it may have a `budget`, too, the largest
-- share of an experiment's jobs. → { times =, kinds =, statuses =, backoff_s =, unsafe =, seed =, budget = }
function retries.check(given, argument, has_budget)
   if type(given) == "number" then
      given = { times = given }
   elseif type(given) ~= "table" or given.times == nil then
      failure.usage("%s: expected a number, or a table such as { times = 3, backoff = \"50ms\" }", argument)
   end
   if given.budget ~= nil and not has_budget then
      failure.usage("%s.budget: only an experiment has one; leave it out", argument)
   end
   local known = table.move(FIELDS, 1, #FIELDS, 2, { "budget" })
   checks.refuse_unknown(given, known, argument)
   local kinds, statuses = kinds_and_statuses(given.on == nil and USUAL or given.on, argument .. ".on")
   return {
      times = times(given.times, argument .. ".times"),
      kinds = kinds, statuses = statuses,
      backoff_s = given.backoff == nil and BACKOFF_S or backoff(given.backoff, argument .. ".backoff"),
      unsafe = checks.flag(given.unsafe, argument .. ".unsafe") or nil,
      seed = given.seed == nil and 1 or checks.whole(given.seed, 0, argument .. ".seed"),
      budget = given.budget ~= nil and units.share(given.budget, argument .. ".budget") or nil,
   }
end

--- Refuses retries that would never happen. checked: from retries.check; method: of the request.
function retries.check_method(checked, method, argument)
   if not (checked.unsafe or SAFE[method]) then
      failure.usage("%s: %s may change something on the server, so it is not repeated; add unsafe = true to "
         .. "repeat it all the same", argument, text.shown(method))
   end
end

return retries
