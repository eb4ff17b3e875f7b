--- Writes the annotations of figures into lua/meta/results.lua, and lua/REFERENCE.md; with --check it says
-- whether both are up to date (exit code 1 when one isn't). scripts/reference runs this with the source
-- folder as its first argument.

local folder, option = arg[1], arg[2]
package.path = ("%s/lua/reference/?.lua;%s/lua/?.lua;"):format(folder, folder) .. package.path

local annotations = require "annotations"
local figures = require "figures"
local page = require "page"

local function read(name)
   local file <close> = io.open(folder .. name, "rb")
   return file and file:read "a"
end

local function write(name, text)
   local file <close> = assert(io.open(folder .. name, "wb"))
   assert(file:write(text))
end

-- Says so, or writes it.
local function bring_up_to_date(name, text)
   if option == "--check" and read(name) ~= text then
      io.stderr:write(("reference: %s is stale; run scripts/reference\n"):format(name:sub(2)))
      os.exit(1)
   elseif not option then
      write(name, text)
   end
end

if option and option ~= "--check" then
   io.stderr:write(("reference: '%s' is unknown; write --check or nothing\n"):format(option))
   os.exit(2)
end
bring_up_to_date("/lua/meta/results.lua", figures.written(assert(read "/lua/meta/results.lua")))
bring_up_to_date("/lua/REFERENCE.md", page.of(annotations.read(folder .. "/lua/meta")))
