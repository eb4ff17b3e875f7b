--- `bakeoff exec [options] -- COMMAND`: measures programs without a script.

local core = require "bakeoff.core"
local exec_options = require "bakeoff.exec.options"
local exec_plan = require "bakeoff.exec.plan"
local exports = require "bakeoff.report.exports"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local options = require "bakeoff.cli.options"
local session = require "bakeoff.cli.session"
local text = require "bakeoff.base.text"

local command = { name = "exec", summary = "measure any program, without a script" }

local EXPORTS = { { "export_json", "--export-json" }, { "export_csv", "--export-csv" },
   { "export_md", "--export-md" } }

-- An hour of measuring must not be lost to a misspelt folder.
local function check_writable(path, option)
   local existed = core.file_kind(path)
   local file, message = io.open(path, "ab")
   if not file then
      failure.usage("%s: cannot write %s; name a file in a folder that exists and may be written", option,
         message)
   end
   file:close()
   if not existed then
      os.remove(path)
   end
end

-- → is standard output taken by an export?
local function check_exports(args)
   local taken
   for _, export in ipairs(EXPORTS) do
      local path, option = args[export[1]], export[2]
      if path == "-" and taken then
         failure.usage("%s: standard output is taken by %s; give one of them a file", option, taken)
      elseif path == "-" then
         taken = option
      elseif path then
         check_writable(path, option)
      end
   end
   return taken ~= nil
end

local function write_exports(args, results, known)
   for _, export in ipairs(EXPORTS) do
      local path = args[export[1]]
      local content = path and exports[export[1]:match("_(.*)$")](results, known)
      if path == "-" then
         io.stdout:write(content)
      elseif path then
         local ok, message = files.write(path, content)
         if not ok then
            failure.trial("%s: %s; the rows are kept in %s", export[2], message, results.dir)
         end
      end
   end
end

-- Names of programs in PATH, for a name that was misspelt.
local function programs()
   local list = {}
   for folder in ((os.getenv("PATH") or "") .. ":"):gmatch("([^:]*):") do
      for _, name in ipairs(folder ~= "" and core.list(folder) or {}) do
         list[#list + 1] = name
      end
   end
   return list
end

-- What was probably meant by a program that isn't found.
local function advice(argv)
   local name = argv[1]
   if name:find("%s") and #argv == 1 then
      return "; each word of a command stands for itself: leave the quotes out"
   elseif name:find("/") then
      return ""
   elseif core.file_kind(name) == "file" then
      return ("; the one in this folder is ./%s"):format(name)
   end
   return text.suggestion(name, programs())
end

local function check_programs(contenders)
   for _, entry in ipairs(contenders) do
      for _, argv in ipairs { entry.argv, entry.prepare or false, entry.empty or false } do
         if argv and not argv[1]:find("{", 1, true) then
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
      local input, folder = entry.stdin, entry.cwd
      if folder and not folder:find("{", 1, true) and core.file_kind(folder) ~= "folder" then
         failure.usage("--cwd: %s: no such folder", folder)
      elseif input and not input:find("{", 1, true) then
         local file, message = io.open(input, "rb")
         if not file then
            failure.usage("--input: cannot read %s", message)
         end
         file:close()
      end
   end
end

-- Prints to standard error what belongs to people, where standard output belongs to an export.
local function printer(is_taken)
   return is_taken and function(line) io.stderr:write(line, "\n") end or print
end

--- argv: everything after "exec". → exit code
function command.main(argv)
   local args = exec_options.parse(argv)
   if not args then
      return 0
   end
   local is_taken = check_exports(args)
   local given, known = exec_plan.make(args)
   check_files(given.contenders)
   check_programs(given.contenders)
   options.adopt { out = args.out, resume = args.resume, no_charts = args.no_chart,
      command = table.move(argv, 1, #argv, 3, { "bakeoff", "exec" }) }
   session.reset()
   local results = require("bakeoff.experiment").new(given):run()
   results:report { print = printer(is_taken), charts = not args.no_chart }
   write_exports(args, results, known)
   return session.finish()
end

return command
