--- What the fuzz targets share. An error that reaches the harness is a finding.

local failure = require "bakeoff.base.failure"

local support = {}

function support.expect(holds, what, ...)
   if not holds then
      error(("%s: %s"):format(what, table.concat({ ... }, " | ")), 2)
   end
end

--- Messages are read on a terminal: one line, without control characters of the input.
function support.check_message(message)
   support.expect(type(message) == "string" and message ~= "", "there is a message")
   support.expect(not message:find "[\0-\31\127]", "a message has no control characters", message)
end

--- Calls f(…). Returns true and its results; or false and the message of a failure that the module has for
-- its user. Any other error is a finding.
function support.call(f, ...)
   local results = table.pack(xpcall(f, function(raised)
      return failure.is(raised) and raised or debug.traceback(tostring(raised), 2)
   end, ...))
   if results[1] then
      return table.unpack(results, 1, results.n)
   elseif failure.is(results[2]) then
      support.check_message(results[2].message)
      return false, results[2].message
   end
   error(results[2], 0)
end

--- Are two values the same, tables by their fields?
function support.same(one, two)
   if type(one) ~= "table" or type(two) ~= "table" then
      return one == two or one ~= one and two ~= two
   end
   for key, value in pairs(one) do
      if not support.same(value, two[key]) then
         return false
      end
   end
   for key in pairs(two) do
      if one[key] == nil then
         return false
      end
   end
   return true
end

--- A file of this process in memory, for modules that read files.
function support.path(name)
   local folder = os.getenv "BAKEOFF_FUZZ_FOLDER" or "."
   return folder .. "/" .. name
end

function support.write(path, bytes)
   local file <close> = assert(io.open(path, "wb"))
   file:write(bytes)
end

return support
