--- Every snippet of the recipes (scripts/HOWTO.md) runs through the command, as in test_documents.lua.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
local support = dofile(SOURCE .. "/tests/e2e/support_run.lua")
local documents = dofile(SOURCE .. "/tests/e2e/support_documents.lua")

TestRecipes = {}

function TestRecipes.test_all()
   local folder = support.folder()
   local counts = documents.run_all("scripts/HOWTO.md", folder)
   support.remove(folder)
   lu.assertTrue(counts.lua >= 15 and counts.sh >= 3)
end

os.exit(lu.LuaUnit.run(), true)
