--- Every fault of the fixture × every contender, as URLs and as tasks: each job must end with the same class,
-- HTTP status and code of libcurl under all of them.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local server = require "bakeoff.net.server"

-- fault → status, class, HTTP status, libcurl's code
local EXPECTED = {
   reset_before = "failed transfer 0 56", reset_mid = "failed transfer 200 56",
   close_before = "failed transfer 0 52", close_idle = "done  200 0",
   stall_before = "failed timeout - 28", stall_head = "failed timeout - 28",
   stall_body = "failed timeout - 28", drip = "failed timeout - 28",
   length_long = "failed transfer 200 18", length_short = "done  200 0",
   length_negative = "failed protocol 200 8", length_twice = "done  200 0",
   chunk_cut = "failed transfer 200 18", chunk_bad = "failed protocol 200 56",
   chunk_huge = "failed protocol 200 56", gzip_bad = "failed protocol 200 23",
   gzip_cut = "failed protocol 200 0", gzip_bomb = "failed too_large 200 23",
   garbage = "failed protocol 0 1", endless = "failed too_large 200 23",
   header_flood = "failed protocol 200 23", header_huge = "failed protocol 200 27",
   redirect_loop = "failed transfer 302 47", redirect_file = "failed scheme 302 1",
   redirect_ftp = "failed scheme 302 1", redirect_gopher = "failed scheme 302 1",
   status_404 = "failed http 404 0", status_429 = "failed http 429 0", status_503 = "failed http 503 0",
   status_999 = "failed http 999 0", early_413 = "failed http 413 0",
}

-- These end only with the client's patience; all others, whatever the machine is doing, by themselves.
local SILENT = { stall_before = true, stall_head = true, stall_body = true, drip = true }

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
      lu.assertEquals(found, EXPECTED, name)
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
