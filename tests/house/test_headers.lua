--- Every header of src/ and include/ can be included first, alone, and with all others in any order.
local lu = require "luaunit"

local source, build = os.getenv "BAKEOFF_SOURCE", os.getenv "BAKEOFF_BUILD"

local function read_all(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read "a"
   return text, pipe:close()
end

--- The compiler and flags with which the build compiles a file of the Lua module, which uses most libraries.
local function compiler()
   local file = assert(io.open(build .. "/compile_commands.json"))
   local text = file:read "a"
   file:close()
   for command in text:gmatch '"command": "(.-)",\n' do
      if command:find("src/lua/module.c", 1, true) then
         command = command:gsub('\\"', '"'):gsub("\\\\", "\\")
         return (command:gsub(" %-fsanitize=%S+", ""):gsub(" %-o .*$", ""))
      end
   end
   error "compile_commands.json names no src/lua/module.c"
end

local function headers()
   local names = {}
   for _, folder in ipairs { "include", "src" } do
      for path in read_all(("find '%s/%s' -name '*.h' | sort"):format(source, folder)):gmatch "[^\n]+" do
         names[#names + 1] = path:sub(#source + #folder + 3)
      end
   end
   return names
end

--- The compiler's complaints about a file that includes these headers; "" when there are none.
local function complaints(names)
   local unit = os.tmpname()
   local file = assert(io.open(unit, "w"))
   for _, name in ipairs(names) do
      file:write(('#include "%s"\n'):format(name))
   end
   file:write "typedef int not_empty;\n"
   file:close()
   local said = read_all(("%s -Werror -fsyntax-only -x c %s 2>&1"):format(compiler(), unit))
   os.remove(unit)
   return said
end

local function backwards(list)
   local turned = {}
   for index = #list, 1, -1 do
      turned[#turned + 1] = list[index]
   end
   return turned
end

TestHouseHeaders = {}

function TestHouseHeaders.test_the_compiler_is_asked()
   lu.assertStrContains(complaints { "no/such/header.h" }, "no/such/header.h")
end

function TestHouseHeaders.test_each_header_stands_alone()
   for _, name in ipairs(headers()) do
      lu.assertEquals(complaints { name }, "", name)
   end
end

function TestHouseHeaders.test_all_headers_stand_side_by_side()
   lu.assertEquals(complaints(headers()), "")
   lu.assertEquals(complaints(backwards(headers())), "")
end

os.exit(lu.LuaUnit.run(), true)
