--- Checks an entry { "command", … }, and whether its program can run on this machine.

local confined = require "bakeoff.base.confined"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local placeholders = require "bakeoff.contenders.command.placeholders"
local fields = require "bakeoff.experiment.spec_command_fields"
local redact = require "bakeoff.experiment.redact"
local text = require "bakeoff.base.text"
local variables = require "bakeoff.contenders.command.variables"

local spec_command = {}

local CHECK_LIMIT_S = 60

--- Fields that only this contender has.
spec_command.FIELDS = text.sorted_keys(fields.CHECKS)

-- Standard output goes to one place.
local function check_streams(options, argument)
   for _, field in ipairs { "pipe_output", "show_output" } do
      if options[field] and (options.stdout or field == "show_output" and options.pipe_output) then
         failure.usage("%s: %s: its standard output goes to %s already; leave one of them out", argument,
            field, options.stdout and "a file (stdout)" or "a pipe (pipe_output)")
      end
   end
end

--- → options (as the script wrote them, checked), the set of placeholders in them
function spec_command.check(entry, argument)
   local options, uses = {}, {}
   if entry.argv == nil then
      failure.usage("%s: argv: a command needs the words of its command line, such as " ..
         "argv = { \"curl\", \"{url}\" }", argument)
   end
   for _, field in ipairs(spec_command.FIELDS) do
      if entry[field] ~= nil then
         options[field] = fields.CHECKS[field](entry[field], ("%s: %s"):format(argument, field), uses)
      end
   end
   check_streams(options, argument)
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

-- What stands for something else in every trial, besides random values.
local OF_TRIALS = { out = true, ["repeat"] = true, workers = true }

-- Commands that run once before or after all trials.
local ONCE = { "cleanup", "setup" }

local function check_once(entry, random)
   for _, field in ipairs(ONCE) do
      local uses = {}
      for _, word in ipairs(entry.options[field] or {}) do
         placeholders.check(word, "", uses)
      end
      for _, name in ipairs(text.sorted_keys(uses)) do
         if OF_TRIALS[name] or random[name] then
            failure.usage("%s: %s: '{%s}' differs between trials, but this command runs once; leave it out",
               entry.argument, field, name)
         end
      end
   end
end

--- Raises if an entry asks for something the experiment doesn't have. random: its random values, by name.
function spec_command.check_job(entry, job, random)
   placeholders.refuse_unknown(entry.uses, random)
   check_once(entry, random)
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

-- A program name that contains a placeholder is known only at the trial, and a setup may make the file.
local function find_program(entry)
   local options = entry.options
   local path = (options.env or {}).PATH
   local may_be_made = options.setup and options.argv[1]:find("/", 1, true)
   if may_be_made or has_placeholder(options.argv[1]) or has_placeholder(options.cwd)
      or has_placeholder(path or "") then
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
