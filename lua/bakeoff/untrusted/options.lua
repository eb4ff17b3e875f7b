--- The options of untrusted scripts and notebooks. The command reads them before it starts the script,
-- confined, with the same command line.

local arguments = require "bakeoff.cli.arguments"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"

local options = {}

local PORTS = { 80, 443 } -- of a host without a port

local function host(text)
   local name, port = text:match "^([%w%.%-]+)$", nil
   if not name then
      name, port = text:match "^([%w%.%-]+):(%d+)$"
      port = math.tointeger(tonumber(port))
   end
   if not name or port and (port < 1 or port > 65535) then
      return nil, ("'%s' is not accepted; write a host name or an IPv4 address, and a port if it is not 80"
         .. " or 443, such as example.org:8080"):format(text)
   end
   return { name = name, ports = port and { port } or PORTS }
end

local function variable(text)
   if not text:match "^[%a_][%w_]*$" then
      return nil, ("'%s' is not accepted; write the name of a variable, such as LUA_PATH"):format(text)
   end
   return text
end

local function existing(text)
   local path, message = core.absolute(text)
   return path, message and message .. "; name a file or folder that exists"
end

local function remedy(text)
   return core.file_kind(text) and ("; for the one in this folder, write ./%s"):format(text)
      or "; name a program that is installed, or a folder of programs"
end

-- A program by its name is looked for as a shell does.
local function program(text)
   local path, message = text, nil
   if not text:find("/", 1, true) then
      path, message = core.program_find(text, os.getenv "PATH")
   end
   local real = path and core.absolute(path)
   if not real then
      return nil, (message or text .. ": not found") .. remedy(text)
   elseif core.file_kind(real) == "folder" then
      return real
   end
   local folder, name = path:match "^(.*/)([^/]+)$"
   return core.absolute(folder or ".") .. "/" .. (name or path) -- a link keeps its name
end

--- Adds the options to a parser; returns their group of the help.
function options.define(parser)
   local function many(name, about, argument, convert)
      return parser:option(name, about):argname(argument):convert(convert):count "*"
   end
   local group = { "Other people's scripts",
      parser:flag("--untrusted", "Confine it: no files but its own and --out, no network but the test server,"
         .. " no programs but bakeoff's, no secrets"),
      many("--allow-host", "With --untrusted: a server that it may reach; may be repeated", "HOST[:PORT]",
         host),
      many("--allow-read", "With --untrusted: a file or folder that it may read; may be repeated",
         "PATH", existing),
      many("--allow-run", "With --untrusted: a program, or a folder of programs, that it may start and read;"
         .. " may be repeated", "PROGRAM", program),
      many("--allow-env", "With --untrusted: a variable that it gets; may be repeated", "NAME", variable),
   }
   return group
end

local ONLY_CONFINED = { "--allow-host", "--allow-read", "--allow-run", "--allow-env" }

-- Splits a command line: the words that the parser knows, with their values; and each word that `drop` (a
-- pattern of option names) doesn't match, in order.
local function split(parser, argv, drop)
   local known, own, kept, index = arguments.options_of(parser), {}, {}, 1
   while index <= #argv do
      local name = argv[index]:match "^(%-%-[^=]+)=" or argv[index]
      local option = known[name]
      local words = option and option._minargs > 0 and name == argv[index] and 2 or 1
      if argv[index] == "--" then
         table.move(argv, index, #argv, #kept + 1, kept)
         break
      end
      for at = index, math.min(index + words - 1, #argv) do
         own[#own + 1] = option and argv[at] or nil
         kept[#kept + 1] = not (option and drop and name:find(drop)) and argv[at] or nil
      end
      index = index + words
   end
   return own, kept
end

--- Reads the command's options from a command line in which there are also those of a script, which nobody
-- knows yet. → values; the command line for the script, without the options whose name matches `drop`; nil if
-- it doesn't ask for confinement. Raises (usage).
function options.read(parser, argv, drop)
   local own, kept = split(parser, argv, drop)
   for _, word in ipairs(own) do
      if word == "--untrusted" then
         return arguments.parse(parser, own), kept
      end
   end
   for _, word in ipairs(own) do
      for _, name in ipairs(ONLY_CONFINED) do
         if word:match "^[^=]+" == name then
            failure.usage("%s: has no effect without --untrusted; leave it out (see %s --help)", name,
               parser._name)
         end
      end
   end
   return nil
end

return options
