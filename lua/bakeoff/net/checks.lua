--- What every answer should be like: the field `check` of an experiment, checked and converted to the form
-- that the C side takes (src/lua/fetch/checks.c).

local base = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local statuses = require "bakeoff.net.statuses"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local checks = {}

local MOST = 32 -- bakeoff/fetch.h
local FIELDS = { "status", "max_time", "min_bytes", "max_bytes", "header", "body", "fail" }
local LONGEST_SHOWN = 60 -- bytes of a text in a check's name
local NANO = 1e9

local function quoted(words)
   return ("'%s'"):format(text.cut((text.printable(words):gsub("[\n\t]", " ")), LONGEST_SHOWN))
end

local function check_text(value, argument)
   if type(value) ~= "string" or value == "" then
      failure.usage("%s: expected a text that is to be found, got '%s'", argument, text.shown(value))
   end
   return value
end

-- --- one function per field: value, argument → entries of the list ----------------------------------

local of = {}

function of.status(value, argument)
   local list = statuses.check(value, argument)
   return { { kind = "status", statuses = statuses.bounds(list),
      name = "status is " .. numbers.list(list, " or ") } }
end

function of.max_time(value, argument)
   local seconds = units.seconds(value, argument)
   if seconds <= 0 then
      failure.usage("%s: no answer takes no time; write a duration such as \"1s\"", argument)
   end
   return { { kind = "max_time", amount = seconds * NANO,
      name = "takes at most " .. numbers.format(seconds, "time") } }
end

local function of_bytes(kind, words)
   return function(value, argument)
      local bytes = units.bytes(value, argument)
      return { { kind = kind, amount = bytes, name = words:format(numbers.plural(bytes, "byte")) } }
   end
end

of.min_bytes = of_bytes("min_bytes", "has at least %s")
of.max_bytes = of_bytes("max_bytes", "has at most %s")

local function header(name, value, argument)
   local shown = ("header %s"):format(type(name) == "string" and name:lower() or "?")
   if type(name) ~= "string" or not name:match("^[^%c:%s]+$") then
      failure.usage('%s: \'%s\' is not the name of a header; write { ["content-type"] = "json" }', argument,
         text.shown(name))
   elseif value == true then
      return { kind = "header", header = name, name = shown .. " is there" }
   end
   check_text(value, ("%s[%q]"):format(argument, name))
   return { kind = "header", header = name, text = value, name = shown .. " contains " .. quoted(value) }
end

function of.header(value, argument)
   if type(value) ~= "table" or next(value) == nil then
      failure.usage('%s: expected a table such as { ["content-type"] = "json" }; true: the header must only '
         .. "be there", argument)
   end
   local list = {}
   for name, one in pairs(value) do
      list[#list + 1] = header(name, one, argument)
   end
   table.sort(list, function(a, b) return a.name < b.name end)
   return list
end

function of.body(value, argument)
   local list = {}
   for index, one in ipairs(type(value) == "table" and value or { value }) do
      check_text(one, type(value) == "table" and ("%s[%d]"):format(argument, index) or argument)
      list[index] = { kind = "body", text = one, name = "body contains " .. quoted(one) }
   end
   return #list > 0 and list or failure.usage("%s: the list is empty; give at least one text", argument)
end

-- --- all of them ----------------------------------------------------------------------------------

--- value: the script's table. → { given = value, fail = must all pass?, list = for core.checks }
function checks.check(value, argument)
   if type(value) ~= "table" then
      failure.usage('%s: expected a table such as { status = 200, max_time = "1s" }, got %s', argument,
         text.kind(value))
   end
   base.refuse_unknown(value, FIELDS, argument)
   local list = {}
   for _, field in ipairs(FIELDS) do
      if of[field] and value[field] ~= nil then
         local found = of[field](value[field], ("%s.%s"):format(argument, field))
         table.move(found, 1, #found, #list + 1, list)
      end
   end
   if #list == 0 or #list > MOST then
      failure.usage('%s: expected 1 to %d checks, such as { status = 200, max_time = "1s" }, got %d',
         argument, MOST, #list)
   end
   return { given = value, list = list, fail = base.flag(value.fail, argument .. ".fail") }
end

return checks
