--- The pages of scripts/notebooks as the repository has them: each is what its notebook and its frozen runs
-- give, wherever it was measured.
local lu = require "luaunit"

local here = arg[0]:match("^(.*)/") or "."
local core = require "bakeoff.core"
local support = dofile(here .. "/support_command.lua")

local NOTEBOOKS = here .. "/../../scripts/notebooks"

-- Names of the notebooks that have a page.
local function pages()
   local names = {}
   for _, file in ipairs(core.list(NOTEBOOKS)) do
      local name = file:match "^(.*)%.md$"
      names[#names + 1] = name and core.file_kind(("%s/%s.lua"):format(NOTEBOOKS, name)) and name or nil
   end
   return names
end

-- A notebook leaves out programs that aren't installed, so its runs are others there.
local function are_peers_installed()
   for _, program in ipairs { "pypy3", "node", "lua5.4", "luajit", "wrk", "hey" } do
      if not core.program_find(program) then
         return false
      end
   end
   local python = os.getenv "BAKEOFF_PYTHON" or "/usr/bin/python3" -- as in scripts/peers
   return support.run({ python, "-c", "import requests, aiohttp, gevent, uvloop, memory_profiler" }).code == 0
end

TestGallery = {}

function TestGallery.test_every_page_is_what_its_runs_give()
   lu.skipIf(not are_peers_installed(), "programs of other ecosystems are missing (scripts/setup --peers)")
   local names = pages()
   lu.assertTrue(#names >= 8)
   for _, name in ipairs(names) do
      local check = support.run { "bakeoff", "notebook", "check", ("%s/%s.lua"):format(NOTEBOOKS, name) }
      local said = name .. ": " .. check.stdout .. check.stderr
      -- 3: a claim of the page is not shown, as the page says
      lu.assertTrue(check.code == 0 or check.code == 3, said)
      lu.assertNotStrContains(check.stdout, "written differently", said)
   end
end

os.exit(lu.LuaUnit.run(), true)
