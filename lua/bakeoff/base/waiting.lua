--- A line on the terminal that says what takes long. It appears after two seconds, and only if standard error
-- is a terminal.

local core = require "bakeoff.core"
local look = require "bakeoff.base.look"

local waiting = {}
waiting.__index = waiting

local CLEAR = "\r\27[K"
local PATIENCE_S = 2

local function to_stderr(text)
   io.stderr:write(text)
   io.stderr:flush()
end

--- A new line; the two seconds begin now. For tests: now() → seconds, write(text), live = is it a terminal?
function waiting.new(now, write, live)
   local self = setmetatable({ now = now or core.now, write = write or to_stderr, shown = false }, waiting)
   self.live = live or live == nil and core.is_terminal(2)
   self.began = self.now()
   return self
end

--- Replaces the line's text.
function waiting:show(words)
   if self.live and self.now() - self.began >= PATIENCE_S then
      self.write(CLEAR .. look.one_row(words))
      self.shown = true
   end
end

--- Removes the line.
function waiting:clear()
   if self.shown then
      self.write(CLEAR)
      self.shown = false
   end
end

return waiting
