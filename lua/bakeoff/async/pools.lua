--- Collects a pool's results while a task of a loop waits for its futures: the loop watches the pool's
-- descriptor and collects when it is readable, so that futures end while the loop runs.

local pools = {}

-- loop → pool → { count = number of waiting tasks, watch = …, pool = … }
local attended = setmetatable({}, { __mode = "k" })

local function entry_of(loop, pool)
   local entries = attended[loop]
   if not entries then
      entries = {}
      attended[loop] = entries
   end
   local entry = entries[pool]
   if not entry then
      entry = { pool = pool, entries = entries, count = 0 }
      entries[pool] = entry
   end
   return entry
end

local function leave(attention)
   local entry = attention.entry
   if not entry then
      return
   end
   attention.entry = nil
   entry.count = entry.count - 1
   if entry.count == 0 then
      entry.entries[entry.pool] = nil
      entry.watch:close()
      entry.pool:watched(false)
   end
end

local meta = { __close = leave }

--- Collects `pool`'s results on `loop` until the returned value is closed.
function pools.attend(loop, pool)
   local entry = entry_of(loop, pool)
   entry.count = entry.count + 1
   if entry.count == 1 then
      entry.watch = assert(loop:watch(pool:fd(), function() pool:collect(0) end))
      pool:watched(true)
   end
   return setmetatable({ entry = entry }, meta)
end

pools.leave = leave

return pools
