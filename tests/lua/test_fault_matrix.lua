--- Every fault of the fixture × every contender, as URLs and as tasks: each job must end with the same class,
-- HTTP status and code of libcurl under all of them. tests/README.md has the result as a table; with
-- BAKEOFF_WRITE in the environment (tests/fault_matrix) it is written there.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local server = require "bakeoff.net.server"

-- fault → HTTP status, where one tells something; class and libcurl's code are in the table of the faults
local STATUS = {
   reset_before = 0, reset_mid = 200, close_before = 0, close_idle = 200, length_long = 200,
   length_short = 200, length_negative = 200, length_twice = 200, chunk_cut = 200, chunk_bad = 200,
   chunk_huge = 200, gzip_bad = 200, gzip_cut = 200, gzip_bomb = 200, garbage = 0, endless = 200,
   header_flood = 200, header_huge = 200, redirect_loop = 302, redirect_file = 302, redirect_ftp = 302,
   redirect_gopher = 302, status_404 = 404, status_429 = 429, status_503 = 503, status_999 = 999,
   early_413 = 413, continue_flood = 100, tls_wrong_host = 302, tls_expired = 302, tls_plaintext = 302,
   tls_unasked = 302, refused = 302, unresolvable = 302,
}

local function expected()
   local all = {}
   for _, fault in ipairs(server.faults()) do
      local class = fault.class == "done" and "done " or "failed " .. fault.class
      all[fault.name] = ("%s %s %d"):format(class, STATUS[fault.name] or "-", fault.curl_code)
   end
   return all
end

-- These end only with the client's patience; all others, whatever the machine is doing, by themselves.
local SILENT = {}
for _, fault in ipairs(server.faults()) do
   SILENT[fault.name] = fault.class == "timeout" or nil
end

local PATIENCE, WORKERS = "400ms", 16

-- All other jobs end by themselves, the slowest by a TLS handshake: in milliseconds, but where this test gets
-- a hundredth of a core, after more than the usual limit of a minute.
local GENEROUS, TRIAL_LIMIT = "3min", "15min"

-- Half of what the bomb unpacks to; and what a job takes only if it waits for its time limit.
local MOST_MEMORY, LIMIT_S = 128 << 20, 170

-- Calls check(URLs, names of their faults, request), for the silent ones and for the others. Beside each of
-- these, a good one ends well.
local function each_group(check)
   local site <close> = server.start()
   local silent, others = { urls = {}, names = {} }, { urls = {}, names = {} }
   for _, fault in ipairs(server.faults()) do
      local group = SILENT[fault.name] and silent or others
      table.insert(group.names, fault.name)
      table.insert(group.urls, site:url("/fault/" .. fault.name))
      if group == others then
         table.insert(group.urls, site:url "/good")
      end
   end
   check(silent.urls, silent.names, { timeout = PATIENCE })
   check(others.urls, others.names, { timeout = GENEROUS, max_bytes = "4MiB", compressed = true })
end

-- fault → outcome; and fault → did the good job beside it end well?
local function outcomes(urls, names, lines)
   local found, beside, number = {}, {}, 0
   for index, line in ipairs(lines) do
      local is_silent = SILENT[urls[index]:match "/fault/(.*)"] -- on a busy machine, even before the status
      local status = is_silent and "-" or line.http_status
      local outcome = ("%s %s %s %s"):format(line.status, line.error, status, line.curl_code)
      if urls[index]:find "/good$" then
         beside[names[number]] = outcome == "done  200 0"
      else
         number = number + 1
         found[names[number]] = outcome
      end
   end
   return found, beside
end

-- Counts of the matrix: fault → { urls =, tasks =, beside = cells that are right }; trials, and those of them
-- that are right in each respect.
local function new_counts()
   local counts = { faults = {}, trials = 0, sums = 0, memory = 0, time = 0 }
   for _, fault in ipairs(server.faults()) do
      counts.faults[fault.name] = { urls = 0, tasks = 0, beside = 0 }
   end
   return counts
end

local function longest(lines)
   local most = 0
   for _, line in ipairs(lines) do
      most = math.max(most, tonumber(line.times[8]) - tonumber(line.times[2]))
   end
   return most
end

local function count_trial(counts, row, lines)
   local jobs = #lines
   local memory = row.memory
   local above = memory.footprint_peak_bytes - memory.footprint_baseline_bytes
   counts.trials = counts.trials + 1
   counts.sums = counts.sums + (row.jobs.submitted == jobs and row.jobs.lost == 0
      and row.jobs.done + row.jobs.failed == jobs and 1 or 0)
   counts.memory = counts.memory + (above < MOST_MEMORY and 1 or 0)
   counts.time = counts.time + (longest(lines) < LIMIT_S and 1 or 0)
end

local function count_faults(counts, form, found, beside)
   local all = expected()
   for name, outcome in pairs(found) do
      local cells = counts.faults[name]
      cells[form] = cells[form] + (outcome == all[name] and 1 or 0)
      cells.beside = cells.beside + (beside[name] and 1 or 0)
   end
end

-- form: "urls" or "tasks"; fields_of(urls): the experiment's fields without the request
local function run_all(counts, form, contenders, fields_of)
   for _, name in ipairs(contenders) do
      local all = {}
      each_group(function(urls, names, request)
         local fields = fields_of(urls)
         fields.request, fields.timeout = request, TRIAL_LIMIT
         local row, result, jobs = support.run(name, fields, WORKERS)
         local lines = support.job_lines(result, jobs)
         local found, beside = outcomes(urls, names, lines)
         count_trial(counts, row, lines)
         count_faults(counts, form, found, beside)
         for fault, outcome in pairs(found) do
            all[fault] = outcome
         end
      end)
      lu.assertEquals(all, expected(), ("%s (%s)"):format(name, form))
   end
end

-- A task passes on what its fetch said, in words of its own.
local function fetch_it(ctx, url)
   local response, message = ctx:fetch(url)
   return response and response.status or error("no page: " .. message)
end

-- --- the table in tests/README.md ---------------------------------------------------------------------

local BEGIN = "<!-- fault matrix: written by tests/fault_matrix -->\n"
local END = "<!-- end of the fault matrix -->"

local function of(count, all) return ("%d of %d"):format(count, all) end

local function table_lines(counts)
   local urls, tasks = #support.CONTENDERS, #support.TASK_CONTENDERS
   local lines = { "| fault | class | libcurl | HTTP | URLs | tasks | good jobs beside it |",
      "|:--|:--|--:|--:|--:|--:|--:|" }
   for _, fault in ipairs(server.faults()) do
      local cells = counts.faults[fault.name]
      table.insert(lines, ("| `%s` | %s | %d | %s | %s | %s | %s |"):format(fault.name, fault.class,
         fault.curl_code, STATUS[fault.name] or "–", of(cells.urls, urls), of(cells.tasks, tasks),
         SILENT[fault.name] and "–" or of(cells.beside, urls + tasks)))
   end
   table.insert(lines, "")
   local sums = "Of %d trials, %d have the right sums, %d stayed within their memory, and %d ended in time."
   table.insert(lines, sums:format(counts.trials, counts.sums, counts.memory, counts.time))
   return table.concat(lines, "\n") .. "\n"
end

local PAGE = os.getenv "BAKEOFF_SOURCE" .. "/tests/README.md"

-- The page's text before, in and after the table.
local function page_parts()
   local file <close> = assert(io.open(PAGE))
   local page = file:read "a"
   local _, first = page:find(BEGIN, 1, true)
   local last = page:find(END, 1, true)
   return page:sub(1, first), page:sub(first + 1, last - 1), page:sub(last)
end

local function write_page(text)
   local before, _, after = page_parts()
   local file <close> = assert(io.open(PAGE, "w"))
   file:write(before, text, after)
end

TestFaultMatrix = {}

function TestFaultMatrix.test_all_contenders_end_alike()
   local counts = new_counts()
   run_all(counts, "urls", support.CONTENDERS, function(urls) return { urls = urls } end)
   run_all(counts, "tasks", support.TASK_CONTENDERS,
      function(urls) return { items = urls, task = fetch_it } end)
   local text = table_lines(counts)
   if os.getenv "BAKEOFF_WRITE" then
      write_page(text)
   end
   local _, kept = page_parts()
   lu.assertEquals(kept, text, "run tests/fault_matrix")
end

os.exit(lu.LuaUnit.run(), true)
