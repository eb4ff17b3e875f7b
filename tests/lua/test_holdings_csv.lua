--- The lines of memory_processes.csv: they add up to the footprint of their moment, a program's name can't
-- break a line, and of very many processes the smallest stand in one line.
local lu = require "luaunit"

local core = require "bakeoff.core"
local here = arg[0]:match "^(.*/)" or "./"
local support = dofile(here .. "support_trial.lua")

local MOST_NAMED = 128 + 1 -- and the first process, however small it is
local WORKERS = 140

local function text_of(write)
   local file <close> = assert(io.tmpfile())
   write(file)
   file:seek "set"
   return file:read "a"
end

-- The fields of a line, of which one may be quoted.
local function fields_of(line)
   local before, name, after = line:match '^([^"]*,)"(.*)",(%d+,%d+)$'
   if not before then
      before, name, after = line:match "^(.*,)([^,]*),(%d+,%d+)$"
   end
   local cell, time, number, pid = before:match "^(.-),([%d.]+),(%d*),(%d*),$"
   local count, bytes = after:match "^(%d+),(%d+)$"
   return { cell = cell, time = time, number = number, pid = pid, name = name:gsub('""', '"'),
      count = tonumber(count), bytes = tonumber(bytes) }
end

local function lines_of(result, root)
   local list = {}
   local text = text_of(function(file) result:write_processes(file, "label,1", root) end)
   for line in text:gmatch "([^\n]*)\n" do
      list[#list + 1] = fields_of(line)
      lu.assertEquals(list[#list].cell, "label,1")
   end
   return list
end

-- Time → sum of bytes
local function sums_of(lines)
   local sums = {}
   for _, line in ipairs(lines) do
      sums[line.time] = (sums[line.time] or 0) + line.bytes
   end
   return sums
end

TestHoldings = {}

function TestHoldings.setUp()
   local pipe <close> = assert(io.popen "mktemp -d")
   TestHoldings.folder = pipe:read "l"
end

function TestHoldings.tearDown() core.remove_tree(TestHoldings.folder) end

local function program(name)
   local path = TestHoldings.folder .. "/" .. name
   assert(os.execute(("cp $(command -v sleep) '%s'"):format(path)))
   return path
end

local function shell(line) return { argv = { "sh", "-c", line } } end

local function of_command(line)
   local row, result = support.run_command({ urls = { "http://localhost" } }, shell(line))
   lu.assertEquals(row.status, "ok", row.reason)
   return lines_of(result)
end

function TestHoldings.test_they_add_up_to_the_footprint()
   local _, result = support.run("processes", { items = { 1, 2, 3, 4 },
      task = function(ctx) ctx:sleep(0.05) end }, 2)
   local lines, known, found = lines_of(result, "trial"), {}, 0
   local memory = text_of(function(file) result:write_memory(file, "label,1") end)
   for line in memory:gmatch "[^\n]+" do
      local time = line:match "^label,1,[^,]*,([%d.]+)," or line:match "^label,1,([%d.]+),"
      known[time] = line
   end
   for time, sum in pairs(sums_of(lines)) do
      lu.assertStrContains("," .. known[time] .. ",", "," .. sum .. ",")
      found = found + 1
   end
   lu.assertTrue(found > 0)
end

function TestHoldings.test_the_first_process_has_the_name_that_was_asked_for()
   local _, result = support.run("processes", { items = { 1, 2, 3, 4 },
      task = function(ctx) ctx:sleep(0.05) end }, 2)
   for _, root in ipairs { "trial", false } do
      local pids = {}
      for _, line in ipairs(lines_of(result, root or nil)) do
         pids[line.pid] = true
         if line.number == "1" then
            lu.assertEquals(line.name == "trial", root == "trial")
         else
            lu.assertTrue(line.name ~= "trial")
         end
         lu.assertEquals(line.count, 1)
      end
      local count = 0
      for _ in pairs(pids) do
         count = count + 1
      end
      lu.assertTrue(count >= 3, count) -- the trial and its two workers
   end
end

function TestHoldings.test_a_programs_name_can_not_break_a_line()
   program 'a,b"c'
   program "tab\there"
   program "größe"
   local lines = of_command(([[cd '%s'; ./'a,b"c' 0.5 & ./'tab%shere' 0.5 & ./größe 0.5; wait]]):format(
      TestHoldings.folder, "\t"))
   local names = {}
   for _, line in ipairs(lines) do
      names[line.name] = true
   end
   lu.assertTrue(names['a,b"c'])
   lu.assertTrue(names["tab?here"])
   lu.assertTrue(names["gr????e"])
end

function TestHoldings.test_of_very_many_the_smallest_stand_in_one_line()
   local items = {}
   for n = 1, WORKERS do
      items[n] = n
   end
   local _, result = support.run("processes", { items = items, task = function() end }, WORKERS)
   local lines = lines_of(result)
   local others, named = 0, {}
   for _, line in ipairs(lines) do
      if line.number == "" then
         lu.assertEquals({ line.pid, line.name }, { "", "others" })
         others = math.max(others, line.count)
         lu.assertTrue(line.bytes > 0)
      else
         named[line.number] = true
      end
   end
   local count = 0
   for _ in pairs(named) do
      count = count + 1
   end
   lu.assertTrue(count <= MOST_NAMED and count >= MOST_NAMED - 1, count)
   lu.assertTrue(others >= WORKERS - MOST_NAMED, others)
   lu.assertTrue(named["1"])
end

os.exit(lu.LuaUnit.run(), true)
