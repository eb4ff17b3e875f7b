--- Reads and writes whole files.

local files = {}

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

return files
