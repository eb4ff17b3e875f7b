--- The control file of the preloaded library (inject.h): made, and read.

local control = {}

local HEAD, SITE = "=I8I8I8I8I8I8", "=I8I8I4I4I8I8I8I8I8I8"
local SITES, FRAMES = 8192, 6
local HEAD_SIZE, SITE_SIZE = string.packsize(HEAD), string.packsize(SITE)

--- The kinds of calls, in the order of inject.h.
control.KINDS = { "memory", "write", "fork", "thread", "pipe", "epoll", "open", "file" }

--- Whose calls count, in the order of inject.c. The first OWN are bakeoff's.
control.MODULES = { "bakeoff", "worker", "fixture", "lua_runner", "core.so", "guardian", "Lua", "libcurl",
   "libcurl", "libuv" }
control.OWN = 6

--- Makes the file. fault: { hash, call, lasting (all later ones of the kind, too) } to fail, or nil to count.
function control.make(path, fault)
   local file <close> = assert(io.open(path, "wb"))
   fault = fault or { hash = 0, call = 0 }
   file:write(HEAD:pack(fault.hash, fault.call, fault.lasting and 1 or 0, 0, 0, 0))
   file:seek("set", HEAD_SIZE + SITES * SITE_SIZE - 1)
   file:write "\0"
end

--- How often the call has failed.
function control.fired(path)
   local file <close> = assert(io.open(path, "rb"))
   return (select(5, HEAD:unpack(file:read(HEAD_SIZE))))
end

--- All sites: list of { hash, calls, kind, module (number), frames }.
function control.sites(path)
   local file <close> = assert(io.open(path, "rb"))
   local content, list = file:read "a", {}
   assert(select(6, HEAD:unpack(content)) == 0, "more sites than inject.h has room for")
   for at = HEAD_SIZE + 1, #content, SITE_SIZE do
      local values = { SITE:unpack(content, at) }
      if values[1] ~= 0 then
         list[#list + 1] = { hash = values[1], calls = values[2], kind = control.KINDS[values[3] + 1],
            module = values[4] + 1, frames = table.move(values, 5, 4 + FRAMES, 1, {}) }
      end
   end
   table.sort(list, function(a, b) return math.ult(a.hash, b.hash) end)
   return list
end

return control
