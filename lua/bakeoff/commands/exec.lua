--- `bakeoff exec [options] -- COMMAND`: measures programs without a script.

local core = require "bakeoff.core"
local exec_options = require "bakeoff.exec.options"
local exec_plan = require "bakeoff.exec.plan"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local options = require "bakeoff.script.options"
local session = require "bakeoff.script.session"
local text = require "bakeoff.base.text"

local command = { name = "exec", summary = "measure any program, without a script" }

-- Calls visit(folder, name) for each file in PATH until it returns a value; returns that.
local function in_path(visit)
   for folder in ((os.getenv("PATH") or "") .. ":"):gmatch("([^:]*):") do
      for _, name in ipairs(folder ~= "" and core.list(folder) or {}) do
         local found = visit(folder, name)
         if found then
            return found
         end
      end
   end
end

-- Names of the programs in PATH, to suggest one for a misspelt name.
local function programs()
   local list = {}
   in_path(function(_, name) list[#list + 1] = name end)
   return list
end

-- The symbolic link in PATH that has this name and leads nowhere; nil if there is none.
local function broken_link(wanted)
   return in_path(function(folder, name)
      local path = folder .. "/" .. name
      return name == wanted and not core.file_kind(path) and path
   end)
end

-- A hint at what was meant by a program that isn't found.
local function advice(argv)
   local name = argv[1]
   local link = broken_link(name)
   if link then
      return ("; %s is a link to nothing"):format(link)
   elseif name:find("%s") and #argv == 1 then
      return "; write the program and its arguments as separate words, without quotes"
   elseif name:find("/") then
      return ""
   elseif core.file_kind(name) == "file" then
      return ("; to run the file in this folder, write ./%s"):format(name)
   end
   return text.suggestion(name, programs())
end

-- Can a program come into being only when the setup has run? Not one that is looked up in PATH.
local function may_be_made(entry, name, argv)
   return entry.setup and name ~= "setup" and argv[1]:find("/", 1, true)
end

local function check_programs(contenders)
   for _, entry in ipairs(contenders) do
      for _, name in ipairs { "argv", "setup", "prepare", "empty", "conclude", "cleanup" } do
         local argv = entry[name]
         if argv and not argv[1]:find("{", 1, true) and not may_be_made(entry, name, argv) then
            local path = entry.env and entry.env.PATH or os.getenv "PATH"
            local found, message = core.program_find(argv[1], path, entry.cwd)
            if not found then
               failure.usage("%s%s", message, advice(argv))
            end
         end
      end
   end
end

local function check_files(contenders)
   for _, entry in ipairs(contenders) do
      local input, output, folder = entry.stdin, entry.stdout, entry.cwd
      if folder and not folder:find("{", 1, true) and core.file_kind(folder) ~= "folder" then
         failure.usage("--cwd: %s: no such folder; name an existing folder", folder)
      elseif input and input ~= "-" and not entry.setup and not input:find("{", 1, true) then
         local file, message = io.open(input, "rb")
         if not file then
            failure.usage("--input: cannot read %s; name a readable file", message)
         end
         file:close()
         if core.file_kind(input) == "folder" then
            failure.usage("--input: %s is a folder; name a file", input)
         end
      end
      local path, message = true, nil
      if output and not output:find("{", 1, true) then
         path, message = exports.writable(output)
      end
      if not path then
         failure.usage("--output: %s", message)
      end
   end
end

-- How to print: on standard error if an export takes standard output.
local function printer(is_taken)
   return is_taken and function(line) io.stderr:write(line, "\n") end or print
end

--- argv: everything after "exec". → exit code
function command.main(argv)
   local args = exec_options.parse(argv)
   if not args then
      return 0
   end
   local wanted, is_taken = exports.wanted(args)
   local given = exec_plan.make(args)
   check_files(given.contenders)
   check_programs(given.contenders)
   options.adopt { out = args.out, resume = args.resume, failed = args.failed, exports = wanted,
      format = args.format, chart_terminal = args.chart_terminal, no_charts = args.no_chart,
      command = table.move(argv, 1, #argv, 3, { "bakeoff", "exec" }) }
   session.reset()
   local results = require("bakeoff.api.experiment").new(given):run()
   results.sort = args.sort
   numbers.fix_time(args.time_unit)
   results:report { print = printer(is_taken), charts = not args.no_chart, all = args.all, notes = args.notes,
      quiet = args.quiet }
   return session.finish()
end

return command
