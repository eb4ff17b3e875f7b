--- Memory that the footprint can't contain: processes that may not be read, and files in memory that no
-- process maps.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local readings = require "bakeoff.model.readings"
local stats = require "bakeoff.stats"

local memory = {}

-- Of the peak, and in bytes: what is below is lost among the machine's other programs.
local SHARE_WORTH_SAYING, BYTES_WORTH_SAYING = 0.02, 4 * 1024 ^ 2

local function field(name)
   return function(trial) return (trial.memory or {})[name] end
end

-- The largest value of a field, and the names of the cells with a value above `least`.
local function most(cells, read, least)
   local names, largest = {}, 0
   for _, cell in ipairs(cells) do
      local value = math.max(0, table.unpack(cell_type.values(cell, read)))
      names[#names + 1] = value > least and cell_type.described(cell) or nil
      largest = math.max(largest, value)
   end
   return names, largest
end

--- Processes of another user; nil if there were none.
function memory.unreadable(cells)
   local names, count = most(cells, field "unreadable_peak", 0)
   if #names == 0 then
      return nil
   end
   local who = count == 1 and "A process" or ("%d processes"):format(count)
   return ("%s of another user in %s could not be read completely: the peak that was seen counts such memory"
      .. " as shared, the possible one as private"):format(who, numbers.list(names))
end

--- Peaks without an upper bound; nil if there were none.
function memory.open(cells)
   local names = {}
   for _, cell in ipairs(cells) do
      local is_open = #cell_type.values(cell, function(trial)
         return readings.is_peak_open(trial) or nil
      end) > 0
      names[#names + 1] = is_open and cell_type.described(cell) or nil
   end
   return #names > 0 and ("How large the peak footprint can have been at most is unknown for %s: the page"
      .. " faults of its processes were not all counted"):format(numbers.list(names)) or nil
end

-- The median over the trials, because the count is the machine's: one trial may have met another program.
local function outside(cell)
   local bytes = stats.median(cell_type.values(cell, field "outside_peak_bytes")) or 0
   local peak = stats.median(cell_type.values(cell, field "footprint_peak_bytes")) or 0
   return bytes >= math.max(BYTES_WORTH_SAYING, SHARE_WORTH_SAYING * peak) and bytes or nil
end

--- Files in memory that nobody maps; nil if there were none.
function memory.outside(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local bytes = outside(cell)
      parts[#parts + 1] = bytes and ("%s while %s ran"):format(numbers.format(bytes, "size"),
         cell_type.described(cell)) or nil
   end
   return #parts > 0 and ("Files in memory (memfd, tmpfs) that no process of the tree maps are not in"
      .. " its footprint; on this machine they grew by %s"):format(numbers.list(parts)) or nil
end

return memory
