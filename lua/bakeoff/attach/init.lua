--- Watches running processes from outside until they end: memory with samplers, CPU time with tree_cpu. It
-- only reads /proc and /sys, and neither stops nor signals what it watches.
--
-- What is watched consists of parts: a process tree each, or all members of a cgroup. Several trees have a
-- sampler of their own each, and one of all together, in which what they share counts once.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local tree_cpu = require "bakeoff.attach.tree_cpu"

local attach = {}

local LONGEST_WAIT_S = 0.5
local BETWEEN_LOOKS_S = 0.02 -- at processes whose end nothing tells
local BUDGET, MOST_BUDGET = 0.01, 0.05 -- the shares of the time that one sampler and all may use for sampling

-- --- parts ------------------------------------------------------------------------------------------

-- A process tree.
local function part_of(target, options, samplers)
   return { target = target, began = core.now(),
      sampler = assert(core.sampler { pid = target.pid, every = options.every, runs_on = true,
         budget = math.min(BUDGET, MOST_BUDGET / samplers) }),
      cpu = tree_cpu.new(function() return core.tree(target.pid) or {} end) }
end

-- All trees as one.
local function whole_of(targets, options, samplers)
   local whole = part_of(targets[1], options, samplers)
   for index = 2, #targets do
      whole.sampler:add(targets[index].pid) -- one that has ended meanwhile is missing in both
   end
   whole.target = { label = "together" }
   whole.cpu = tree_cpu.new(function()
      local pids = {}
      for _, target in ipairs(targets) do
         local tree = core.tree(target.pid) or {}
         table.move(tree, 1, #tree, #pids + 1, pids)
      end
      return pids
   end)
   return whole
end

-- The members of a cgroup, without what is below them: that is in the group, or was moved out of it.
local function group_of(group, options)
   local part = { target = group, group = group, began = core.now(),
      sampler = assert(core.sampler { pid = group:members()[1], every = options.every, runs_on = true,
         tree = false }) }
   part.cpu = group:cpu() or tree_cpu.new(function() return group:members() end)
   group:begin(part.sampler)
   return part
end

local function finish(part)
   part.ended = core.now()
   part.cpu:read()
end

-- Has a whole tree ended? The next sample would tell, too, but it may be far off: because --sample-every is
-- long, or because the budget for sampling is used up. The last look lists the tree again.
local function has_ended(part)
   return part.root_ended and not part.sampler:alive() and not part.sampler:full()
end

local function tick(part)
   if part.group and part.group:tick(part.sampler) then
      part.root_ended = true
   end
   local taken = part.sampler:tick()
   if taken == nil and (not part.group or part.group:refresh(part.sampler)) then
      finish(part)
   else
      part.cpu:tick()
   end
end

-- --- all of them ------------------------------------------------------------------------------------

local function each(watched, call)
   for _, part in ipairs(watched.all) do
      if not part.ended then
         call(part)
      end
   end
end

-- Seconds to wait for an event, at most.
local function pause(watched, deadline)
   local left = deadline and math.max(deadline - core.now(), 0) or math.huge
   local most = #watched.all > 1 and BETWEEN_LOOKS_S or LONGEST_WAIT_S
   each(watched, function(part)
      local looks = (part.root_ended or part.group) and BETWEEN_LOOKS_S or LONGEST_WAIT_S
      most = math.min(most, part.sampler:due(), looks)
   end)
   return math.min(most, left)
end

local function note_end(watched, part)
   part.root_ended = true
   part.cpu:read() -- it stays a zombie until its parent waits for it
   if watched.whole then
      watched.whole.cpu:read()
   end
end

-- Waits for the end of a process or a signal: on the first one that runs, or on this process, which runs.
-- The others are asked. → was there a signal?
local function wait(watched, seconds, interrupt)
   local waited = false
   for _, part in ipairs(watched.parts) do
      local process = not part.root_ended and part.target.process
      local what = process and process:wait(waited and 0 or seconds, interrupt)
      waited = waited or what ~= nil
      if what == "ended" then
         note_end(watched, part)
      elseif what == "interrupted" then
         return true
      end
   end
   return not waited and watched.own:wait(seconds, interrupt) == "interrupted"
end

local function finish_ended(watched)
   local any = false
   each(watched, function(part)
      if part ~= watched.whole and has_ended(part) then
         finish(part)
      end
      any = any or part ~= watched.whole and not part.ended
   end)
   return not any
end

-- → "ended", "interrupted" (and the signal) or "duration"
local function follow(watched, options)
   local deadline = options.duration and watched.began + options.duration
   repeat
      each(watched, tick)
      options.progress(watched)
      local is_signalled = wait(watched, pause(watched, deadline), options.interrupt)
      if finish_ended(watched) then
         return "ended"
      end
      local signal = is_signalled and options.interrupt:take()
      if signal then
         return "interrupted", signal
      end
   until deadline and core.now() >= deadline
   return "duration"
end

-- What was watched last of a part that still runs.
local function close(part, why)
   if not part.ended then
      part.ended = core.now()
      if why ~= "ended" then
         part.sampler:full()
         part.cpu:read()
      end
   end
   part.peaks = part.sampler:peaks()
   part.user_s, part.system_s = part.cpu:used()
end

local function begun(targets, options)
   local samplers, parts = #targets > 1 and #targets + 1 or 1, {}
   for index, target in ipairs(targets) do
      parts[index] = target.folder and group_of(target, options) or part_of(target, options, samplers)
   end
   local all = table.move(parts, 1, #parts, 1, {})
   local whole = #parts > 1 and whole_of(targets, options, samplers) or nil
   all[#all + 1] = whole
   return { parts = parts, whole = whole, all = all, began = core.now(),
      own = assert(core.process_open(core.tree()[1])) }
end

--- Watches targets (targets.all), or a list of one cgroup (cgroup.open), until all have ended, a signal
-- arrives or the duration is over. options: interrupt (a guard), every (s), duration (s, or nil),
-- progress(watched).
-- → { why, signal, began, ended (s of core.now), parts = list of { target, began, ended, sampler, peaks,
-- user_s, system_s }, whole = such a part of all trees, where there are several, all = both }. Raises (trial)
-- if not even one sample could be taken.
function attach.watch(targets, options)
   local watched = begun(targets, options)
   for _, part in ipairs(watched.all) do
      if not part.sampler:full() then
         if #watched.parts == 1 then
            failure.trial("%s ended before it could be sampled", part.target.what)
         end
         finish(part)
      end
   end
   watched.why, watched.signal = follow(watched, options)
   watched.ended = core.now()
   for _, part in ipairs(watched.all) do
      close(part, watched.why)
   end
   return watched
end

return attach
