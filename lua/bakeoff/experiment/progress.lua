--- One line on the terminal that shows how far a long run is. Silent if standard error is not a terminal.

local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local look = require "bakeoff.base.look"

local progress = {}
progress.__index = progress

local CLEAR = "\r\27[K"

--- A new line, not shown yet. is_silent: it never is, since trials write to the terminal themselves.
function progress.new(is_silent)
   return setmetatable({ seen = {}, shown = false, live = not is_silent and core.is_terminal(2) }, progress)
end

local function key_of(cell) return cell_type.key(cell.label, cell.workers) end

-- The mean of this cell's earlier trials; of all trials if the cell had none.
local function expected(self, trial)
   local own = self.seen[key_of(trial.cell)]
   local all = self.seen[1]
   local known = own or all
   return known and known.seconds / known.count or 0
end

local function remaining(self, trials, from)
   local seconds = 0
   for i = from, #trials do
      seconds = seconds + expected(self, trials[i])
   end
   return seconds
end

local function clock(seconds)
   if seconds >= 3600 then
      return ("%d h %02d min"):format(seconds // 3600, seconds % 3600 // 60)
   elseif seconds >= 60 then
      return ("%d min %02d s"):format(seconds // 60, seconds % 60 // 1)
   end
   return ("%d s"):format(math.ceil(seconds))
end

local SHORT_S = 0.1

-- In a series of short trials, the line shown a moment ago is recent enough.
local function can_wait(self, trial)
   return self.drawn and self.began - self.drawn < SHORT_S and expected(self, trial) < SHORT_S
      and self.seen[key_of(trial.cell)] ~= nil
end

--- Trial `i` of `trials` is about to run; `kept` trials were there before this run; the line begins with
-- `what`.
function progress:start(trials, i, kept, what)
   self.began = core.now()
   local trial = trials[i]
   if not self.live or can_wait(self, trial) then
      return
   end
   self.drawn = self.began
   local left, cell = remaining(self, trials, i), trial.cell
   io.stderr:write(CLEAR, look.one_row(("%s %d/%d  %s%s"):format(what, kept + i - 1, kept + #trials,
      cell_type.counted(cell), left > 0 and ("  %s left"):format(clock(left)) or "")))
   io.stderr:flush()
   self.shown = true
end

local function add(self, key, seconds)
   local entry = self.seen[key] or { count = 0, seconds = 0 }
   entry.count, entry.seconds = entry.count + 1, entry.seconds + seconds
   self.seen[key] = entry
end

--- The trial has ended.
function progress:stop(trial)
   local seconds = core.now() - self.began
   add(self, key_of(trial.cell), seconds)
   add(self, 1, seconds)
end

--- Removes the line.
function progress:clear()
   if self.shown then
      io.stderr:write(CLEAR)
      io.stderr:flush()
      self.shown = false
   end
end

return progress
