--- Random values for commands and tasks: "1..1000" draws one of the whole numbers of a range, "a,b,c" one of
-- a list's values. They are drawn once for each block, from the seed: all trials of a block get the
-- same, so that they stay comparable, and a run that is resumed gets those that it would have got.

local failure = require "bakeoff.base.failure"
local fingerprint = require "bakeoff.base.fingerprint"
local placeholders = require "bakeoff.contenders.command.placeholders"
local random = require "bakeoff.base.random"
local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"
local values = require "bakeoff.base.values"

local random_values = {}

local MOST_DIGITS = 15 -- as in lists; so many are exact in every program

-- "1..1000" → 1, 1000; nil for what isn't a range of whole numbers. Such a range may be wider than a list.
local function range_of(words)
   local first, last = words:match "^([+-]?%d+)%.%.([+-]?%d+)$"
   if not first or #first > MOST_DIGITS or #last > MOST_DIGITS then
      return nil
   end
   first, last = math.tointeger(tonumber(first)), math.tointeger(tonumber(last))
   return math.min(first, last), math.max(first, last)
end

--- "1..1000" or "a,b,c" → what draw() draws from; or nil, message.
function random_values.parse(words)
   local low, high = range_of(words)
   if low then
      return { low = low, high = high }
   end
   local list, message = values.parse(words)
   return list and { list = list }, message
end

-- What is wrong with a name, or nil.
local function fault_of(name)
   if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" then
      return ("'%s' is not accepted; a name has letters, digits and _"):format(text.shown(name))
   elseif placeholders.MEANINGS[name] then
      return ("{%s} is a built-in placeholder; choose another name"):format(name)
   elseif secrets.is_name(name) then
      return ("'%s' looks like the name of a secret, but what is drawn is recorded; choose another name")
         :format(name)
   end
end

--- Checks a table name → "1..1000" or "a,b,c"; nil stays nil. → name → what draw() draws from
function random_values.check(given, argument)
   if given == nil then
      return nil
   elseif type(given) ~= "table" or next(given) == nil then
      failure.usage("%s: expected a table of names and values, such as { key = \"1..1000\" }", argument)
   end
   local checked = {}
   for name, words in pairs(given) do
      local fault = fault_of(name)
      if fault then
         failure.usage("%s: %s", argument, fault)
      elseif type(words) ~= "string" then
         failure.usage("%s.%s: expected a text, such as \"1..1000\" or \"a,b,c\", got a %s", argument, name,
            type(words))
      end
      local one, message = random_values.parse(words)
      checked[name] = one or failure.usage("%s.%s: %s", argument, name, message)
      one.given = words
   end
   return checked
end

--- Raises for names that nobody uses: no command, and there is no task, which may. experiment: checked.
function random_values.refuse_unused(checked, argument, experiment)
   local entries = experiment.contenders
   if experiment.form == "task" then
      return
   end
   for _, name in ipairs(text.sorted_keys(checked or {})) do
      local is_used = false
      for _, entry in ipairs(entries) do
         is_used = is_used or (entry.uses or {})[name] ~= nil
      end
      if not is_used then
         failure.usage("%s: no command uses {%s}; write it in one, or leave it out", argument, name)
      end
   end
end

--- What the manifest records: name → words as they were given.
function random_values.record(checked)
   local record = {}
   for name, one in pairs(checked or {}) do
      record[name] = one.given
   end
   return next(record) and record or nil
end

--- The values of a block: a whole number from a range, a text from a list; nil if there are none. uses: the
-- names that are wanted; nil: all.
function random_values.draw(checked, uses, block, seed)
   local drawn = {}
   for name, one in pairs(checked or {}) do
      if not uses or uses[name] then
         local words = ("random %s %d"):format(name, block)
         local generator = random.new(seed ~ tonumber(fingerprint.of(words), 16))
         drawn[name] = one.list and one.list[generator:below(#one.list)]
            or one.low + generator:below(one.high - one.low + 1) - 1
      end
   end
   return next(drawn) and drawn or nil
end

return random_values
