--- A folder in which gnuplot draws: its files get to their places, one level above, when they are whole. So a
-- full disk, a gnuplot that fails or a kill leaves the earlier pictures as they were, and nothing is written
-- through a link. The folder is removed when it is closed.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"

local drawing_folder = {}

local methods = {}
local meta = { __index = methods }

local NAME = "drawing~"

local function remove(path)
   for _, name in ipairs(core.list(path) or {}) do
      os.remove(path .. "/" .. name)
   end
   os.remove(path)
end

-- Folders of processes that were killed.
local function remove_abandoned(above)
   for _, name in ipairs(core.list(above) or {}) do
      local process = name:match("^" .. NAME .. "(%d+)$")
      if process and not core.file_kind("/proc/" .. process) then
         remove(above .. "/" .. name)
      end
   end
end

--- A new one, to be closed; or nil, message.
function drawing_folder.new(above)
   remove_abandoned(above)
   local path = ("%s/%s%d"):format(above, NAME, core.process())
   core.remove_tree(path)
   local ok, message = core.mkdirs(path)
   if not ok then
      return nil, message
   end
   return setmetatable({ path = path, above = above }, meta)
end

--- The last `size` bytes of a file in it; "" if there is none.
function methods:tail(name, size) return files.tail(self.path .. "/" .. name, size) or "" end

--- Puts a file at its place. → true; or nil, message
function methods:put(name)
   local place = self.above .. "/" .. name
   if core.file_kind(place) == "folder" then
      return nil, place .. ": is a folder"
   end
   return files.move(self.path .. "/" .. name, place)
end

function meta:__close() remove(self.path) end

return drawing_folder
