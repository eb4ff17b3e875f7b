--- bake.group(function(group) group:go(fn, …) … end, …) → the function's results, after all members have
-- ended: no member outlives the group.
--
-- If a member or the function raises an error, all others are cancelled. When they have ended, the error is
-- raised again: a member's as { message=, traceback=, value=, others = list of later errors }. Cancelling the
-- waiting task cancels all members.

local core = require "bakeoff.core"

local groups = {}

local group = {}
group.__index = group

--- Starts a member; returns its task.
function group:go(fn, ...)
   if self.is_aborting or self.has_ended then
      error("group:go: the group is ending and accepts no more members", 2)
   end
   local member = self.loop:go(fn, ...)
   self.members[member] = true
   self.count = self.count + 1
   member:on_done(function() self:member_ended(member) end)
   return member
end

--- Cancels all members.
function group:cancel()
   self.is_aborting = true
   for member in pairs(self.members) do
      member:cancel()
   end
end

-- After an error the group's function, which may be waiting for something, is cancelled like the members.
function group:member_ended(member)
   self.members[member] = nil
   self.count = self.count - 1
   if self.count == 0 and self.waiting then
      core.wake(self.owner, self.waiting)
   end
   local err = not member:cancelled() and member:error()
   if not err then
      return
   end
   self.errors[#self.errors + 1] = err
   if not self.is_aborting then
      self:cancel()
      if not self.body_ended then
         self.cancelled_body = true
         self.owner:cancel()
      end
   end
end

local function wait_for_members(self)
   local _, serial = core.ticket "group"
   self.waiting = serial
   core.park "a group"
end

-- Waits until all members have ended. → was the owner cancelled during that time?
local function join(self)
   local cancelled = false
   while self.count > 0 do
      local ok, err = pcall(wait_for_members, self)
      if not ok and err ~= core.cancelled then
         error(err, 0)
      elseif not ok then
         cancelled = true
         self:cancel()
      end
   end
   self.has_ended = true
   return cancelled
end

local function raise_first(errors)
   local first = table.remove(errors, 1)
   if #errors > 0 then
      first.others = errors
   end
   error(first, 0)
end

local function finish(self, asked, ok, ...)
   self.body_ended = true
   local err = not ok and (...) or nil
   local cancelled = not ok and err == core.cancelled
   local failed = not ok and not cancelled and #self.errors == 0
   if self.cancelled_body and self.owner:uncancel() <= asked then
      cancelled = false -- this group cancelled the body itself
   end
   if not ok then
      self:cancel()
   end
   cancelled = join(self) or cancelled
   if failed then
      error(err, 0)
   elseif #self.errors > 0 then
      raise_first(self.errors)
   elseif cancelled or not ok then
      error(core.cancelled, 0)
   end
   return ...
end

function groups.group(body, ...)
   local owner = core.ticket "group"
   if type(body) ~= "function" then
      error(("group: expected a function, got %s"):format(type(body)), 2)
   end
   local self = setmetatable(
      { owner = owner, loop = core.loop_of(owner), members = {}, count = 0, errors = {} }, group)
   return finish(self, owner:cancelling(), xpcall(body, core.keep_traceback, self, ...))
end

return groups
