--- Files are written in one place, src/core/output.c; in Lua through lua/bakeoff/base/files.lua. Anything
-- else that opens a file for writing, or renames one, is listed here with its reason.
local lu = require "luaunit"

local source = os.getenv "BAKEOFF_SOURCE"

local C_WRITES = { "O_WRONLY", "O_RDWR", "O_CREAT", "fopen%s*%(", "creat%s*%(", "mkstemp", "rename%s*%(",
   "freopen" }

local C_MAY = {
   ["src/core/output.c"] = "the one place",
   ["src/core/spawn.c"] = "/dev/null as a program's output",
   ["src/server/spawn.c"] = "/dev/null, if the host has closed its standard error",
   ["src/lua/folder_lock.c"] = "the lock file, which has no content",
   ["src/programs/guardian/start.c"] = "the measured program's own output, which the user named",
   ["src/programs/guardian/receive.c"] = "a file of /proc",
   ["src/confine/limits.c"] = "files of /proc",
   ["src/confine/inside.c"] = "files of /proc",
   ["src/confine/mounts.c"] = "a file system in memory",
   ["src/confine/arguments.c"] = "a rule about the flag",
   ["src/core/fd.c"] = "a nameless file in memory",
}

local LUA_WRITES = { "io%.open%b()", "io%.output%s*%(%s*[^%s)]", "os%.rename", "os%.tmpname", "io%.tmpfile",
   "core%.store", "core%.output", "core%.append" }

local LUA_MAY = {
   ["lua/bakeoff/base/files.lua"] = "the one place",
   ["lua/bakeoff/notebook/pictures.lua"] = "moves a picture that gnuplot drew",
   ["lua/bakeoff/notebook/freeze.lua"] = "moves run folders",
   ["lua/bakeoff/notebook/check.lua"] = "a name for a temporary folder",
   ["lua/bakeoff/contenders/command/init.lua"] = "a name for a temporary folder",
   ["lua/reference/main.lua"] = "a tool of the developers",
   ["lua/gallery/main.lua"] = "the same",
}

local function files_of(folder, ending)
   local pipe <close> = assert(io.popen(("cd '%s' && find %s -name '*.%s'"):format(source, folder, ending)))
   local list = {}
   for path in pipe:lines() do
      list[#list + 1] = path
   end
   assert(#list > 20, folder)
   return list
end

-- Is this io.open only for reading? The mode is the last argument; without one, it reads. A mode that is no
-- literal may be any.
local function only_reads(call)
   local mode = call:match "^io%.open%(.*,%s*(.-)%s*%)$"
   return call:find "^io%.open" and (mode == nil or mode == '"r"' or mode == '"rb"')
end

-- The first place of a text that writes; nil if there is none. Comments don't count.
local function writes(text, patterns, comments)
   for _, comment in ipairs(comments) do
      text = text:gsub(comment, "")
   end
   for _, pattern in ipairs(patterns) do
      for found in text:gmatch(pattern) do
         if not only_reads(found) then
            return found
         end
      end
   end
end

local C_COMMENTS, LUA_COMMENTS = { "/%*.-%*/" }, { "%-%-[^\n]*" }

local function assert_listed(list, patterns, comments, may)
   local seen = {}
   for _, path in ipairs(list) do
      local file <close> = assert(io.open(source .. "/" .. path, "rb"))
      local found = writes(file:read "a", patterns, comments)
      seen[path] = found
      lu.assertTrue(not found or may[path] ~= nil, ("%s: %s: write files through %s"):format(path, found,
         may == C_MAY and "core/output.h" or "bakeoff.base.files"))
   end
   for path in pairs(may) do
      lu.assertNotNil(seen[path], path .. ": is listed, but writes nothing")
   end
end

TestHouseOutputs = {}

function TestHouseOutputs.test_c_writes_files_in_one_place()
   assert_listed(files_of("src", "[ch]"), C_WRITES, C_COMMENTS, C_MAY)
end

function TestHouseOutputs.test_lua_writes_files_in_one_place()
   assert_listed(files_of("lua", "lua"), LUA_WRITES, LUA_COMMENTS, LUA_MAY)
end

function TestHouseOutputs.test_the_search_finds_what_it_is_for()
   for text, expected in pairs {
      ['local f = io.open(path, "wb")'] = 'io.open(path, "wb")', ['io.open(path, "rb")'] = false,
      ["io.open(path)"] = false, ['io.open(name(x), "a")'] = 'io.open(name(x), "a")',
      ["io.output()"] = false, ["-- os.rename"] = false, ["os.rename(a, b)"] = "os.rename",
      ["io.open(path, mode)"] = "io.open(path, mode)",
   } do
      lu.assertEquals(writes(text, LUA_WRITES, LUA_COMMENTS) or false, expected, text)
   end
   lu.assertEquals(writes("open(p, O_CREAT | O_WRONLY)", C_WRITES, C_COMMENTS), "O_WRONLY")
   lu.assertNil(writes("/* O_CREAT */ open(p, O_RDONLY)", C_WRITES, C_COMMENTS))
end

os.exit(lu.LuaUnit.run(), true)
