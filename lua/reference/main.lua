--- Writes lua/REFERENCE.md, or says with --check whether it is up to date (exit code 1 when it isn't).
-- scripts/reference runs this with the source folder as its first argument.

local folder, option = arg[1], arg[2]
package.path = folder .. "/lua/reference/?.lua;" .. package.path

local annotations = require "annotations"
local page = require "page"

local path = folder .. "/lua/REFERENCE.md"
local text = page.of(annotations.read(folder .. "/lua/meta"))

local function written()
   local file <close> = io.open(path, "rb")
   return file and file:read "a"
end

if option == "--check" then
   if written() ~= text then
      io.stderr:write("reference: lua/REFERENCE.md is stale; run scripts/reference\n")
      os.exit(1)
   end
elseif option then
   io.stderr:write(("reference: '%s' is unknown; write --check or nothing\n"):format(option))
   os.exit(2)
else
   local file <close> = assert(io.open(path, "wb"))
   assert(file:write(text))
end
