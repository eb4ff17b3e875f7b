--- The protocol of a pool's bell, tried in every order of its steps: nobody sleeps while answers wait.
--
-- A step below is one access to shared memory or one system call of src/pool (the functions are named). Each
-- worker may also be killed before any of its steps. States are explored until none is new; one in which no
-- step is possible although the owner still waits is a lost wake-up.

local lu = require "luaunit"

local NEVER = math.huge

local function copy(state)
   local new = {}
   for key, value in pairs(state) do
      new[key] = value
   end
   new.workers = {}
   for i, worker in ipairs(state.workers) do
      new.workers[i] = { at = worker.at, left = worker.left, seen = worker.seen }
   end
   return new
end

local KEYS = { "at", "back", "tail", "head", "inbox", "notify", "edge", "deaths", "armed", "looks", "waits",
   "ended" }

local function name_of(state)
   local parts = {}
   for i, key in ipairs(KEYS) do
      parts[i] = tostring(state[key])
   end
   for _, worker in ipairs(state.workers) do
      parts[#parts + 1] = ("%s,%d,%s"):format(worker.at, worker.left, tostring(worker.seen))
   end
   return table.concat(parts, " ")
end

-- --- workers: handover.c (tell_owner), wake.c (tell_idle, ring_bell) ------------------------------------

local WORKER = {
   publish = function(state, worker)
      state.tail, worker.left, worker.at = state.tail + 1, worker.left - 1, "read"
   end,
   read = function(state, worker)
      worker.at = state.tail >= state.notify and "exchange" or worker.left > 0 and "publish" or "idle"
   end,
   idle = function(state, worker)
      worker.at = state.notify ~= NEVER and state.tail ~= state.head and "exchange" or "asleep"
   end,
   exchange = function(state, worker)
      worker.seen, state.notify, worker.at = state.notify, NEVER, "write"
   end,
   write = function(state, worker)
      state.edge = state.edge or worker.seen ~= NEVER
      worker.seen, worker.at = nil, worker.left > 0 and "publish" or "asleep"
   end,
}

local function killed(state, number)
   local new = copy(state)
   new.workers[number].at, new.deaths = "dead", state.deaths + 1
   return new
end

-- --- the owner -------------------------------------------------------------------------------------------

-- crew.c (bko__crew_attend): takes the bell's edge, buries the dead. The task that each had started is lost.
local function attend(state)
   state.edge, state.deaths = false, 0
   for _, worker in ipairs(state.workers) do
      if worker.at == "dead" then
         worker.at, state.ended, worker.left = "buried", state.ended + worker.left, 0
      end
   end
end

-- inbox.c (bko__inbox_absorb)
local function absorb(state) state.inbox, state.head = state.inbox + state.tail - state.head, state.tail end

local function wakes(state) return state.edge or state.deaths > 0 end

-- Each returns nothing, or false if the owner can't go on. `at` is the next step.
local OWNER = {
   -- tasks.c (look_around), while a host submits
   look = function(state) absorb(state); state.at = "look_attend" end,
   look_attend = function(state) attend(state); state.at = "look_again" end,
   look_again = function(state, rules)
      state.edge = state.edge or state.armed and not rules.forgets_the_waiter
      state.at = state.back
   end,
   -- wait.c (bko_pool_arm)
   arm = function(state, rules)
      absorb(state)
      state.armed, state.at = true, rules.arms_late and "arm_check" or "arm_notify"
   end,
   arm_notify = function(state, rules)
      state.notify, state.at = state.head + 1, rules.arms_late and "poll" or "arm_check"
   end,
   arm_check = function(state, rules)
      local found = state.inbox > 0 or state.tail > state.head
      state.at = found and "collect" or rules.arms_late and "arm_notify" or "poll"
   end,
   poll = function(state)
      if not wakes(state) then
         return false
      end
      state.at = "collect"
   end,
   -- wait.c (collect_until)
   collect = function(state) absorb(state); state.at = "report" end,
   report = function(state)
      local found = state.inbox > 0
      state.ended, state.inbox = state.ended + state.inbox, 0
      state.at = found and "choose" or "look_around"
   end,
   look_around = function(state)
      state.armed = false
      attend(state)
      state.at = state.waits and state.ended < state.total and "sleep_notify" or "choose"
   end,
   -- wait.c (sleep_until)
   sleep_notify = function(state) state.notify, state.at = state.head + 1, "sleep_check" end,
   sleep_check = function(state) state.at = state.tail > state.head and "awake" or "sleep" end,
   sleep = function(state)
      if not wakes(state) then
         return false
      end
      attend(state)
      state.at = "awake"
   end,
   awake = function(state) state.notify, state.at = NEVER, "collect" end,
}

-- What a host may do next: wait in collect, or arm and poll (a loop); submit in between.
local function choices(state)
   local list = {}
   local function add(changes)
      local new = copy(state)
      for key, value in pairs(changes) do
         new[key] = value
      end
      list[#list + 1] = new
   end
   if state.at == "choose" and state.ended < state.total then
      add { at = "collect", waits = true }
      add { at = "arm", waits = false }
   end
   if state.looks > 0 and (state.at == "choose" or state.at == "poll") then
      add { at = "look", back = state.at, looks = state.looks - 1 }
   end
   return list
end

local function successors(state, rules)
   local list = choices(state)
   local step, new = OWNER[state.at], copy(state)
   if step and step(new, rules) ~= false then
      list[#list + 1] = new
   end
   for i, worker in ipairs(state.workers) do
      if WORKER[worker.at] then
         new = copy(state)
         WORKER[worker.at](new, new.workers[i])
         list[#list + 1] = new
      end
      if worker.at ~= "dead" and worker.at ~= "buried" and rules.kills then
         list[#list + 1] = killed(state, i)
      end
   end
   return list
end

-- So often a host submits enough to look around.
local LOOKS = 1

-- Each of `workers` answers `tasks` tasks. → how many states there are, the name of one in which the owner
-- sleeps for ever (nil: none)
local function explore(workers, tasks, rules)
   local first = { at = "choose", back = "choose", tail = 0, head = 0, inbox = 0, notify = NEVER,
      edge = false, deaths = 0, armed = false, looks = LOOKS, waits = false, ended = 0,
      total = workers * tasks, workers = {} }
   for i = 1, workers do
      first.workers[i] = { at = "publish", left = tasks }
   end
   local seen, waiting, count = { [name_of(first)] = true }, { first }, 0
   while #waiting > 0 do
      local state = table.remove(waiting)
      local nexts = successors(state, rules)
      count = count + 1
      if #nexts == 0 and state.ended < state.total then
         return count, name_of(state)
      end
      for _, new in ipairs(nexts) do
         local name = name_of(new)
         if not seen[name] then
            seen[name] = true
            waiting[#waiting + 1] = new
         end
      end
   end
   return count
end

TestBell = {}

function TestBell.test_no_wake_up_is_lost()
   for _, size in ipairs { { 1, 3 }, { 2, 1 } } do
      local count, stuck = explore(size[1], size[2], {})
      lu.assertNil(stuck)
      lu.assertTrue(count > 100)
   end
end

function TestBell.test_no_wake_up_is_lost_when_workers_are_killed()
   for _, size in ipairs { { 1, 2 }, { 2, 1 } } do
      local count, stuck = explore(size[1], size[2], { kills = true })
      lu.assertNil(stuck)
      lu.assertTrue(count > 100)
   end
end

TestModel = {}

-- Two faults that the pool must not have; the first it once had.
function TestModel.test_notices_a_submit_that_takes_the_wake_up_of_a_waiter()
   local _, stuck = explore(1, 1, { forgets_the_waiter = true })
   lu.assertStrContains(stuck, "poll")
end

function TestModel.test_notices_an_owner_that_checks_before_it_asks_to_be_woken()
   local _, stuck = explore(1, 1, { arms_late = true })
   lu.assertStrContains(stuck, "poll")
end

os.exit(lu.LuaUnit.run(), true)
