--- Checks of the fields of an entry { "command", … }.

local checks = require "bakeoff.base.checks"
local contender_type = require "bakeoff.model.contender"
local failure = require "bakeoff.base.failure"
local field_checks = require "bakeoff.experiment.field_checks"
local placeholders = require "bakeoff.contenders.command.placeholders"
local text = require "bakeoff.base.text"

local spec_command_fields = {}

-- A word of a command line; a number is allowed, too.
local function check_word(word, argument)
   if math.type(word) == "integer" or math.type(word) == "float" then
      word = tostring(word)
   end
   if type(word) ~= "string" then
      failure.usage("%s: expected a text, got a %s", argument, type(word))
   elseif word:find("\0", 1, true) then
      failure.usage("%s: a word of a command cannot contain a zero byte", argument)
   end
   return word
end

local function check_words(list, argument, uses)
   if type(list) ~= "table" then
      failure.usage("%s: expected a list of words, such as { \"curl\", \"{url}\" }, got a %s", argument,
         type(list))
   end
   local count, words = 0, {}
   for _ in pairs(list) do
      count = count + 1
   end
   if count == 0 or count ~= #list then
      failure.usage("%s: expected a list of words with the keys 1, 2, 3, …; %s", argument,
         count == 0 and "this one is empty" or "this table has others, or gaps")
   end
   for i, word in ipairs(list) do
      local place = ("%s[%d]"):format(argument, i)
      words[i] = check_word(word, place)
      if uses then
         placeholders.check(words[i], place, uses)
      end
   end
   if not words[1]:find("%S") then
      failure.usage("%s[1]: expected the name of a program, got an empty text", argument)
   end
   return words
end

local function check_path(value, argument, uses)
   if type(value) ~= "string" or value == "" or value:find("\0", 1, true) then
      failure.usage("%s: expected the name of a file or folder, got '%s'", argument, text.shown(value))
   end
   return placeholders.check(value, argument, uses)
end

local function check_env(env, argument, uses)
   if type(env) ~= "table" then
      failure.usage("%s: expected a table, such as { LANG = \"C\" }, got a %s", argument, type(env))
   end
   local checked = {}
   for name, value in pairs(env) do
      if type(name) ~= "string" or name == "" or name:find("[=%z]") then
         failure.usage("%s: '%s' is not the name of a variable", argument, text.shown(name))
      end
      local place = ("%s.%s"):format(argument, name)
      if value == true then
         failure.usage("%s: expected a text, or false to remove the variable, got true", place)
      end
      checked[name] = value and placeholders.check(check_word(value, place), place, uses)
   end
   return checked
end

local function check_codes(codes, argument)
   if codes == "all" then
      return codes
   end
   local checked = {}
   for i, code in ipairs(type(codes) == "table" and codes or { codes }) do
      local number = math.tointeger(code)
      if type(code) ~= "number" or not number or number < 0 or number > 255 then
         failure.usage("%s: '%s' is not an exit code; write a list of whole numbers from 0 to 255, or " ..
            "\"all\"", argument, text.shown(code))
      end
      checked[i] = number
   end
   if #checked == 0 then
      failure.usage("%s: the list is empty, so that no run could succeed; write { 0 } or \"all\"", argument)
   end
   return checked
end

local function check_model(model, argument) return checks.one_of(model, contender_type.MODELS, argument) end

local function check_package(name, argument)
   if type(name) ~= "string" or not name:find("%S") or name:find("%c") then
      failure.usage("%s: expected the name of a package to install, got '%s'", argument, text.shown(name))
   end
   return name
end

-- What was varied: { { "level", "9" }, … }. Exports show it; nothing else depends on it.
local function check_parameters(list, argument)
   local checked = {}
   for i, pair in ipairs(type(list) == "table" and list or { list }) do
      local name, value = (type(pair) == "table" and pair or {})[1], (type(pair) == "table" and pair or {})[2]
      if type(name) ~= "string" or value == nil or type(value) == "table" then
         failure.usage("%s[%d]: expected a name and a value, such as { \"level\", \"9\" }", argument, i)
      end
      checked[i] = { name, tostring(value) }
   end
   return checked
end

--- Field → check(value, argument, uses), which returns the value to use and adds its placeholders to `uses`.
spec_command_fields.CHECKS = {
   setup = check_words, cleanup = check_words, conclude = check_words,
   show_output = field_checks.flag, pipe_output = field_checks.flag,
   argv = check_words, empty = check_words, prepare = check_words, env = check_env, cwd = check_path,
   stdin = check_path, stdout = check_path, ok_codes = check_codes, model = check_model,
   package = check_package, parameters = check_parameters,
   check = function(list, argument) return check_words(list, argument) end,
}

return spec_command_fields
