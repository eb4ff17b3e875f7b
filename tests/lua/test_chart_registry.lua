--- The registry of charts is complete, and everything else that lists charts agrees with it.
local lu = require "luaunit"
local chart_groups = require "bakeoff.report.chart_groups"
local files = require "bakeoff.base.files"
local registry = require "bakeoff.charts.registry"

local root = arg[0]:match("^(.*)/tests/[^/]*/[^/]*$") or "."

local function all_names() return registry.names(function() return true end) end

-- The names of a folder's files, without their extension.
local function stems(folder, ending)
   local list = {}
   local pipe <close> = assert(io.popen(("ls '%s/%s'"):format(root, folder)))
   for name in pipe:lines() do
      list[#list + 1] = name:match("^([%w_]+)%." .. ending .. "$")
   end
   assert(#list > 0, folder)
   return list
end

TestRegistry = {}

function TestRegistry.test_every_entry_has_its_module_and_a_caption()
   for _, name in ipairs(all_names()) do
      local module, entry = registry.module(name), registry.entry(name)
      lu.assertEquals(module.name, name)
      lu.assertIsFunction(module.build, name)
      lu.assertIsString(entry.about, name)
   end
end

function TestRegistry.test_every_chart_has_an_entry()
   for _, stem in ipairs(stems("lua/bakeoff/charts", "lua")) do
      local module = stem ~= "init" and require("bakeoff.charts." .. stem)
      if module and module.build then
         lu.assertNotNil(registry.entry(stem), stem .. ".lua builds a chart that the registry doesn't have")
      end
   end
end

function TestRegistry.test_every_chart_of_a_run_stands_under_one_heading()
   local seen = {}
   for _, group in ipairs(registry.groups()) do
      for _, name in ipairs(group.names) do
         lu.assertNil(seen[name], name)
         seen[name] = true
      end
   end
   for _, name in ipairs(registry.OF_RUNS) do
      lu.assertIsString(registry.entry(name).group, name)
      lu.assertTrue(seen[name], name)
   end
end

local function drawn_of(names)
   local drawn = {}
   for index, name in ipairs(names) do
      drawn[index] = { name = name }
   end
   return drawn
end

local function names_of(figures)
   local names = {}
   for index, block in ipairs(figures) do
      names[index] = block.chart.name
   end
   return names
end

function TestRegistry.test_a_report_shows_every_chart_that_was_drawn_once()
   local first, groups = chart_groups.of(drawn_of(registry.OF_RUNS))
   local shown = names_of(first)
   lu.assertEquals(shown, { "scan", "quadrant" })
   for _, group in ipairs(groups) do
      table.move(names_of(group.blocks), 1, #group.blocks, #shown + 1, shown)
   end
   lu.assertItemsEquals(shown, registry.OF_RUNS)
end

-- Charts that some kinds of runs don't have are replaced by what comes nearest to them.
function TestRegistry.test_a_report_begins_with_time_and_memory()
   for _, case in ipairs { { { "speed", "latency", "memory", "footprint" }, { "speed", "footprint" } },
      { { "speed", "scan", "quadrant" }, { "scan", "quadrant" } },
      { { "latency", "memory" }, { "latency" } }, { { "memory" }, { "memory" } }, { {}, {} },
      { { "ratio", "quadrant" }, { "quadrant" } } } do
      lu.assertEquals(names_of((chart_groups.of(drawn_of(case[1])))), case[2])
   end
end

function TestRegistry.test_the_chart_with_the_finding_is_first()
   local drawn = drawn_of { "speed", "latency", "memory", "footprint" }
   for _, chart in ipairs(drawn) do
      chart.title = "about " .. chart.name
   end
   lu.assertEquals(names_of((chart_groups.of(drawn, "about latency"))), { "latency", "footprint" })
   lu.assertEquals(names_of((chart_groups.of(drawn, "about speed"))), { "speed", "footprint" })
   lu.assertEquals(names_of((chart_groups.of(drawn, "something else"))), { "speed", "footprint" })
end

function TestRegistry.test_every_kind_of_run_has_charts()
   lu.assertEquals(registry.suitable("task", true), registry.OF_RUNS)
   lu.assertEquals(registry.suitable("attach", true), { "memory", "memory_processes" })
   for form, expected in pairs { command = { speed = true, workers = false, order = false, latency = false },
      task = { speed = false, workers = true, order = false, latency = true } } do
      local has = {}
      for _, name in ipairs(registry.suitable(form, form == "command")) do
         has[name] = true
      end
      for name, is_suitable in pairs(expected) do
         lu.assertEquals(has[name] or false, is_suitable, form .. ": " .. name)
      end
   end
end

-- Does the text name `speed`, `speed.lua` or `speed.gp`?
local function names_it(text, name)
   for _, form in ipairs { "`%s`", "`%s.lua`", "`%s.gp`" } do
      if text:find(form:format(name), 1, true) then
         return true
      end
   end
   return false
end

function TestRegistry.test_the_documents_name_every_chart()
   for _, path in ipairs { "lua/bakeoff/charts/README.md", "plots/README.md" } do
      local text = assert(files.read(root .. "/" .. path))
      for _, name in ipairs(all_names()) do
         lu.assertTrue(names_it(text, name), ("%s doesn't name the chart %s"):format(path, name))
      end
   end
end

function TestRegistry.test_the_documents_name_every_template()
   local text = assert(files.read(root .. "/plots/README.md"))
   for _, stem in ipairs(stems("plots", "gp")) do
      lu.assertStrContains(text, ("`%s.gp`"):format(stem))
   end
end

os.exit(lu.LuaUnit.run(), true)
