--- The command line of a script: the command's options before or after the script, the script's own after it.
-- Both are parsed together once the script has declared its own: see bakeoff/script/options.lua.

local arguments = require "bakeoff.cli.arguments"
local failure = require "bakeoff.base.failure"

local script_line = {}

local function refuse_missing(parser, what)
   local name = parser._name
   failure.usage("missing argument '%s'; write %s %s (see %s --help)", what, name, what, name)
end

--- Finds the script in a command line. argv: what follows the command's name; parser: of the command's own
-- options; what: what the argument is called in messages. → the script's path, the command line without it,
-- the arguments after it; nil if help was asked for without a script, and shown. Raises (usage) without a
-- script.
function script_line.split(argv, parser, what)
   local at = arguments.first_positional(parser, argv)
   if not at then
      if arguments.wants_help(argv) then
         print(parser:get_help())
         return nil
      end
      refuse_missing(parser, what)
   end
   local rest = table.move(argv, 1, #argv, 1, {})
   local path = table.remove(rest, at)
   if rest[at - 1] == "--" then
      table.remove(rest, at - 1)
   end
   return path, rest, table.move(argv, at + 1, #argv, 1, {})
end

--- Parses a command line with one argument, `field` of the parser, called `what` in messages. → values; nil
-- if help was asked for, and shown. Raises (usage) without the argument.
function script_line.parse(argv, parser, field, what)
   if arguments.wants_help(argv) then
      print(parser:get_help())
      return nil
   end
   local args = arguments.parse(parser, argv)
   if not args[field] then
      refuse_missing(parser, what)
   end
   return args
end

return script_line
