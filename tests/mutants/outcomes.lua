--- Reads what ctest prints, with the output of failed tests: which test failed, and which of its cases.

local outcomes = {}

-- "1/2 Test #5: lua.stats ......***Failed    0.27 sec"
local RESULT = "Test +#%d+: (%S+) %.*([%* ]*[^\n]-) +([%d.]+) sec"

local function results(output)
   local list = {}
   for name, status, seconds, stop in output:gmatch(RESULT .. "()") do
      list[#list + 1] = { name = name, passed = status:find("Passed") ~= nil, seconds = tonumber(seconds),
         has_timed_out = status:find("Timeout") ~= nil, stop = stop }
   end
   return list
end

--- Names of the tests that failed, in the order of the output.
function outcomes.failed(output)
   local list = {}
   for _, result in ipairs(results(output)) do
      list[#list + 1] = not result.passed and result.name or nil
   end
   return list
end

--- How long a test took; nil where the output doesn't say.
function outcomes.seconds(output, name)
   for _, result in ipairs(results(output)) do
      if result.name == name then
         return result.seconds
      end
   end
end

--- The tests that had begun and not ended, separated by blanks; nil where there is none.
function outcomes.running(output)
   local ended, list = {}, {}
   for _, result in ipairs(results(output)) do
      ended[result.name] = true
   end
   for name in output:gmatch("Start +%d+: (%S+)") do
      list[#list + 1] = not ended[name] and name or nil
   end
   return #list > 0 and table.concat(list, " ") or nil
end

-- The first case that lua-unit or cmocka names.
local function case_of(output)
   return output:match("\n1%) (%S+)") or output:match("%[  FAILED  %] [^\n:]*: ([%w_]+)")
      or output:match("%[  FAILED  %] ([%w_]+)")
end

--- "lua.stats: TestMedian.test_of_two" of the first failed test, "c.pool hangs"; nil where none failed.
function outcomes.reason(output)
   for _, result in ipairs(results(output)) do
      if result.has_timed_out then
         return result.name .. " hangs"
      elseif not result.passed then
         local case = case_of(output:sub(result.stop)) -- what a test has printed stands behind its result
         return case and result.name .. ": " .. case or result.name
      end
   end
end

return outcomes
