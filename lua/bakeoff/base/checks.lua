--- Checks of the values that a script gives. Each raises a usage failure that names the argument and says
-- what to write instead.

local failure = require "bakeoff.base.failure"
local lists = require "bakeoff.base.lists"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local checks = {}

--- Refuses fields of `given` that aren't in the list `known`. `slots`: given may have [1] … [slots].
function checks.refuse_unknown(given, known, argument, slots)
   for field in pairs(given) do
      local is_known = math.type(field) == "integer" and field >= 1 and field <= (slots or 0)
      for _, name in ipairs(known) do
         is_known = is_known or name == field
      end
      if not is_known then
         failure.usage("%s: unknown field '%s'%s", argument, text.shown(field),
            text.suggestion(tostring(field), known))
      end
   end
end

--- One of the list `names`.
function checks.one_of(value, names, argument)
   for _, name in ipairs(names) do
      if value == name then
         return value
      end
   end
   failure.usage("%s: %s", argument, text.none_of(value, names))
end

--- true or false; nil counts as false.
function checks.flag(value, argument)
   if value ~= nil and type(value) ~= "boolean" then
      failure.usage("%s: '%s' is not accepted; write true or false", argument, text.shown(value))
   end
   return value or false
end

local LABEL_CHARACTERS = { ["\t"] = "a tab", ["\n"] = "a line break" }

checks.LONGEST_LABEL = 1000 -- bytes; what is longer makes charts slow, and runs/schema.lua refuses it

--- Why a text can't be a label ("contains a tab; …"), or nil if it can. Labels stand in lines of tables and
-- charts.
function checks.label_fault(label)
   if not label:find("%S") then
      return "is empty; write a word or a few"
   elseif not utf8.len(label) then
      return "is not valid UTF-8; write it in UTF-8"
   elseif #label > checks.LONGEST_LABEL then
      return ("has %d bytes; write at most %d"):format(#label, checks.LONGEST_LABEL)
   end
   local character = label:match("%c")
   if character then
      return ("contains %s; leave it out"):format(LABEL_CHARACTERS[character]
         or ("the control character \\x%02X"):format(character:byte()))
   end
   return text.printable(label) ~= label and "contains an invisible control character; leave it out" or nil
end

--- Can this value name a run folder?
function checks.is_folder_name(value)
   return type(value) == "string" and value:match("^[%w_][%w_.-]*$") ~= nil
end

--- Converts an option's text: a folder name; or nil, message.
function checks.folder_name(value)
   if checks.is_folder_name(value) then
      return value
   end
   return nil, ("'%s' is not a folder name; use letters, digits, '_', '-' and '.'"):format(text.shown(value))
end

--- A whole number from `least`, as an integer.
function checks.whole(value, least, argument)
   local number = type(value) == "number" and math.tointeger(value)
   if not number or number < least then
      failure.usage("%s: '%s' is not accepted; write a whole number from %d", argument, text.shown(value),
         least)
   end
   return number
end

--- The elements of "a, b,c", each once, in the order given; or nil, message if one of them is empty. Elements
-- may be in quotes (lists.lua). example: a list that would be accepted.
function checks.list(given, example)
   local words, message = lists.words(given, "write a list such as " .. example)
   local list, seen = {}, {}
   for _, word in ipairs(words or {}) do
      list[#list + 1] = not seen[word.text] and word.text or nil
      seen[word.text] = true
   end
   return words and list, message
end

local MOST_WORKERS = 65535

--- A list of worker counts, each once.
function checks.workers(list, argument)
   list = type(list) == "table" and list or { list }
   if #list == 0 then
      failure.usage("%s: expected a list of worker counts, such as { 1, 4, 16 }", argument)
   end
   local counts, has = {}, {}
   for i, given in ipairs(list) do
      local count = checks.whole(given, 1, ("%s[%d]"):format(argument, i))
      if count > MOST_WORKERS then
         failure.usage("%s[%d]: %d workers are too many; write at most %d", argument, i, count, MOST_WORKERS)
      elseif not has[count] then
         counts[#counts + 1], has[count] = count, true
      end
   end
   return counts
end

--- Seconds, at least `least`.
function checks.duration(value, least, argument)
   local seconds = units.seconds(value, argument)
   if seconds < least then
      failure.usage("%s: '%s' is too short; write at least %s", argument, text.shown(value),
         numbers.format(least, "time"))
   end
   return seconds
end

return checks
