--- A script's own options: `bake.options { days = { 100, "days of ticket prices" } }`.
--
-- Under `bakeoff run`, one parser reads the script's options and those of the command. It runs when the
-- script declares its options; if the script never does, when its first experiment asks for the settings,
-- or when the script ends. Under a stock Lua interpreter the global `arg` is parsed by the same rules when
-- the script declares options. Owned by the bench's Lua state; trials only inherit the parsed values.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local options = {}

-- Raised after help was shown: it stops the script, and the command ends without a message.
local HELP_SHOWN = setmetatable({ silent = true, exit_code = 0 }, {
   __tostring = function() return "help was shown" end,
})

-- argv, script, command, in_command, on_known; once known: declared, values, settings
local state = {}

--- Forgets everything; for tests, and for the command before each script. line: { argv = what is left to
-- parse, script = path, command = the whole command line, program = name of the command (default: "bakeoff
-- run"), define = function(parser) that adds its options (default: those of cli/run_options) and returns
-- their groups, fields = further settings to keep }, or nil.
function options.reset(line)
   line = line or {}
   state = { argv = line.argv, script = line.script, command = line.command, in_command = line.argv ~= nil,
      program = line.program or "bakeoff run", define = line.define, fields = line.fields or {} }
end

local function accepted(value)
   local kind = math.type(value) == "integer" and "whole number" or "number"
   return ("a %s, such as %s"):format(kind, value)
end

local function number_converter(default)
   return function(given)
      local number = tonumber(given)
      local fits = number and number == number and math.abs(number) < math.huge
      if fits and math.type(default) == "integer" then
         number = math.tointeger(number)
      end
      if fits and number then
         return number
      end
      return nil, ("'%s' is not accepted; write %s"):format(given, accepted(default))
   end
end

local function dashed(name) return "--" .. name:gsub("_", "-") end

local function check_spec(name, spec)
   if type(name) ~= "string" or not name:match("^%a[%w_]*$") then
      failure.usage("bake.options: '%s' is not a valid name; use letters, digits and _", tostring(name))
   end
   spec = type(spec) == "table" and spec or { spec }
   local kind = type(spec[1])
   if kind ~= "number" and kind ~= "string" and kind ~= "boolean" then
      failure.usage('bake.options: %s needs a default, as in %s = { 100, "what it is" }', name, name)
   end
   return { name = name, default = spec[1], description = spec[2] or "", kind = kind }
end

local function checked(declaration)
   if type(declaration) ~= "table" then
      failure.usage('bake.options: expected a table, such as { days = { 100, "days to fetch" } }')
   end
   local specs = {}
   for name, spec in pairs(declaration) do
      specs[#specs + 1] = check_spec(name, spec)
   end
   table.sort(specs, function(a, b) return a.name < b.name end)
   return specs
end

-- A switch that is on by default is turned off by --no-name.
local function add_switch(parser, spec)
   local off = spec.default
   local name = off and dashed("no_" .. spec.name) or dashed(spec.name)
   return parser:flag(name, spec.description):target("script_" .. spec.name)
      :action(off and "store_false" or "store_true")
end

local function add_value(parser, spec)
   local default = spec.default ~= "" and (" (default: %s)"):format(spec.default) or ""
   local option = parser:option(dashed(spec.name), (spec.description .. default))
   option:target("script_" .. spec.name):argname(spec.kind == "number" and "N" or "TEXT")
   if spec.kind == "number" then
      option:convert(number_converter(spec.default))
   end
   return option
end

local function refuse_taken(parser, spec)
   for _, option in ipairs(parser._options) do
      for _, alias in ipairs(option._aliases) do
         if alias == dashed(spec.name) then
            failure.usage("bake.options: '%s' is an option of %s; choose another name", spec.name,
               state.program)
         end
      end
   end
end

local function script_name() return state.script and state.script:match("[^/]*$") end

local function build_parser(specs)
   local arguments = require "bakeoff.cli.arguments"
   local name = state.in_command and state.program or "lua5.4"
   local parser, of_script = arguments.parser(name), {}
   local groups = (state.define or require("bakeoff.cli.run_options").define)(parser)
   arguments.add_help(parser)
   for _, spec in ipairs(specs) do
      refuse_taken(parser, spec)
      local add = spec.kind == "boolean" and add_switch or add_value
      of_script[#of_script + 1] = add(parser, spec)
   end
   local script = state.script or "SCRIPT"
   parser:usage(("Usage: %s %s [options]"):format(name, script))
   if #of_script > 0 then
      parser:group("Options of " .. (script_name() or "the script"), table.unpack(of_script))
   end
   arguments.add_groups(parser, groups)
   return parser, ("%s %s --help"):format(name, script)
end

local function script_values(specs, parsed)
   local values = {}
   for _, spec in ipairs(specs) do
      local given = parsed["script_" .. spec.name]
      values[spec.name] = spec.default
      if given ~= nil then
         values[spec.name] = given
      end
   end
   return values
end

-- Does the command line leave what is measured as the script says it?
local function is_as_written(specs, parsed)
   for _, field in ipairs(require("bakeoff.cli.run_options").MEASURING) do
      if parsed[field] ~= nil then
         return false
      end
   end
   for name, value in pairs(script_values(specs, parsed)) do
      for _, spec in ipairs(specs) do
         if spec.name == name and spec.default ~= value then
            return false
         end
      end
   end
   return true
end

-- The script's folder as an absolute path without a trailing slash; nil if no script runs.
local function script_folder()
   local script = state.script
   return script and core.absolute(script:match("^(.*)/[^/]*$") or ".") or nil
end

local function settings_from(parsed, values)
   local settings = { command = state.command, script = script_name(), script_folder = script_folder(),
      options = values }
   for _, list in ipairs { require("bakeoff.cli.run_options").FIELDS, state.fields } do
      for _, field in ipairs(list) do
         settings[field] = parsed[field]
      end
   end
   settings.resume = settings.resume or false
   settings.exports = require("bakeoff.cli.exports").wanted(parsed)
   return settings
end

-- The command catches this and exits with 0; a stock interpreter would report an error.
local function stop_after_help()
   if not state.in_command then
      os.exit(0, true)
   end
   error(HELP_SHOWN, 0)
end

local function parse(specs)
   local parsed = {}
   if state.argv then
      local arguments = require "bakeoff.cli.arguments"
      local parser, see = build_parser(specs)
      if arguments.wants_help(state.argv) then
         io.stdout:write(parser:get_help(), "\n")
         stop_after_help()
      end
      local ok, found = pcall(arguments.parse, parser, state.argv, see)
      state.refused = not ok and found or nil
      parsed = ok and found or error(found, 0)
   end
   state.values = script_values(specs, parsed)
   state.is_as_written = is_as_written(specs, parsed)
   state.settings = settings_from(parsed, state.values)
   local on_known = state.on_known
   if on_known then
      state.on_known = nil
      on_known(state.settings, state.is_as_written)
   end
end

-- The values of a command line without options of the script's own; nil if it has some, or asks for help, or
-- is wrong: these wait for the script, which decides what is an option.
local function parsed_early()
   local arguments = require "bakeoff.cli.arguments"
   if arguments.wants_help(state.argv) then
      return nil
   end
   local ok, parsed = pcall(arguments.parse, build_parser {}, state.argv)
   return ok and parsed or nil
end

-- Raises for an option that was not declared: its name is a typing error.
local function strict(values)
   local copy = {}
   for name, value in pairs(values) do
      copy[name] = value
   end
   return setmetatable(copy, {
      __key = function() return values end, -- what counts of them in a digest (base/digest.lua)
      __index = function(_, name)
         local best = text.suggestion(tostring(name), text.sorted_keys(values))
         error(("bake.options does not declare '%s'%s"):format(tostring(name),
            best ~= "" and best or "; declare it there"), 2)
      end,
   })
end

-- If a stock Lua interpreter runs the script, its command line is the global `arg`.
local function adopt_global_arg()
   local line = rawget(_G, "arg")
   if not state.argv and type(line) == "table" and line[0] then
      state.argv = table.move(line, 1, #line, 1, {})
      state.script = line[0]
      state.command = table.move(line, 1, #line, 3, { line[-1] or "lua5.4", line[0] })
   end
end

--- Declares the script's options and returns their values: declare { days = { 100, "…" } } → { days = 100 }.
-- The default's type decides: number, string, or boolean (a switch); cache_size becomes --cache-size.
-- Raises a usage failure for a bad declaration or command line. A script may call it once.
function options.declare(declaration)
   local specs = checked(declaration)
   if state.settings then
      failure.usage(state.declared and "bake.options: already called; declare all options in one table"
         or "bake.options: called after the first experiment; declare options before it")
   end
   adopt_global_arg()
   state.declared = true
   parse(specs)
   return strict(state.values)
end

--- Takes the settings of a run whose command line was parsed elsewhere; fields as run_settings returns them.
function options.adopt(settings)
   options.reset()
   state.settings = { command = settings.command, options = {}, out = settings.out,
      resume = settings.resume or false, failed = settings.failed, exports = settings.exports,
      format = settings.format, chart_terminal = settings.chart_terminal, no_charts = settings.no_charts }
end

--- The settings that the command line gives for this run; parses it if nobody has done so yet:
-- { out, repeats, warmup, workers = {…}, contenders = {…}, seed, timeout (seconds), shake = false,
--   resume, failed (booleans: failed trials count as missing), keep_going (boolean: without the test server),
--   format (list of pictures), chart_terminal (name), command = argv as a list, script = basename,
--   script_folder = its absolute path, options = the script's own, exports = of cli/exports.wanted,
--   no_charts (boolean: draw none), all, notes, quiet (true: what the terminal shows) }; nil if not given.
function options.run_settings()
   if not state.settings then
      parse({})
   end
   return state.settings
end

--- Calls a function once, as soon as the command line is known: now if it holds options of the command alone,
-- otherwise when the script has declared its own. call(settings, is_as_written): as the functions of these
-- names return them, but without the script's own options if it is called now. For the command.
function options.when_known(call)
   local parsed = parsed_early()
   if parsed then
      call(settings_from(parsed, {}), is_as_written({}, parsed))
   else
      state.on_known = call
   end
end

--- Was this raised because help was asked for, and shown?
function options.is_help(raised) return raised == HELP_SHOWN end

--- The failure with which the command line was refused; nil if it wasn't.
function options.refused() return state.refused end

--- Is everything measured as the script says it, because the command line overrides no field of experiments
-- and no default of the script's options?
function options.is_as_written() return options.run_settings() and state.is_as_written ~= false end

return options
