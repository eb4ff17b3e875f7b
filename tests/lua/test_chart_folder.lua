--- A script's own chart, redrawn from its folder: the picture is the same, also in another place. Folders
-- that lack something.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local options = require "bakeoff.script.options"
local plot = require "bakeoff.commands.plot"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local session = require "bakeoff.script.session"

local out

local function set_up()
   out = runs.folder()
   options.reset { argv = { "--out", out }, script = "my.lua", command = { "bakeoff", "run", "my.lua" } }
   session.reset()
end

local function tear_down()
   options.reset()
   session.reset()
   runs.clear()
end

-- Calls fn → what it prints, its first result or the text of its error
local function quietly(fn, ...)
   local real, said = print, {}
   print = function(line) said[#said + 1] = line end -- luacheck: ignore 121
   local ok, found = pcall(fn, ...)
   print = real -- luacheck: ignore 121
   return said, ok and found or tostring(found)
end

local function make_order(fields)
   local given = { kind = "order", name = "mine", job = "two sums", systems = {
      { name = "map", model = "processes", tasks = {
         { submitted = 0.03125, started = 0.0625, ended = 0.375, received = 0.375 },
         { submitted = 0, started = 0, ended = 0.25, kind = "io" } } } } }
   for name, value in pairs(fields or {}) do
      given[name] = value
   end
   quietly(bake.chart, given)
end

-- Makes two experiments that differ, and a chart of both.
local function make_groups(fields)
   local given = { kind = "groups", name = "both", groups = {} }
   for index, factor in ipairs { 2, 1 } do
      local dir = runs.make { dir = ("%s/run_%d"):format(out, index), workers = { 4, 16 }, repeats = 8,
         contenders = { "threads" }, change = function(trial) trial.total_s = trial.total_s * factor end }
      given.groups[index] = { name = "group " .. index, results = results.load(dir) }
   end
   for name, value in pairs(fields or {}) do
      given[name] = value
   end
   quietly(bake.chart, given)
end

local function text_of(path) return assert(files.read(out .. path)) end

TestRedraw = { setUp = set_up, tearDown = tear_down }

function TestRedraw.test_an_order_is_drawn_as_it_was()
   make_order { title = "Said by the script" }
   local source, data = text_of "/mine/charts/order.gp", text_of "/mine/charts/order.dat"
   assert(os.execute("rm -r " .. out .. "/mine/charts"))
   local said, code = quietly(plot.run, { dir = out .. "/mine/" })
   lu.assertEquals({ code, said },
      { 0, { out .. "/mine/charts/order.svg", out .. "/mine/charts/order.png" } })
   lu.assertEquals(text_of "/mine/charts/order.gp", source)
   lu.assertEquals(text_of "/mine/charts/order.dat", data)
   quietly(plot.run, { dir = out .. "/mine", theme = "dark", size = "column" })
   lu.assertStrContains(text_of "/mine/charts/order.gp", "theme = 'dark'")
end

function TestRedraw.test_groups_are_drawn_from_the_run_folders_beside_them()
   make_groups { reference = 1, workers = 4 }
   local source = text_of "/both/charts/groups.gp"
   lu.assertStrContains(source, "Compared with group 1: group 2 is 2 times as fast")
   local elsewhere = runs.folder()
   assert(os.rename(out, elsewhere))
   out = elsewhere
   local _, code = quietly(plot.run, { dir = out .. "/both" })
   lu.assertEquals(code, 0)
   lu.assertEquals(text_of "/both/charts/groups.gp", source)
   quietly(plot.run, { dir = out .. "/both", workers = "16" })
   lu.assertStrContains(text_of "/both/charts/groups.gp", "16 workers")
end

function TestRedraw.test_a_folder_of_folders_has_all_kinds()
   make_order()
   make_groups()
   local said, code = quietly(plot.run, { dir = out })
   lu.assertEquals(code, 0)
   local words = table.concat(said, "\n")
   for _, path in ipairs { "/mine/charts/order.svg", "/both/charts/groups.png", "/run_1/charts/speed.svg" } do
      lu.assertStrContains(words, out .. path)
   end
   said, code = quietly(plot.run, { dir = out, only = "order,speed" })
   lu.assertEquals({ code, #said }, { 0, 6 })
   said = quietly(plot.run, { dir = out, only = "groups" })
   lu.assertEquals(said, { out .. "/both/charts/groups.svg", out .. "/both/charts/groups.png" })
end

TestFaults = { setUp = set_up, tearDown = tear_down }

local function assert_refused(args, expected)
   lu.assertEquals({ quietly(plot.run, args) }, { {}, expected })
end

function TestFaults.test_what_is_not_there_is_named()
   make_order()
   assert_refused({ dir = out .. "/mine", only = "speed" },
      "--only: " .. out .. "/mine has no chart speed; leave out --only to draw all of its charts")
   make_groups()
   os.rename(out .. "/run_1", out .. "/gone")
   assert_refused({ dir = out .. "/both" }, ("%s/both/groups.json: the experiment of “group 1” is neither in "
      .. "%s/run_1 nor in %s/run_1; put its folder there"):format(out, out, out))
end

function TestFaults.test_rows_that_cannot_be_used_are_named()
   assert(core.mkdirs(out .. "/mine"))
   local rows = out .. "/mine/order.json"
   for content, expected in pairs {
      ["{"] = ": not readable as rows of a chart; run its script again",
      ['{ "chart": "groups" }'] = ": not readable as rows of a chart; run its script again",
      ['{ "chart": "order" }'] = ": chart: systems: expected a list such as { { name = \"map\", "
         .. "tasks = { … } } }",
   } do
      assert(files.write(rows, content))
      assert_refused({ dir = out .. "/mine" }, rows .. expected)
   end
end

os.exit(lu.LuaUnit.run(), true)
