--- The shared library exports exactly what tests/house/exports.txt lists.
local lu = require "luaunit"

local source, build = os.getenv "BAKEOFF_SOURCE", os.getenv "BAKEOFF_BUILD"

--- The list: function → its part's reason.
local function listed()
   local found, reason = {}, nil
   for line in io.lines(source .. "/tests/house/exports.txt") do
      reason = line:match "^%w+: (.+)$" or reason
      for name in (line:match "^%s+(.*)$" or ""):gmatch "%S+" do
         lu.assertNil(found[name], name .. " is listed twice")
         found[name] = reason
      end
   end
   return found
end

--- The library's own symbols, without those that sanitizers and the linker add (with an underscore first).
local function exported()
   local pipe = assert(io.popen("nm -D --defined-only '" .. build .. "/lib/libbakeoff.so'"))
   local found = {}
   for line in pipe:lines() do
      local name = line:match "^%x+ %a (%a[%w_]*)$"
      if name then
         found[name] = true
      end
   end
   assert(pipe:close())
   return found
end

local function missing_in(these, those)
   local names = {}
   for name in pairs(these) do
      if not those[name] then
         names[#names + 1] = name
      end
   end
   table.sort(names)
   return names
end

TestHouseExports = {}

function TestHouseExports.test_every_export_is_listed_with_a_reason()
   lu.assertEquals(missing_in(exported(), listed()), {})
end

function TestHouseExports.test_everything_listed_is_exported()
   lu.assertEquals(missing_in(listed(), exported()), {})
end

os.exit(lu.LuaUnit.run(), true)
