--- Command lines: argparse parsers whose error messages follow the rules of bakeoff. Each error is one line
-- that names the option, suggests the nearest one, and is raised as a usage failure; nothing here exits or
-- prints.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local library = require "bakeoff.base.library"
local text = require "bakeoff.base.text"

local arguments = {}

local function is_option(argument) return #argument > 1 and argument:sub(1, 1) == "-" end

-- argparse takes 130 KB, and every trial is forked from this process: it is released once the command line
-- is parsed.
local argparse

--- A new parser named, for example, "bakeoff run".
function arguments.parser(name, description)
   argparse = argparse or library.load "argparse"
   local parser = argparse(name):add_help(false):help_max_width(100):usage_max_width(100)
   if description then
      parser:description(description)
   end
   return parser
end

--- Adds -h/--help; returns the option.
function arguments.add_help(parser)
   return parser:flag("-h --help", "Show this help and exit")
end

--- The options of a parser: alias → option.
function arguments.options_of(parser)
   local map = {}
   for _, option in ipairs(parser._options) do
      for _, alias in ipairs(option._aliases) do
         map[alias] = option
      end
   end
   return map
end

--- Shows options under a heading in the help. names: list such as { "--out", "--name" }. Options that are in
-- no group come last, under "Other options".
function arguments.group(parser, heading, names)
   local map, list = arguments.options_of(parser), {}
   for index, name in ipairs(names) do
      list[index] = map[name]
   end
   parser:group(heading, table.unpack(list, 1, #names))
end

--- Shows groups in the help, after those that the parser already has. groups: list of { heading, option, … }.
function arguments.add_groups(parser, groups)
   for _, group in ipairs(groups) do
      parser:group(table.unpack(group))
   end
end

--- Declares that an option's value may be left out, and the value that it then has.
function arguments.usual_value(parser, name, value)
   parser._usual = parser._usual or {}
   parser._usual[name] = value
end

--- Declares that options (a list of names) have no effect with another one: giving both is refused.
function arguments.useless_with(parser, names, other)
   parser._useless = parser._useless or {}
   table.insert(parser._useless, { names = names, with = other })
end

--- Declares that options have no effect without another one: giving one of them alone is refused.
function arguments.useless_without(parser, names, other)
   parser._useless = parser._useless or {}
   table.insert(parser._useless, { names = names, without = other })
end

-- Fills in values that were left out: "--name" before an option, a file or the end becomes "--name=usual".
local function completed(parser, argv)
   local list = {}
   for index, argument in ipairs(argv) do
      local usual, follows = (parser._usual or {})[argument], argv[index + 1]
      local is_alone = usual and (not follows or is_option(follows) or core.file_kind(follows) ~= nil)
      list[index] = is_alone and argument .. "=" .. usual or argument
   end
   return list
end

--- Does the command line ask for help? What follows "--" doesn't count.
function arguments.wants_help(argv)
   for _, argument in ipairs(argv) do
      if argument == "--" then
         return false
      elseif argument == "-h" or argument == "--help" then
         return true
      end
   end
   return false
end

local function unknown_option(name, map)
   local message = ("unknown option '%s'"):format(name)
   if name:match("^%-%d") then
      return message .. "; write a negative value as --option=" .. name
   end
   return message .. text.suggestion(name, text.sorted_keys(map))
end

--- Index of the first argument that is neither an option of `parser` nor an option's value; nil when
-- there is none. Raises a usage failure for an unknown option before it.
function arguments.first_positional(parser, argv)
   local map, index = arguments.options_of(parser), 1
   argv = completed(parser, argv)
   while index <= #argv do
      local argument = argv[index]
      if argument == "--" then
         return argv[index + 1] and index + 1
      elseif not is_option(argument) then
         return index
      end
      local name = argument:match("^(%-%-[^=]+)=") or argument
      if not map[name] then
         failure.usage("%s (see %s --help)", unknown_option(name, map), parser._name)
      end
      local has_value = map[name]._minargs > 0 and name == argument
      index = index + (has_value and 2 or 1)
   end
end

-- argparse calls `convert` with the text alone, and its errors don't name the option: add the name.
local function named_converter(option)
   local convert, name = option._convert, option._name
   return function(value)
      local ok, result, message = pcall(convert, value)
      if ok and result ~= nil then
         return result
      end
      message = (not ok and result or message) or ("'%s' is not accepted"):format(value)
      return nil, ("%s: %s"):format(name, tostring(message))
   end
end

local function prepare(parser)
   for _, option in ipairs(parser._options) do
      if option._maxcount == 1 then
         option:overwrite(false) -- if it is given twice, one of them would be ignored
      end
   end
   for _, list in ipairs { parser._options, parser._arguments } do
      for _, element in ipairs(list) do
         if type(element._convert) == "function" and not element._is_named then
            element:convert(named_converter(element))
            element._is_named = true
         end
      end
   end
   parser:argument("_surplus"):args("*"):hidden(true)
end

-- argparse's message in our words.
local function reworded(message, parser)
   local unknown = message:match("^unknown option '([^']*)'")
   local repeated = message:match("^option '([^']*)' must be used at most 1 time$")
   return unknown and unknown_option(unknown, arguments.options_of(parser))
      or repeated and ("%s: given more than once; give it once"):format(repeated) or message
end

local function is_given(parser, result, name)
   local option = arguments.options_of(parser)[name]
   return result[option._target or option:_get_default_target()] ~= nil
end

local function refuse_useless(parser, result, see)
   for _, rule in ipairs(parser._useless or {}) do
      local other = rule.with or rule.without
      for _, name in ipairs(rule.names) do
         if is_given(parser, result, name) and is_given(parser, result, other) == (rule.with ~= nil) then
            failure.usage("%s: has no effect %s %s; leave it out (see %s)", name,
               rule.with and "with" or "without", other, see)
         end
      end
   end
end

--- Parses `argv` (a list) into a table of values. Raises a usage failure of one line, which refers to `see`
-- (default: the parser's name with --help).
function arguments.parse(parser, argv, see)
   see = see or parser._name .. " --help"
   prepare(parser)
   local ok, result = parser:pparse(completed(parser, argv))
   argparse = nil
   if not ok then
      failure.usage("%s (see %s)", reworded(result, parser), see)
   end
   local surplus = result._surplus
   if surplus and surplus[1] then
      failure.usage("unexpected argument '%s' (see %s)", surplus[1], see)
   end
   refuse_useless(parser, result, see)
   result._surplus, result.help = nil, nil
   return result
end

return arguments
