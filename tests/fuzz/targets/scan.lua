--- Scans of parameters (exec/scan.lua): "threads=1,2,4..6" gives its values, each once, or a line says why
-- not; values filled into a word stay literal. The first line is the scan, the rest is the word.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local placeholders = require "bakeoff.contenders.command.placeholders"
local scan = require "bakeoff.exec.scan"

-- Only quotes make a comma part of a value, or let one be empty.
local function check_values(one, given)
   local seen = {}
   support.expect(#one.rows >= 1 and #one.rows <= 1000, "as many values as allowed")
   for _, row in ipairs(one.rows) do
      support.expect(#row == #one.names, "a value for each name")
   end
   for _, value in ipairs(one.values or {}) do -- of one name alone
      support.expect(given:find "['\"]" or value ~= "" and not value:find ",", "a value", value)
      support.expect(not seen[value], "each value once", value)
      seen[value] = true
   end
end

-- A value between bars arrives as it is, whatever is filled in after it.
local function check_literal(one)
   for _, row in ipairs(one.rows) do
      local name, value = one.names[#row], row[#row]
      local filled = scan.fill("|{" .. name .. "}|", { { name, value } })
      local expanded = placeholders.expand(filled, setmetatable({}, { __index = function() return "?" end }))
      local is_odd = value:find "[${]{" -- braces that were doubled by hand
      support.expect(expanded == "|" .. value .. "|" or is_odd, "a value is literal", value, expanded)
   end
end

return function(bytes)
   local first, word = bytes:match "^([^\n]*)\n?(.*)$"
   local one, message = scan.parse(first)
   if not one then
      return support.check_message(message)
   end
   check_values(one, first)
   check_literal(one)
   local count = scan.count { one }
   support.expect(count == #one.rows and #scan.combinations { one } == count, "one combination per value")
   for _, name in ipairs(scan.names_in { word }) do
      support.expect(name:find "^[%a_][%w_]*$", "a name", name)
   end
   scan.fill(word, { { one.names[1], one.rows[1][1] } })
end
