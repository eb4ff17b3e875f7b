--- Reads and writes whole files, and tells them apart.

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

--- Writes a file. → true; or nil, message, also if the disk is full
function files.write(path, content)
   local file <close>, message = io.open(path, "wb")
   if not file then
      return nil, message
   end
   local ok, problem = file:write(content)
   if ok then
      ok, problem = file:flush()
   end
   return ok and true, problem
end

--- Writes a file of a run folder, which may come from anyone: the file takes the place of whatever has the
-- name, so a link isn't written through; on failure, the old content stays. → true; or nil, message
function files.renew(path, content)
   local temporary = path .. "~"
   os.remove(temporary)
   local ok, message = files.write(temporary, content)
   if ok then
      ok, message = os.rename(temporary, path)
      message = not ok and ("%s: %s"):format(path, message) or nil
   end
   if not ok then
      os.remove(temporary)
   end
   return ok, message
end

--- Replaces a file as a whole: also after a crash or on a full disk, it has either its old content or the new
-- one. A link stays, and the file to which it leads is replaced; a device or a pipe is written to. → true; or
-- nil, message
function files.replace(path, content)
   local target = core.absolute(path) or path
   if core.file_kind(target) == "other" then
      return files.write(target, content)
   end
   local temporary = target .. ".new~"
   local ok, message = core.store(temporary, content)
   if ok then
      ok, message = os.rename(temporary, target)
   end
   if not ok then
      os.remove(temporary)
   end
   return ok, message
end

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
