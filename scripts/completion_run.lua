-- One way of completion/systems.lua as a separate program. It reads its items from a file and prints a line
-- "ITEM RESULT" for each result as it arrives. processes_2023.lua runs it beside the Python programs.
--
--    bakeoff run scripts/completion_run.lua --way 5 --items FILE --processes 2
--
-- FILE has one item per line: a number (the program adds up 0 to it, in a Lua loop) or a URL (the program
-- fetches it; the result is its length).

local bake = require "bakeoff"
local systems = require "completion.systems"

local opt = bake.options {
   way = { 5, "way: 1 start and join, 2 apply, 3 apply_async, 4 map, 5 loop" },
   items = { "", "file with one item per line" },
   processes = { 2, "worker processes" },
}

local function read_items(path)
   local numbers, urls = {}, {}
   local file <close>, message = io.open(path)
   if not file then
      bake.fail("--items: %s; name a file with one number or URL per line", message)
   end
   for line in file:lines() do
      if line:find("://", 1, true) then
         urls[#urls + 1] = line
      elseif line:find("%S") then
         numbers[#numbers + 1] = math.tointeger(tonumber(line))
            or bake.fail("--items: '%s' is neither a whole number nor a URL", line)
      end
   end
   return numbers, urls
end

if not systems.WAYS[opt.way] then
   bake.fail("--way: must be 1 to %d, not %d", #systems.WAYS, opt.way)
end

local numbers, urls = read_items(opt.items)
local words = table.move(urls, 1, #urls, #numbers + 1, table.move(numbers, 1, #numbers, 1, {}))

local function tell(index, value)
   io.stdout:write(("%s %d\n"):format(words[index], value))
   io.stdout:flush() -- the order of the lines must be the order in which results arrived
end

local work = { numbers = numbers, urls = urls, processes = opt.processes, add = systems.add_up, tell = tell }
systems.run_one(work, opt.way)
