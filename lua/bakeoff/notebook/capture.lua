--- Catches what a script prints: `print`, and `io.write` as long as it writes to the standard output. What it
-- writes by io.stdout:write goes to the terminal.
--
-- os.exit is caught, too: it would end the weaving without a page, and with an exit code that says nothing
-- about the notebook.
--
-- While trials run, nothing is caught: their processes are forked from this one, and what they print belongs
-- on the terminal, as under `bakeoff run`. The script's functions then see the usual print and io.write. Nor
-- is anything caught in the workers of a cell's pools, which would keep it for themselves.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"

local capture = {}
capture.__index = capture

local function joined(...)
   local parts = table.pack(...)
   for index = 1, parts.n do
      parts[index] = tostring(parts[index])
   end
   return table.concat(parts, "\t") .. "\n"
end

-- io.write takes texts and numbers only; its error names the argument.
local function check(...)
   for index = 1, select("#", ...) do
      local kind = type((select(index, ...)))
      if kind ~= "string" and kind ~= "number" then
         error(("bad argument #%d to 'write' (string expected, got %s)"):format(index, kind), 3)
      end
   end
end

-- Exchanges our functions with the usual ones; what the script itself put there stays.
local function exchange(self, is_on)
   local from, to = is_on and self.usual or self.ours, is_on and self.ours or self.usual
   if rawget(_G, "print") == from.print then
      rawset(_G, "print", to.print)
   end
   if rawget(io, "write") == from.write then
      rawset(io, "write", to.write)
   end
   if rawget(os, "exit") == from.exit then
      rawset(os, "exit", to.exit)
   end
   self.is_on = is_on
end

local EXIT = "os.exit would end the weaving before the page is written; to fail, call error with a message"

--- Begins catching. write(text) takes what is printed. Ends with :stop().
function capture.start(write)
   local usual = { print = print, write = io.write, exit = os.exit }
   local self = setmetatable({ usual = usual, ours = {}, process = core.process() }, capture)
   -- A script may have kept these functions, so they ask whether anything is to be caught.
   local function is_caught() return self.is_on and core.process() == self.process end
   function self.ours.print(...)
      if not is_caught() then
         return usual.print(...)
      end
      write(joined(...))
   end
   function self.ours.write(...)
      if not is_caught() or io.output() ~= io.stdout then
         return usual.write(...)
      end
      check(...)
      write(table.concat({ ... }))
      return io.stdout
   end
   function self.ours.exit(...)
      if not is_caught() then
         return usual.exit(...)
      end
      failure.usage(EXIT)
   end
   exchange(self, true)
   return self
end

--- Calls a function without catching what it prints; returns its results, passes its errors on.
function capture:without(call, ...)
   if not self.is_on then
      return call(...)
   end
   exchange(self, false)
   local function again() exchange(self, true) end
   local _ <close> = setmetatable({}, { __close = again })
   return call(...)
end

--- Ends catching.
function capture:stop() exchange(self, false) end

return capture
