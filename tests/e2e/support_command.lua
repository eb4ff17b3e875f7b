--- Runs a command and keeps its output, for the end-to-end tests.
-- local run = dofile(…/support_command.lua); run { "bakeoff", "--help" }.stdout

local support = {}

local build = assert(os.getenv("BAKEOFF_BUILD"), "BAKEOFF_BUILD is not set: use ctest or lua_runner")

--- Quotes a word for the shell.
function support.quoted(word) return "'" .. tostring(word):gsub("'", [['\'']]) .. "'" end

local function slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

--- Writes a file; returns its path.
function support.write(path, content)
   local file <close> = assert(io.open(path, "wb"))
   assert(file:write(content))
   return path
end

--- Makes an empty folder; support.remove removes it.
function support.folder()
   local pipe <close> = assert(io.popen("mktemp -d"))
   return assert(pipe:read("l"))
end

function support.remove(folder)
   assert(folder:match("^/tmp/") or folder:match("^/var/"), "not a temporary folder")
   os.execute("rm -rf " .. support.quoted(folder))
end

local WIDE = 1000 -- columns

local function line_of(words, settings)
   local parts = {}
   if settings.folder then
      parts[#parts + 1] = "cd " .. support.quoted(settings.folder) .. " &&"
   end
   parts[#parts + 1] = "COLUMNS=" .. WIDE -- sentences stay in one line
   for name, value in pairs(settings.environment or {}) do
      parts[#parts + 1] = name .. "=" .. support.quoted(value)
   end
   for _, word in ipairs(words) do
      parts[#parts + 1] = support.quoted(word)
   end
   return table.concat(parts, " ")
end

--- Runs a command whose words no shell interprets; "bakeoff" is the built command.
-- settings: folder (to run in), environment (name → value). → { stdout, stderr, code, signal }
function support.run(words, settings)
   words = table.move(words, 1, #words, 1, {})
   if words[1] == "bakeoff" then
      words[1] = build .. "/bakeoff"
   end
   local out, err = os.tmpname(), os.tmpname()
   local line = ("{ %s ; } </dev/null >%s 2>%s"):format(line_of(words, settings or {}), out, err)
   local _, how, number = os.execute(line)
   local result = { stdout = slurp(out), stderr = slurp(err) }
   result[how == "exit" and "code" or "signal"] = number
   os.remove(out)
   os.remove(err)
   return result
end

return support
