--- Many tasks that wait in every possible way and are cancelled and timed out at seeded random moments. Each
-- ends exactly once, nothing hangs, nothing is left behind.
local lu = require "luaunit"

local bake = require "bakeoff"
local random = require "bakeoff.base.random"

local TASKS, SEEDS = 300, 4

local site, pool

TestStorm = {}

function TestStorm.setUp()
   site = bake.server { latency = "2ms", jitter = "2ms" }
   pool = bake.threads { workers = 2 }
end

function TestStorm.tearDown()
   pool:shutdown {}
   site:stop()
end

-- The ways to wait in one storm. Each is a function of its depth; returns one that picks a way at random.
local function ways_of(loop, draw)
   local semaphore, ways = bake.semaphore(3), nil
   local function ms(most) return draw:below(most) / 1000 end
   local function any(depth) return ways[depth > 2 and draw:below(5) or draw:below(#ways)](depth + 1) end
   ways = {
      function() bake.sleep(ms(6)) end,
      function() bake.sleep(0) end,
      function() loop:fetch { url = site:url "/", timeout = 0.001 + ms(10) } end,
      function() loop:read "/proc/self/maps" end,
      function() loop:offload(pool, math.abs, -1) end,
      function() semaphore:with(any, 3) end, -- the first three don't acquire it again, which could deadlock
      function(depth) bake.timeout(ms(4), any, depth) end,
      function(depth) bake.gather { function() any(depth) end, function() any(depth) end } end,
      function(depth)
         bake.group(function(group)
            group:go(any, depth)
            group:go(function()
               any(depth)
               if draw:below(3) == 1 then
                  error "by chance"
               end
            end)
            any(depth)
         end)
      end,
      function(depth)
         local task = loop:go(any, depth)
         bake.sleep(ms(3))
         task:cancel()
         task:error() -- waits, and so asks for the error
      end,
      function(depth)
         local _ <close> = setmetatable({}, { __close = function() bake.sleep(ms(2)) end })
         any(depth)
      end,
   }
   return any
end

local function storm(seed)
   local draw = random.new(seed)
   local loop <close> = bake.loop { in_flight = 5 }
   local any = ways_of(loop, draw)
   local tasks, ended = {}, 0
   for i = 1, TASKS do
      tasks[i] = loop:go(function()
         pcall(any, 0)
         any(0)
      end)
      tasks[i]:on_done(function(task)
         ended = ended + 1
         task:error()
      end)
   end
   loop:go(function()
      for _ = 1, TASKS // 3 do
         bake.sleep(draw:below(3) / 1000)
         tasks[draw:below(TASKS)]:cancel()
      end
   end)
   lu.assertTrue(loop:run())
   lu.assertEquals({ ended, #loop }, { TASKS, 0 })
end

function TestStorm.test_all_end_once()
   for seed = 1, SEEDS do
      storm(seed)
   end
   local counts = pool:counts()
   lu.assertEquals(counts.submitted, counts.done + counts.cancelled)
end

-- The loop is closed while everything is under way.
function TestStorm.test_closed_in_the_middle()
   for seed = 1, SEEDS do
      local draw = random.new(seed)
      local loop = bake.loop { in_flight = 5 }
      local any, tasks = ways_of(loop, draw), {}
      for i = 1, TASKS do
         tasks[i] = loop:go(any, 0)
      end
      loop:run(function() bake.sleep(draw:below(8) / 1000) end)
      loop:close()
      for _, task in ipairs(tasks) do
         lu.assertTrue(task:done())
         task:error()
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
