--- Every contender × every way in which a server ends a connection: each job must have the same outcome
-- under every contender, and the one that the curl command has. Otherwise a contender that gives up where
-- others try again would look faster than they are.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local endings = dofile(here .. "support_endings.lua")

local COUNT = 8
local BODY = ("x"):rep(20000)

local DONE, LOST = "done  200", "failed transfer 0"

-- The outcome of a job: status, code, HTTP status. "cut": the head had arrived.
local CUT = "failed transfer 200"

local ENDINGS = {
   { "keep", DONE }, { "polite", DONE }, { "old", DONE }, { "silent", DONE }, { "silent_reset", DONE },
   { "third", DONE }, { "half", DONE }, { "drop", DONE }, { "hangup", DONE }, { "nothing", LOST },
   { "reset", LOST }, { "head", DONE }, { "length", CUT }, { "length_reset", CUT }, { "chunk", CUT },
   { "chunk_end", CUT }, { "status", "failed http 503" },
}

local peer

local function set_up()
   peer = endings.start()
   lu.skipIf(not peer, "lua-luv is not installed (scripts/setup --tests installs it)")
end

local function tear_down()
   if peer then
      peer.stop()
   end
end

TestEndings = { setUp = set_up, tearDown = tear_down }

-- URLs of one ending; with `mixed`, every second one is on a connection that the server keeps.
local function urls(ending, mixed)
   local list = {}
   for i = 1, COUNT do
      list[i] = peer.url(("/%s/%d"):format(mixed and i % 2 == 0 and "keep" or ending, i))
   end
   return list
end

local function outcomes(result, jobs)
   local found = {}
   for i, line in ipairs(support.job_lines(result, jobs)) do
      found[i] = ("%s %s %s"):format(line.status, line.error, line.http_status)
   end
   return found
end

local function expected(outcome, mixed)
   local list = {}
   for i = 1, COUNT do
      list[i] = mixed and i % 2 == 0 and DONE or outcome
   end
   return list
end

-- Outcomes of the curl command, which fetches all URLs on the connections it keeps.
local function of_curl(list, request)
   local words = { "curl", "-s", "--noproxy", "'*'", "-w", "'%{exitcode} %{http_code}\n'" }
   if request and request.body then
      table.move({ "--data-binary", request.body }, 1, 2, #words + 1, words)
   end
   for _, url in ipairs(list) do
      table.move({ "-o", "/dev/null", url }, 1, 3, #words + 1, words)
   end
   local found = {}
   local pipe <close> = assert(io.popen(table.concat(words, " ")))
   for line in pipe:lines() do
      local code, status = line:match("^(%d+) (%d+)")
      status = math.tointeger(tonumber(status))
      found[#found + 1] = code ~= "0" and ("failed transfer %d"):format(status)
         or status >= 400 and ("failed http %d"):format(status) or ("done  %d"):format(status)
   end
   return found
end

-- Runs the URLs under every contender, with one worker and (unless `alone`) with several.
local function check(list, wanted, request, what, alone)
   if os.execute "curl --version >/dev/null 2>&1" then
      lu.assertEquals(of_curl(list, request), wanted, what .. " with curl")
   end
   for _, name in ipairs(support.CONTENDERS) do
      for _, workers in ipairs(alone and { 1 } or { 1, 4 }) do
         local row, result, jobs = support.run(name, { urls = list, request = request }, workers)
         lu.assertEquals(outcomes(result, jobs), wanted, ("%s: %s × %d"):format(what, name, workers))
         lu.assertEquals(row.jobs.lost, 0)
      end
   end
end

function TestEndings.test_the_same_outcome_for_each_job()
   for _, ending in ipairs(ENDINGS) do
      check(urls(ending[1]), expected(ending[2]), nil, ending[1])
   end
end

function TestEndings.test_among_requests_that_the_server_answers()
   for _, ending in ipairs(ENDINGS) do
      check(urls(ending[1], true), expected(ending[2], true), nil, "every second: " .. ending[1])
   end
end

-- A body must be sent again with the request.
function TestEndings.test_requests_with_a_body()
   local again = { silent = true, silent_reset = true, drop = true, hangup = true, nothing = true }
   for _, ending in ipairs(ENDINGS) do
      if again[ending[1]] then
         check(urls(ending[1]), expected(ending[2]), { method = "POST", body = "name=value" }, ending[1])
      end
   end
end

function TestEndings.test_an_early_answer_is_heard()
   check(urls "early", expected "failed http 413", { method = "POST", body = BODY }, "early")
end

function TestEndings.test_closed_before_the_request()
   local list = {}
   for i = 1, COUNT do
      list[i] = peer.closing_url()
   end
   check(list, expected(LOST), nil, "closed at once")
end

-- With several workers, it depends on chance whose request is the second one of a connection.
function TestEndings.test_a_late_408_is_the_answer()
   local wanted = {}
   for i = 1, COUNT do
      wanted[i] = i % 2 == 0 and "failed http 408" or DONE
   end
   check(urls "late", wanted, nil, "late", true)
end

-- Tasks see the same, whichever contender runs them.
function TestEndings.test_tasks()
   local function task(ctx, url)
      local response, _, code = ctx:fetch(url)
      return { response and response.status or code }
   end
   for _, ending in ipairs(ENDINGS) do
      local first
      for _, name in ipairs(support.TASK_CONTENDERS) do
         local row = support.run(name, { items = urls(ending[1]), task = task, same_results = true }, 4)
         support.assert_done(name, row, COUNT)
         first = first or row.results
         lu.assertEquals(row.results, first, ending[1] .. ": " .. name)
      end
   end
end

-- The server closes the connection at its second request, so each job but the first is two requests.
function TestEndings.test_requests_that_were_sent_again_are_counted()
   for _, name in ipairs(support.CONTENDERS) do
      local row, result, jobs = support.run(name, { urls = urls "drop" }, 1)
      local again = 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         again = again + line.retries
      end
      lu.assertEquals({ row.retries, again }, { COUNT - 1, COUNT - 1 }, name)
   end
end

function TestEndings.test_fetch_and_loop()
   local loop <close> = bake.loop { in_flight = 1 }
   for _, url in ipairs(urls "hangup") do
      lu.assertEquals(assert(bake.fetch(url)).body, "fresh")
      lu.assertEquals(loop:run(function() return assert(loop:fetch(url)).body end), "fresh")
   end
end

-- Eight kept connections that the server closes at the next request: more than libcurl tries for one request.
function TestEndings.test_more_dead_connections_than_libcurl_tries()
   local loop <close> = bake.loop { in_flight = 8 }
   local function get(path) return function() return assert(loop:fetch(peer.url(path))).body end end
   for _, ending in ipairs { "drop", "hangup" } do
      loop:run(function()
         local gated = {}
         for i = 1, 8 do
            gated[i] = get "/gate/1"
         end
         bake.gather(gated)
      end)
      lu.assertEquals(loop:run(get("/" .. ending)), "fresh", ending)
   end
end

os.exit(lu.LuaUnit.run(), true)
