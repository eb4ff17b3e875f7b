--- A weaving: runs the chunk of a notebook (program.lua) and collects what its cells show.

local bounds = require "bakeoff.notebook.bounds"
local capture = require "bakeoff.notebook.capture"
local failure = require "bakeoff.base.failure"
local locale = require "bakeoff.base.locale"
local program = require "bakeoff.notebook.program"

local weaving = {}
weaving.__index = weaving

local current -- the weaving that runs, if one does

--- The weaving that runs in this process; nil if none does.
function weaving.running() return current end

--- notebook: from program.of
function weaving.new(notebook)
   local self = setmetatable({ cells = notebook.cells, is_claim = {}, values = 0 }, weaving)
   for _, cell in ipairs(self.cells) do
      cell.outputs, cell.values = cell.kind == "code" and {} or nil, {}
   end
   self.calls = locale.plain_all {
      cell = function(number) self:enter(number) end,
      quote = function(index, ...) self.cell.values[index] = self.texts(...) end,
      last = function(...) self:show(...) end,
   }
   return self
end

-- Ends the cell that runs, and begins another; nil: none.
function weaving:enter(number)
   local printed = self.printed
   if printed and printed.more_bytes > 0 then
      self:add_printed(bounds.left_out(printed))
   end
   if self.values > bounds.VALUES then
      self:add_printed(bounds.values_left_out(self.values - bounds.VALUES))
   end
   self.values = 0
   self.cell = number and self.cells[number] or nil
   self.printed = self.cell and self.cell.kind == "code" and bounds.printed() or nil
end

-- Before the first cell, and in text cells, nothing is shown.
local function outputs_of(self) return self.cell and self.cell.outputs end

--- Adds an output (see README.md) to the cell that runs.
function weaving:add(output)
   local outputs = outputs_of(self)
   if outputs then
      outputs[#outputs + 1] = output
   end
end

--- Adds the outcome of a claim (gate/claim.lua), which is shown once, even if its call ends the cell.
function weaving:claim(outcome)
   outcome.cell = self.cell and self.cell.number
   self.is_claim[outcome] = true
   self:add { kind = "claim", claim = outcome }
end

-- What is printed in a row is one output.
function weaving:add_printed(text)
   local outputs = outputs_of(self)
   local last = outputs and outputs[#outputs]
   if last and last.kind == "printed" then
      last.text = last.text .. text
   elseif text ~= "" then
      self:add { kind = "printed", text = text }
   end
end

--- Takes what the script prints.
function weaving:print(text)
   if self.printed then
      self:add_printed(bounds.add(self.printed, text))
   end
end

-- What shows values is loaded when the first one is shown: every trial is forked from this process.
function weaving:show(...)
   local shown = require "bakeoff.notebook.shown"
   for index = 1, select("#", ...) do
      local value = select(index, ...)
      local output = not self.is_claim[value] and shown.output(value) or nil
      self.values = self.values + (output and 1 or 0)
      self:add(self.values <= bounds.VALUES and output or nil)
   end
end

--- Calls a function without catching what it prints (capture.lua).
function weaving:without(call, ...) return self.capture:without(call, ...) end

--- The text of a quote's values. Raises (usage) without a value: it is hardly what the sentence says.
function weaving.texts(...)
   local shown, parts = require "bakeoff.notebook.shown", table.pack(...)
   for index = 1, math.max(parts.n, 1) do
      if parts[index] == nil then
         failure.usage "what the text quotes is nil"
      end
      parts[index] = shown.text(parts[index])
   end
   return table.concat(parts, " ")
end

-- What a script raised as text. Its own error objects may have any fields, and a __tostring that fails.
local function text_of(problem)
   if type(problem) == "table" and not debug.getmetatable(problem) then
      return problem.line -- explained by script/run.lua
   end
   local ok, text = pcall(tostring, problem)
   return ok and text or "an error object whose __tostring fails"
end

-- failed_at: the line of the script that ran, for failures, which have no position.
local function problem_of(self, problem, path, failed_at)
   local text = text_of(problem)
   local message, traceback = text:match "^(.-)\n(stack traceback:.*)$"
   local words, line = program.parts_of(message or text, path)
   return { cell = self.cell and self.cell.number or 1, line = line or failed_at, traceback = traceback,
      message = words }
end

--- Runs the chunk. call(chunk): as call of script/run.lua. → nil; or { cell = number, line,
-- message, traceback } and the problem as it was raised, if a cell failed.
function weaving:run(chunk, path, call)
   assert(not current, "a notebook is being woven")
   current = self
   self.capture = capture.start(function(text) self:print(text) end)
   rawset(_G, program.GLOBAL, self.calls)
   local ok, problem, failed_at = call(chunk)
   rawset(_G, program.GLOBAL, nil)
   self.capture:stop()
   local found = not ok and problem_of(self, problem, path, failed_at) or nil
   self:enter(nil)
   current = nil
   return found, problem
end

return weaving
