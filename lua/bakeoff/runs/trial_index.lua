--- Where the lines of each trial begin in the CSV files that were read last, so that a file that is read
-- again, for another chart or another size of it, isn't read from its start. Nothing is trusted that the file
-- doesn't confirm: it must have the size that it had, and the known lines must be where they were.

local trial_index = {}

local MOST_FILES = 8

local known, paths = {}, {} -- path → index; the paths, oldest first

--- The index of an open file, empty if the file is new or has changed: { blocks = trial's key → list of { at
-- = offset, line = number, start = text that all its lines begin with }, is_whole = was the file read to its
-- end? }.
function trial_index.of(path, file)
   local here = file:seek()
   local size = file:seek("end")
   file:seek("set", here)
   local index = known[path]
   if not index then
      paths[#paths + 1] = path
      if #paths > MOST_FILES then
         known[table.remove(paths, 1)] = nil
      end
   end
   if not index or index.size ~= size then
      index = { size = size, blocks = {}, is_whole = false }
      known[path] = index
   end
   return index
end

--- Adds a block, unless it is known.
function trial_index.add(index, key, block)
   local list = index.blocks[key] or {}
   index.blocks[key] = list
   if #list == 0 or list[#list].at < block.at then
      list[#list + 1] = block
   end
end

local function is_there(file, block)
   file:seek("set", block.at)
   return (file:read("l") or ""):find(block.start, 1, true) == 1
end

--- The blocks of the trials in `wanted` (key → anything), in the file's order; nil if they aren't all known.
function trial_index.find(index, file, wanted)
   local here, found = file:seek(), {}
   for key in pairs(wanted) do
      local list = index.blocks[key]
      if not list and not index.is_whole then
         return nil
      end
      table.move(list or {}, 1, list and #list or 0, #found + 1, found)
   end
   table.sort(found, function(a, b) return a.at < b.at end)
   for _, block in ipairs(found) do
      if not is_there(file, block) then
         index.blocks, index.is_whole = {}, false
         file:seek("set", here)
         return nil
      end
   end
   return found
end

return trial_index
