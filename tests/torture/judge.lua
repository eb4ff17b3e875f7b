--- Was a run with one failed call all right? It may succeed, or end with a clear message; it may not crash,
-- hang, be silent, lose jobs, or leave processes or files behind.

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local judge = {}

-- No user should see these.
local UNCLEAR = { "share/lua/5%.4/bakeoff[^\n]*: in ", "%[C%]: in %?", "PANIC", "ssertion", "attempt to ",
   "terminate called", "free%(%)", "corrupted", "double free", "runtime error", "ERROR: %w+Sanitizer",
   "%(null%)" }
local CRASHES = { [4] = true, [6] = true, [7] = true, [8] = true, [11] = true }
local MOST_LINES = 6 -- that differ; Lua warns of what it could not close or report

local function slurp(path)
   local file <close> = io.open(path, "rb")
   return file and file:read "a" or ""
end

local function lines_of(text)
   local list = {}
   for line in text:gmatch "[^\n]+" do
      list[#list + 1] = line
   end
   return list
end

local function distinct(lines)
   local seen, list = {}, {}
   for _, line in ipairs(lines) do
      list[#list + 1] = not seen[line] and line or nil
      seen[line] = true
   end
   return list
end

local function rows_of(folder)
   local rows = {}
   for _, line in ipairs(lines_of(slurp(folder .. "/trials.jsonl"))) do
      local ok, row = pcall(json.decode, line)
      rows[#rows + 1] = ok and row or nil
   end
   return rows
end

-- A trial or a worker that crashed: the bench survives that, but nothing should crash.
local function crash_in(text)
   local number = text:match "killed by signal (%d+)"
   return number and CRASHES[tonumber(number)] and text:match "[^\n]*killed by signal[^\n]*"
end

local function fault_of_row(row, scenario)
   local jobs = row.jobs
   local crash = crash_in(row.reason or "")
   if crash then
      return "a trial crashed: " .. crash
   elseif (row.reason or ""):find "^timeout" then
      return "a trial hung: " .. row.reason
   elseif jobs and jobs.submitted ~= jobs.done + jobs.failed + jobs.lost then
      return ("sums: %d submitted, %d done, %d failed, %d lost"):format(jobs.submitted, jobs.done,
         jobs.failed, jobs.lost)
   elseif row.status == "ok" and scenario.jobs and (jobs.submitted ~= scenario.jobs) then
      return ("sums: %s of %d jobs in a row that is ok"):format(jobs.submitted, scenario.jobs)
   elseif row.status ~= "ok" and (row.reason or "") == "" then
      return "a failed row without a reason"
   end
end

local function fault_of_rows(scenario, folder, code)
   local rows = rows_of(folder .. "/" .. scenario.folder)
   for _, row in ipairs(rows) do
      local fault = fault_of_row(row, scenario)
      if fault then
         return fault
      end
   end
   if code == 0 then
      local status = rows[1] and rows[1].status
      if #rows ~= scenario.rows or status ~= "ok" then
         return ("success with %d rows, the first %s"):format(#rows, status)
      end
   end
end

local function fault_of_text(ended)
   for _, pattern in ipairs(UNCLEAR) do
      local line = ended.stderr:match("[^\n]*" .. pattern .. "[^\n]*")
      if line then
         return "unclear: " .. line
      end
   end
   local crash = crash_in(ended.stderr .. ended.stdout)
   if crash then
      return "crash: " .. crash
   end
   local lines = distinct(lines_of(ended.stderr)) -- Lua warns of each thing that it can't close
   if ended.code ~= 0 and #lines == 0 and ended.stdout == "" then
      return ("silent: exit code %d without a word"):format(ended.code)
   elseif #lines > MOST_LINES and not ended.stderr:find "stack traceback" then -- a script's may be long
      return ("unclear: %d lines: %s"):format(#lines, lines[1])
   end
end

-- How the sanitizer names a place of ours: by the source file, or by the program where that isn't known. Each
-- way leads through the preloaded library, which doesn't count; leak_if_asked is its test.
local OWN = { os.getenv "BAKEOFF_SOURCE" .. "/src/", os.getenv "BAKEOFF_BUILD" .. "/torture/",
   os.getenv "BAKEOFF_BUILD" .. "/libexec/", " in leak_if_asked " }

local function is_own(way)
   for _, place in ipairs(OWN) do
      if way:find(place, 1, true) then
         return true
      end
   end
end

-- What the leak sanitizer has written: the first leak of a program of ours, and the way to it. Others, such
-- as gnuplot, leak too.
local function leak(folder)
   for _, name in ipairs(core.list(folder) or {}) do
      local text = name:find "^leaks%.%d+$" and slurp(folder .. "/" .. name) or ""
      for what, way in text:gmatch "(%a+ leak of [^\n]-) allocated from:\n(.-)\n\n" do
         if is_own(way) then
            local functions = {}
            for place in way:gmatch "#%d+ 0x%x+ in (%S+)" do
               functions[#functions + 1] = place
            end
            return ("%s: %s"):format(what, table.concat(functions, " < "))
         end
      end
   end
end

-- Temporary files of the run that are still there.
local function leftover(folder)
   local temporary = core.list(folder .. "/tmp") or {}
   if temporary[1] then
      return "tmp/" .. temporary[1]
   end
   local pipe <close> = io.popen(("find '%s' -name '*~' -print -quit"):format(folder))
   return pipe:read "l"
end

--- ended: { code or signal, stdout, stderr, timed_out, orphans }. → what is wrong, or nil
function judge.fault(scenario, ended, folder)
   if ended.timed_out then
      return "hang: ended by the limit"
   elseif ended.signal or ended.code >= 128 then
      return ("crash: signal %d"):format(ended.signal or ended.code - 128)
   elseif ended.code > 3 then
      return ("exit code %d"):format(ended.code)
   elseif ended.orphans > 0 then
      return ("%d processes left behind"):format(ended.orphans)
   end
   local fault = fault_of_text(ended)
   if fault then
      return fault
   elseif scenario.rows then
      fault = fault_of_rows(scenario, folder, ended.code)
   elseif ended.code == 0 and scenario.says and not ended.stdout:find(scenario.says, 1, true) then
      fault = "success without the last word"
   end
   local left, leaked = leftover(folder), leak(folder)
   return fault or leaked or (left and "left behind: " .. left)
end

return judge
