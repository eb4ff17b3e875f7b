--- `bakeoff notebook new NAME`: writes a small notebook to start from.

local arguments = require "bakeoff.cli.arguments"
local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local script_line = require "bakeoff.cli.script_line"
local template = require "bakeoff.notebook.new"

local new = {}

local EPILOG = [[
The notebook measures downloads from the built-in test server, shows a chart and a table, and
quotes values in its text. An existing file is never overwritten.

Examples:
   bakeoff notebook new downloads
      writes downloads.lua; weave it with bakeoff notebook run downloads.lua

Exit codes:
   0   written
   2   usage error, or the file exists or can't be written]]

local function own_parser()
   local parser = arguments.parser("bakeoff notebook new", "Write a small notebook to start from.")
   parser:usage("Usage: bakeoff notebook new NAME")
   parser:argument("name", "Name of the notebook; may have folders before it"):args "?"
   arguments.add_help(parser)
   return parser:epilog(EPILOG)
end

local function write(given)
   local path = given:gsub("%.lua$", "") .. ".lua"
   local name = path:match("([^/]*)%.lua$")
   if not checks.is_folder_name(name) then
      failure.usage("'%s' can't be the name of a notebook; use letters, digits, - and _", name)
   elseif core.file_kind(path) then
      failure.usage("%s exists; choose another name", path)
   end
   local ok, message = files.write(path, template.text(name))
   if not ok then
      failure.usage("%s can't be written (%s)", path, message)
   end
   print(path)
   return 0
end

--- argv: everything after "new". → exit code
function new.main(argv)
   local args = script_line.parse(argv, own_parser(), "name", "NAME")
   if not args then
      return 0
   end
   return write(args.name)
end

return new
