-- In which order do results arrive? The same sums and fetches are started and awaited in five ways.
--
--    bakeoff run scripts/completion_order.lua
--    bakeoff run scripts/completion_order.lua --sizes 9,1,1,1 --unit 100000000 --processes 2
--
-- Each way (completion/systems.lua) gets the same work: sums of different sizes for worker processes, and a
-- few fetches. It records when each task ran and when the caller got its result. Each way runs once: this
-- script shows order, not speed.

local bake = require "bakeoff"
local systems = require "completion.systems"

local opt = bake.options {
   sizes = { "5,1,2,1", "sizes of the sums, in units, in the order of submission" },
   unit = { 400000000, "a sum of size 1 adds up the numbers from 0 to this" },
   processes = { 2, "worker processes" },
   fetches = { 3, "number of fetches" },
   latency = { "150ms", "time the server takes to answer" },
}

local sums = {}
for size in opt.sizes:gmatch("[^,%s]+") do
   size = assert(math.tointeger(tonumber(size)), "--sizes: write whole numbers, such as 5,1,2,1")
   sums[#sums + 1] = size * opt.unit
end

local site <close> = bake.server { latency = opt.latency }
local urls = site:urls("/page?number=%d", opt.fetches)

local ran = systems.run { numbers = sums, urls = urls, processes = opt.processes, add = bake.work.sum }

local columns, rows = systems.table(ran)
print(bake.format.table(columns, rows) .. "\n")

bake.chart { kind = "order", name = "completion_order", systems = ran,
   job = ("sums of size %s and %s, %s"):format(opt.sizes:gsub("%s*,%s*", ", "),
      #urls == 1 and "1 fetch" or #urls .. " fetches", bake.format.plural(opt.processes, "worker")) }
