--- Every fault of the fixture × every contender, as URLs and as tasks: each job must end with the same class,
-- HTTP status and code of libcurl under all of them.
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
   check(others.urls, others.names, { max_bytes = "4MiB", compressed = true })
end

local function outcomes(found, urls, names, lines)
   local number = 0
   for index, line in ipairs(lines) do
      local is_silent = SILENT[urls[index]:match "/fault/(.*)"] -- on a busy machine, even before the status
      local status = is_silent and "-" or line.http_status
      local outcome = ("%s %s %s %s"):format(line.status, line.error, status, line.curl_code)
      if urls[index]:find "/good$" then
         lu.assertEquals(outcome, "done  200 0", "beside " .. names[number])
      else
         number = number + 1
         found[names[number]] = outcome
      end
   end
end

-- fields_of(urls): the experiment's fields without the request
local function assert_all(contenders, fields_of)
   for _, name in ipairs(contenders) do
      local found = {}
      each_group(function(urls, names, request)
         local fields = fields_of(urls)
         fields.request = request
         local row, result, jobs = support.run(name, fields, WORKERS)
         outcomes(found, urls, names, support.job_lines(result, jobs))
         lu.assertEquals({ row.jobs.submitted, row.jobs.lost }, { #urls, 0 }, name)
      end)
      lu.assertEquals(found, expected(), name)
   end
end

TestFaultMatrix = {}

function TestFaultMatrix.test_urls()
   assert_all(support.CONTENDERS, function(urls) return { urls = urls } end)
end

-- A task passes on what its fetch said, in words of its own.
function TestFaultMatrix.test_tasks()
   local function task(ctx, url)
      local response, message = ctx:fetch(url)
      return response and response.status or error("no page: " .. message)
   end
   assert_all(support.TASK_CONTENDERS, function(urls) return { items = urls, task = task } end)
end

os.exit(lu.LuaUnit.run(), true)
