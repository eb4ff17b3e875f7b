--- The owner of the pool whose workers test_kill.lua kills:
-- bakeoff run kill_owner.lua --start spawn --order result
--
-- Files in the current folder: workers write a line to `log` for each task they start; this script writes
-- `started` when the pool runs, `collected` when all results are in, and `report.json`; the test writes
-- `quiet` when it kills no more.

local bake = require "bakeoff"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local opt = bake.options {
   start = { "fork", "fork or spawn" }, tasks = { 10000, "tasks" }, size = { 4, "workers of the pool" },
   order = { "completed", "how results are asked for: completed or result" },
}

local FAILS, CANCELLED = 97, 53 -- every 97th task fails, every 53rd is cancelled

local function task(n)
   Log:write(n .. "\n") -- luacheck: ignore
   local sum = 0
   for i = 1, 2000 do
      sum = sum + i * n % 7
   end
   if n % 97 == 0 then
      error("task " .. n .. " fails", 0)
   end
   return n, n * n, sum
end

local function expected(n)
   local sum = 0
   for i = 1, 2000 do
      sum = sum + i * n % 7
   end
   return sum
end

local report = {}
for _, list in ipairs { "done", "failed", "cancelled", "lost", "wrong" } do
   report[list] = json.array {}
end

local function wrong(...) report.wrong[#report.wrong + 1] = (...):format(select(2, ...)) end

local function check_problem(n, message, code, problem, was_cancelled)
   if code == "task" then
      report.failed[#report.failed + 1] = n
      if n % FAILS ~= 0 or message ~= "task " .. n .. " fails" then
         wrong("task %d failed with: %s", n, message)
      end
   elseif code == "cancelled" then
      report.cancelled[#report.cancelled + 1] = n
      if not was_cancelled then
         wrong("task %d was cancelled, but by whom?", n)
      end
   elseif code == "lost" then
      local lost = { task = n, pid = problem.pid, worker = problem.worker, message = message }
      report.lost[#report.lost + 1] = lost
   else
      wrong("task %d ended with code %s: %s", n, code, message)
   end
end

local function check(n, future, was_cancelled)
   local number, square, sum = future:result()
   if number == nil then
      check_problem(n, square, sum, future:error(), was_cancelled)
   else
      report.done[#report.done + 1] = n
      if number ~= n or square ~= n * n or sum ~= expected(n) or n % FAILS == 0 then
         wrong("task %d gave %s, %s, %s", n, number, square, sum)
      end
   end
end

local function collect(futures, numbers, was_cancelled)
   if opt.order == "completed" then
      for future in bake.as_completed(futures) do
         local n = numbers[future]
         check(n, future, was_cancelled[n])
      end
   else
      for n, future in ipairs(futures) do
         check(n, future, was_cancelled[n])
      end
   end
end

local function wait_for(name)
   while core.file_kind(name) ~= "file" do
      bake.sleep "2ms"
   end
end

local pool <close> = bake.processes { workers = opt.size, start = opt.start, init = function()
   Log = assert(io.open("log", "a")) -- luacheck: ignore
   Log:setvbuf "no" -- luacheck: ignore
end }

local futures, numbers, was_cancelled, heard = {}, {}, {}, {}
for n = 1, opt.tasks do
   futures[n] = pool:submit(task, n)
   numbers[futures[n]] = n
   futures[n]:on_done(function() heard[n] = (heard[n] or 0) + 1 end)
end
assert(core.store("started", ""))
for n = opt.tasks // CANCELLED * CANCELLED, 1, -CANCELLED do
   was_cancelled[n] = futures[n]:cancel()
end
collect(futures, numbers, was_cancelled)
report.counts = pool:counts()
for n = 1, opt.tasks do
   if heard[n] ~= 1 then
      wrong("task %d: its callback was called %d times", n, heard[n] or 0)
   end
end

assert(core.store("collected", ""))
wait_for "quiet"
local ok, message = pool:map(function(n) return n + 1 end, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
report.after = ok or message
assert(core.store("report.json", json.encode(report)))
