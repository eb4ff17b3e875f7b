-- Adds up the whole numbers up to each item, one after the other, and prints a line "ITEM RESULT" for each.
-- Runs under Lua 5.4 and under LuaJIT, whose numbers are doubles: exact up to 2^53.
--
-- usage: lua5.4 lua_sums.lua ITEMS WORKERS

local function sum_up_to(n)
   local total = 0
   for i = 0, n do
      total = total + i
   end
   return total
end

local item_file, workers = arg[1], tonumber(arg[2])
local file = io.open(item_file or "")
if not file or workers ~= 1 then
   io.stderr:write(file and "lua_sums.lua: this program does one thing after the other: WORKERS is 1\n"
      or ("lua_sums.lua: %s: cannot be read\n"):format(tostring(item_file)))
   os.exit(1)
end
for item in file:lines() do
   if item:find("%S") then
      io.write(("%s %.0f\n"):format(item, sum_up_to(tonumber(item))))
   end
end
