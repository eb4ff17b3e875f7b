--- Says where a site is: the functions and lines that lead to the call.

local control = require "control"

local build = assert(os.getenv "BAKEOFF_BUILD")

local places = {}

local FILES = { "/bakeoff", "/libexec/bakeoff/worker", "/libexec/bakeoff/fixture", "/bin/lua_runner",
   "/lib/lua/5.4/bakeoff/core.so" }

local function line_of(file, offset)
   local pipe <close> = io.popen(("addr2line -s -f -e '%s%s' 0x%x 2>&1"):format(build, file, offset - 1))
   local name, line = pipe:read "l", pipe:read "l"
   return ("%s (%s)"):format(name, line and line:gsub(" %(discriminator.*", "") or "?")
end

--- "bko__buffer_grow (buffer.c:20) < …"; for a library, its name and offset.
function places.of(site)
   local file, list = FILES[site.module], {}
   if not file then
      return ("%s+0x%x"):format(control.MODULES[site.module], site.frames[1])
   end
   for _, offset in ipairs(site.frames) do
      if offset ~= 0 then
         list[#list + 1] = line_of(file, offset)
      end
   end
   return control.MODULES[site.module] .. ": " .. table.concat(list, " < ")
end

return places
