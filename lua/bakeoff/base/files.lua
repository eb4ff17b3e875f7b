--- Reads and writes whole files, and tells them apart. All files that bakeoff writes are written here; see
-- src/core/output.h.

local core = require "bakeoff.core"

local files = {}

local LARGE, PIECE = 32 << 20, 1 << 20 -- bytes

--- → the content of a file; or nil, message
function files.read(path)
   local file <close>, message = io.open(path, "rb")
   if not file then
      return nil, message
   end
   return file:read("a")
end

--- → the last `size` bytes of a file, or all of a shorter one; or nil, message
function files.tail(path, size)
   local file <close>, message = io.open(path, "rb")
   if not file then
      return nil, message
   end
   file:seek("set", math.max((file:seek "end" or 0) - size, 0))
   return file:read "a"
end

--- Writes a whole file: also after a crash or on a full disk, it has either its old content or the new one.
-- how: "named" by the user (default): a link stays, and the file to which it leads is replaced; a device or a
-- pipe is written to. "own" (in a folder of bakeoff's): links and devices are refused. "private": the same,
-- and only its owner may read it. "derived": as "own", but not forced to disk, since it can be made again.
-- → true; or nil, message with the path and the reason
function files.write(path, content, how) return core.store(path, content, how) end

local writer = {}
writer.__index = writer

local function flush(self)
   local text = table.concat(self.parts)
   self.parts, self.size = {}, 0
   if not self.message then
      local _, message = self.output:write(text)
      self.message = message
   end
end

--- Adds texts.
function writer:write(...)
   for index = 1, select("#", ...) do
      local part = select(index, ...)
      self.parts[#self.parts + 1] = part
      self.size = self.size + #part
   end
   if self.size >= PIECE then
      flush(self)
   end
end

--- Puts what was written at its place. → true; or nil, message: the old file is unchanged
function writer:commit()
   flush(self)
   if self.message then
      return nil, self.message
   end
   return self.output:commit()
end

--- Without a commit, nothing changes.
function writer:__close() self.output:discard() end

--- Writes a large file piece by piece, otherwise as `write`. → a to-be-closed writer with write(text, …) and
-- commit(); or nil, message
function files.writer(path, how)
   local output, message = core.output(path, how)
   return output and setmetatable({ output = output, parts = {}, size = 0 }, writer), message
end

--- Opens a file of a run folder for appending. → a Lua file, whose close() reports any failed write; or nil,
-- message
function files.appending(path) return core.appending(path) end

--- Appends a text; forces it and what was appended before to disk, unless `later`. → true; or nil, message
function files.append(path, text, later) return core.append(path, text, later) end

--- Is there room in a folder for a file of this size? → true; or nil, message
function files.check_room(folder, size)
   local path = ("%s/.room~%d"):format(folder, core.process())
   local ok, message = files.write(path, (" "):rep(size), "derived")
   os.remove(path)
   return ok, message and folder .. message:match ": [^:]*$"
end

--- Moves a file or folder. → true; or nil, message
function files.move(from, to) return os.rename(from, to) end

--- The digest of a file's content; of a file of more than 32 MiB: of its size, its beginning and its end.
-- Nil if it can't be read.
function files.digest(path)
   local file <close> = io.open(path, "rb")
   local size = file and file:seek("end")
   if not size then
      return nil
   end
   local digest, places = core.work_sha256(("%d"):format(size)), size > LARGE and { 0, size - PIECE }
   for index = 1, places and #places or math.maxinteger do
      file:seek("set", places and places[index] or (index - 1) * PIECE)
      local bytes = file:read(PIECE)
      if not bytes then
         break
      end
      digest = core.work_sha256(digest .. bytes)
   end
   return digest
end

return files
