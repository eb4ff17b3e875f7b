--- The gallery is up to date: its texts, and what its pictures are drawn from, are what today's code makes of
-- the kept rows. `scripts/gallery` brings it up to date.
local lu = require "luaunit"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
local support = dofile(SOURCE .. "/tests/e2e/support_run.lua")

local folder

TestGallery = {}

function TestGallery.setUp() folder = support.folder() end

function TestGallery.tearDown() support.remove(folder) end

function TestGallery.test_nothing_is_stale()
   support.assert_code(0, support.run({ "bakeoff", "run", SOURCE .. "/lua/gallery/main.lua", "--check" },
      { folder = folder }))
end

-- A copy of what scripts/gallery reads, with another title in a chart, another word in a text and without a
-- picture.
local function stale_copy()
   local line = [[cd 'SOURCE' &&
      cp -R --parents README.md lua/gallery scripts/open_loop.lua plots/GALLERY.md \
         plots/gallery/open_loop 'COPY' &&
      cd 'COPY/plots/gallery/open_loop' &&
      sed -i 's/^array title.*/array title[1] = ["old"]/' charts/latency.gp &&
      echo more >> report.md && rm charts/speed.svg]]
   lu.assertTrue(os.execute((line:gsub("%u%u+", { SOURCE = SOURCE, COPY = folder }))))
end

function TestGallery.test_what_is_stale_is_named()
   stale_copy()
   local result = support.run({ "bakeoff", "run", folder .. "/lua/gallery/main.lua", "--check", "--folders",
      "open_loop" }, { folder = folder })
   support.assert_code(1, result)
   local named = {}
   for path in result.stderr:gmatch "gallery: (%S+) is stale; run scripts/gallery\n" do
      named[#named + 1] = path:match "open_loop/(.*)"
   end
   table.sort(named)
   lu.assertEquals(named, { "charts/latency.gp", "charts/speed.svg", "report.md" })
end

os.exit(lu.LuaUnit.run(), true)
