--- Where a notebook's page and its files are (lua/bakeoff/notebook/place.lua).
local lu = require "luaunit"
local place = require "bakeoff.notebook.place"

TestPlace = {}

function TestPlace.test_a_page_is_beside_its_notebook()
   local where = place.of("a/x.lua")
   lu.assertEquals({ where.page, where.files, where.short, where.source }, { "a/x.md", "a/x.files", "x.files",
      "x.lua" })
end

function TestPlace.test_a_notebook_in_the_root_folder()
   local where = place.of "/x.lua"
   lu.assertEquals({ where.folder, where.source, where.page:gsub("/+", "/") }, { "/", "x.lua", "/x.md", 1 })
end

function TestPlace.test_a_page_is_no_notebook()
   for _, ending in ipairs { "md", "html", "ipynb" } do
      lu.assertErrorMsgContains(("a/x.%s is a page and no notebook; name the notebook"):format(ending),
         place.of, "a/x." .. ending)
   end
end

function TestPlace.test_a_folder_for_the_page_need_not_exist()
   local where = place.of("/no-such-folder/x.lua", "/no-such-folder/new/deep")
   lu.assertEquals({ where.page, where.source }, { "/no-such-folder/new/deep/x.md", "../../x.lua" })
   lu.assertEquals(place.of("x.lua", "no-such-folder").source, "../x.lua")
end

os.exit(lu.LuaUnit.run(), true)
