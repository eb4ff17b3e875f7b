--- Conditions of gates and claims (gate/parser.lua, gate/claim.lua): parsed, or refused in one line. What was
-- parsed says the same when its two sides are written anew, and is decided on a run without an error.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local cell_type = require "bakeoff.model.cell"
local claim = require "bakeoff.gate.claim"
local gate = require "bakeoff.gate"
local parser = require "bakeoff.gate.parser"

local function run()
   local cells = {}
   for index, label in ipairs { "threads", "eventloop" } do
      local cell = cell_type.new(label, label, 4)
      for block = 1, 4 do
         cell.trials[block] = { status = "ok", block = block, ["repeat"] = block,
            total_s = index + 0.01 * ((block * 7) % 4),
            jobs = { submitted = 9, done = 9, failed = 0, lost = 0 },
            memory = { footprint_peak_bytes = (index + block) << 20 } }
      end
      cells[index] = cell
   end
   return { cells = cells, manifest = { experiment = "made" }, dir = "made" }
end

local RESULTS = run()
local FIELDS = { "op", "value", "kind", "label", "workers", "quantile", "bound", "a", "b", "in_every_trial" }

local function same(one, two)
   for _, field in ipairs(FIELDS) do
      if not support.same(one[field], two[field]) then
         return false
      end
   end
   return (one.metric and one.metric.name) == (two.metric and two.metric.name)
      and (not one.one or same(one.one, two.one)) and (not one.two or same(one.two, two.two))
end

local function check_parser(bytes)
   local ok, condition = support.call(parser.parse, bytes)
   if not ok then
      return
   end
   local anew = ("%s %s %s"):format(condition.one_text, condition.operator, condition.two_text)
   local parsed = parser.parse(anew)
   support.expect(same(condition.one, parsed.one), "the first side", bytes, anew)
   support.expect(same(condition.two, parsed.two), "the second side", bytes, anew)
   support.expect(parsed.kind == condition.kind, "the kind", bytes, anew)
   support.expect(parsed.operator == condition.operator, "the sign", bytes, anew)
end

return function(bytes)
   check_parser(bytes)
   if #bytes < 4096 then -- a claim of thousands of conditions takes long without being wrong
      local conditions = {}
      for line in bytes:gmatch "[^\n]+" do
         conditions[#conditions + 1] = line
      end
      support.call(claim.new, RESULTS, "so it is", conditions)
      support.call(gate.check, RESULTS, conditions)
   end
end
