--- Checks an entry { "command", … }, and whether its program can run on this machine.

local checks = require "bakeoff.base.checks"
local confined = require "bakeoff.base.confined"
local contender_type = require "bakeoff.model.contender"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local placeholders = require "bakeoff.contenders.command.placeholders"
local redact = require "bakeoff.experiment.redact"
local text = require "bakeoff.base.text"
local variables = require "bakeoff.contenders.command.variables"

local spec_command = {}

local CHECK_LIMIT_S = 60

-- --- fields ---------------------------------------------------------------------------------------

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

local CHECKS = {
   argv = check_words, empty = check_words, prepare = check_words, env = check_env, cwd = check_path,
   stdin = check_path, stdout = check_path, ok_codes = check_codes, model = check_model,
   package = check_package, parameters = check_parameters,
   check = function(list, argument) return check_words(list, argument) end,
}

--- Fields that only this contender has.
spec_command.FIELDS = text.sorted_keys(CHECKS)

--- → options (as the script wrote them, checked), the set of placeholders in them
function spec_command.check(entry, argument)
   local options, uses = {}, {}
   if entry.argv == nil then
      failure.usage("%s: argv: a command needs the words of its command line, such as " ..
         "argv = { \"curl\", \"{url}\" }", argument)
   end
   for _, field in ipairs(spec_command.FIELDS) do
      if entry[field] ~= nil then
         options[field] = CHECKS[field](entry[field], ("%s: %s"):format(argument, field), uses)
      end
   end
   return options, uses
end

--- The options in the form of the manifest.
spec_command.record = redact.command

--- "curl" for { "/usr/bin/curl", … }
function spec_command.label(options) return options.argv[1]:match("([^/]+)/*$") or options.argv[1] end

-- --- together with the job ------------------------------------------------------------------------

local function check_items(items, argument)
   for i, item in ipairs(items) do
      local kind = type(item)
      if kind ~= "string" and kind ~= "number" then
         failure.usage("%s: {items} writes texts and numbers to a file, but items[%d] is a %s", argument, i,
            kind)
      elseif kind == "string" and item:find("[\n\r]") then
         failure.usage("%s: {items} writes one item per line, but items[%d] contains a line break",
            argument, i)
      end
   end
end

--- Raises if an entry asks for something the experiment doesn't have.
function spec_command.check_job(entry, job)
   for _, name in ipairs { "urls", "url" } do
      if entry.uses[name] and not (job.urls and job.urls[1]) then
         failure.usage("%s: '{%s}' needs URLs, but the experiment has none", entry.argument, name)
      end
   end
   if entry.uses.items then
      if not job.items then
         failure.usage("%s: '{items}' needs items, but the experiment has none", entry.argument)
      end
      check_items(job.items, entry.argument)
   end
end

-- --- can it run? ----------------------------------------------------------------------------------

local function has_placeholder(word)
   local uses = {}
   placeholders.check(word or "", "", uses)
   return next(uses) ~= nil
end

-- A program name that contains a placeholder is known only at the trial.
local function find_program(entry)
   local options = entry.options
   local path = (options.env or {}).PATH
   if has_placeholder(options.argv[1]) or has_placeholder(options.cwd) or has_placeholder(path or "") then
      return true
   end
   local _, own = variables.of(options.env)
   return core.program_find(placeholders.expand(options.argv[1], {}), own,
      options.cwd and placeholders.expand(options.cwd, {}))
end

-- The program's directory and environment, as far as they are known before the trials.
local function surroundings(options)
   local known = {}
   for name, value in pairs(options.env or {}) do
      if not has_placeholder(value or nil) then
         known[name] = value and placeholders.expand(value, {})
      end
   end
   local cwd = not has_placeholder(options.cwd) and options.cwd or nil
   local environment, path = variables.of(known)
   return environment, path, cwd and core.absolute(placeholders.expand(cwd, {}))
end

local function run_check(options)
   local environment, path, cwd = surroundings(options)
   local words = table.move(options.check, 1, #options.check, 1, {})
   local result, message
   words[1], message = core.program_find(words[1], path, cwd)
   if words[1] then
      result, message = core.command { argv = words, environment = environment, cwd = cwd,
         timeout = CHECK_LIMIT_S }
   end
   if not result then
      return nil, message
   elseif result.code == 0 then
      return true
   end
   local last = text.last_line(text.printable(result.stderr))
   local how = result.timed_out and ("did not end within %d s"):format(CHECK_LIMIT_S)
      or result.signal ~= 0 and ("was killed by signal %d"):format(result.signal)
      or ("exited with code %d"):format(result.code)
   return nil, ("its check %s%s"):format(how, last and ": " .. last or "")
end

-- What to do about a program that isn't there.
local function remedy()
   return confined.here() and "with --untrusted, allow it: --allow-run PROGRAM"
      or "write the name of a program that is installed, or say with package = \"…\" what to install"
end

--- Can the entry's program run on this machine? → true, or nil and the reason. Raises for a missing program
-- if the entry doesn't say how to install it: that is a mistake in the script.
function spec_command.can_run(entry)
   local found, message = find_program(entry)
   if not found and not entry.options.package then
      failure.usage("%s: argv[1]: %s; %s", entry.argument, message, remedy())
   elseif not found then
      return nil, confined.here() and message .. "; " .. remedy() or message
   end
   if entry.options.check then
      return run_check(entry.options)
   end
   return true
end

return spec_command
