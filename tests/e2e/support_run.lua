--- Runs experiments for the end-to-end tests: scripts, run folders, runs in the background.

local lu = require "luaunit"

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local command = dofile(here .. "support_command.lua")

local support = setmetatable({}, { __index = command })

local LIMIT_S = 60 -- on an idle machine it takes milliseconds

function support.slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

--- Writes a script with a server and one experiment over `count` URLs; `fields` is Lua text. → its path
function support.script(folder, fields, settings)
   settings = settings or {}
   return command.write(folder .. "/" .. (settings.file or "test.lua"), ([[
local bake = require "bakeoff"
local site <close> = bake.server { %s }
%s
bake.experiment { name = "test", urls = site:urls("/tickets?day=%%d", %d), %s }:run()
]]):format(settings.server or 'latency = "1ms"', settings.before or "", settings.count or 6, fields))
end

--- Asserts that a command ended with this code; a failure shows its output.
function support.assert_code(code, result)
   lu.assertEquals(result.code, code, result.stderr .. result.stdout)
end

--- Asserts that a command refused with one line that starts with `name` ("bakeoff exec") and wrote no run
-- folder.
function support.assert_refused(result, name, expected, folder)
   lu.assertStrContains(result.stderr, expected)
   lu.assertStrMatches(result.stderr, name .. ": [^\n]*\n")
   lu.assertEquals(result.stdout, "")
   lu.assertEquals(result.code, 2)
   lu.assertNil(core.file_kind(folder .. "/out"))
end

--- All rows of a run's trials.jsonl, without an unfinished last line.
function support.trials(path)
   local rows = {}
   local file <close> = io.open(path .. "/trials.jsonl", "rb")
   for line in file and file:lines("L") or function() end do
      if line:sub(-1) == "\n" then
         rows[#rows + 1] = json.decode(line)
      end
   end
   return rows
end

function support.manifest(path) return json.decode(support.slurp(path .. "/manifest.json")) end

-- The fields of a line of CSV, which may be quoted. Not with bakeoff's own reader, which is tested, too.
local function fields_of(line)
   local fields, is_quoted, from = {}, false, 1
   for at = 1, #line + 1 do
      local char = line:sub(at, at)
      if char == '"' then
         is_quoted = not is_quoted -- also twice for a doubled one
      elseif (char == "," and not is_quoted) or char == "" then
         local field = line:sub(from, at - 1)
         fields[#fields + 1] = (field:match '^"(.*)"$' or field):gsub('""', '"')
         from = at + 1
      end
   end
   return fields
end

--- The lines of a CSV file, as tables by column name.
function support.csv(path)
   local names, rows = nil, {}
   for line in support.slurp(path):gmatch("([^\n]*)\n") do
      local row = {}
      for at, field in ipairs(fields_of(line)) do
         row[names and names[at] or at] = field
      end
      if names then
         rows[#rows + 1] = row
      else
         names = row
      end
   end
   return rows
end

-- The trial and the time of a row of memory.csv or memory_processes.csv.
local function moment_of(row)
   return ("%s %s %s %s"):format(row.label, row.workers, row["repeat"], row.time_s)
end

--- Checks that what processes hold adds up to the footprints in memory.csv. → the rows of
-- memory_processes.csv
function support.assert_holdings(path)
   local sums, known, rows = {}, {}, support.csv(path .. "/memory_processes.csv")
   for _, row in ipairs(rows) do
      local moment = moment_of(row)
      sums[moment] = (sums[moment] or 0) + tonumber(row.footprint_bytes)
   end
   for _, row in ipairs(support.csv(path .. "/memory.csv")) do
      local moment = moment_of(row)
      known[moment] = known[moment] or {}
      known[moment][tonumber(row.footprint_bytes) or "none"] = true -- two samples may have one time
   end
   for moment, sum in pairs(sums) do
      assert(known[moment] and known[moment][sum], moment .. ": no such footprint")
   end
   return rows
end

--- Calls `is_so` until it returns a true value, and returns that; raises after a minute.
function support.wait_for(what, is_so)
   local deadline = core.now() + LIMIT_S
   while core.now() < deadline do
      local answer = is_so()
      if answer then
         return answer
      end
      os.execute("sleep 0.01")
   end
   error("timed out waiting for " .. what)
end

-- The pids of a session, without zombies.
local function members(session)
   local pids = {}
   for _, name in ipairs(core.list("/proc")) do
      local file <close> = name:match("^%d+$") and io.open("/proc/" .. name .. "/stat")
      local stat = file and file:read("a")
      local state, sid = (stat or ""):match("^%d+ %(.*%) (%a) %d+ %d+ (%d+)")
      if sid == session and state ~= "Z" then
         pids[#pids + 1] = name
      end
   end
   return pids
end

local background = {}
background.__index = background

--- Starts the command in a session of its own, in the background. → run: pid, members, kill, finish
function support.start(words, folder)
   local parts = {}
   for i, word in ipairs(words) do
      parts[i] = command.quoted(word == "bakeoff" and os.getenv("BAKEOFF_BUILD") .. "/bakeoff" or word)
   end
   local pipe = assert(io.popen(("cd %s && echo $$ && exec setsid %s </dev/null >out.txt 2>err.txt"):format(
      command.quoted(folder), table.concat(parts, " "))))
   return setmetatable({ pipe = pipe, pid = pipe:read("l"), folder = folder }, background)
end

--- The pids of all living processes in the command's session, its own included.
function background:members() return members(self.pid) end

function background:kill(signal) assert(os.execute(("kill -%s %s"):format(signal, self.pid))) end

--- Waits until the command ends. → { code or signal, stdout, stderr }
function background:finish()
   local _, how, number = self.pipe:close()
   local result = { stdout = support.slurp(self.folder .. "/out.txt"),
      stderr = support.slurp(self.folder .. "/err.txt") }
   result[how == "exit" and "code" or "signal"] = number
   return result
end

return support
