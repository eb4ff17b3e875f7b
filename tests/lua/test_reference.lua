--- The annotations in lua/meta match the module: lua/REFERENCE.md is up to date, everything public is
-- annotated and described, and nothing is annotated that doesn't exist. Names come from the running module:
-- fields of `bake`, methods of real objects, keys of what functions return, and the lists by which unknown
-- fields are refused.
local lu = require "luaunit"

local bake = require "bakeoff"
local checks = require "bakeoff.base.checks"
local text = require "bakeoff.base.text"

local SOURCE = os.getenv("BAKEOFF_SOURCE")
package.path = SOURCE .. "/lua/reference/?.lua;" .. package.path
local annotations = require "annotations"
local figures = require "figures"
local page = require "page"

local REMEDY = "annotate it in lua/meta, then run scripts/reference"

local read = annotations.read(SOURCE .. "/lua/meta")

-- The members of a class and its parents: name → { optional, private }
local function members(class)
   local found = class.parent and members(read.classes[class.parent]) or {}
   for _, field in ipairs(class.fields) do
      found[field.name] = { optional = field.optional or field.private }
   end
   for _, one in ipairs(class.functions) do
      found[one.name] = {}
   end
   return found
end

local function class_of(name) return assert(read.classes["bakeoff." .. name], "no class " .. name) end

local function set_of(list)
   local set = {}
   for _, name in ipairs(list) do
      set[name] = true
   end
   return set
end

-- Asserts that the names that exist and the annotated ones are the same. partial: names annotated as optional
-- or private may be missing.
local function assert_same(class, there, partial)
   local annotated = members(class_of(class))
   for _, name in ipairs(text.sorted_keys(there)) do
      lu.assertNotNil(annotated[name], ("%s has '%s': %s"):format(class, name, REMEDY))
   end
   for _, name in ipairs(text.sorted_keys(annotated)) do
      local is_missing = not there[name] and not (partial and annotated[name].optional)
      lu.assertFalse(is_missing, ("%s has no '%s', but lua/meta says so"):format(class, name))
   end
end

local function keys_of(value)
   local set = {}
   for name in pairs(value) do
      set[name] = true
   end
   return set
end

-- The methods of an object without metamethods, and a table's own fields.
local function names_of(object)
   local meta = debug.getmetatable(object)
   local set = type(meta.__index) == "table" and keys_of(meta.__index) or {}
   if type(object) == "table" then
      for name in next, object do
         set[name] = true
      end
   end
   for name in pairs(set) do
      set[name] = not name:find "^__" or nil
   end
   return set
end

-- The fields that `f` accepts: it gets an unknown field and, on refusing it, shows its list.
local function accepted(f, ...)
   local real, known = checks.refuse_unknown, nil
   rawset(checks, "refuse_unknown", function(given, list, argument, slots)
      if type(given) == "table" and given.nobody_knows_this then
         known = set_of(list)
         for slot = 1, slots or 0 do
            known[("[%d]"):format(slot)] = true
         end
      end
      return real(given, list, argument, slots)
   end)
   local ok = pcall(f, ...)
   rawset(checks, "refuse_unknown", real)
   lu.assertFalse(ok)
   return assert(known, "the fields were not checked")
end

local UNKNOWN = { nobody_knows_this = true }

-- --- the page and the texts -----------------------------------------------------------------------

TestPage = {}

function TestPage.test_the_page_is_up_to_date()
   local written = assert(bake.files.read(SOURCE .. "/lua/REFERENCE.md"))
   lu.assertTrue(written == page.of(read), "lua/REFERENCE.md is stale: run scripts/reference")
end

-- The annotations of figures are generated from their registry.
function TestPage.test_figures_are_annotated_as_they_are_registered()
   local written = assert(bake.files.read(SOURCE .. "/lua/meta/results.lua"))
   lu.assertTrue(written == figures.written(written), "lua/meta/results.lua is stale: run scripts/reference")
   local other = written:gsub("(%-%-%-@field total_s%?)", "---@field forgotten? bakeoff.Figure\n%1")
   lu.assertTrue(figures.written(other) == written)
end

function TestPage.test_every_link_leads_somewhere()
   local content, anchors = page.of(read), {}
   for title in content:gmatch "\n#+ ([^\n]+)" do
      local anchor = title:lower():gsub("[^%w _-]", ""):gsub(" ", "-")
      lu.assertNil(anchors[anchor], "two headings make the same anchor: " .. title)
      anchors[anchor] = true
   end
   for anchor in content:gmatch "%]%(#([^)]+)%)" do
      lu.assertTrue(anchors[anchor], "a link to #" .. anchor)
   end
end

function TestPage.test_everything_public_is_described()
   local missing = {}
   for name, class in pairs(read.classes) do
      for _, field in ipairs(class.fields) do
         missing[#missing + 1] = not field.private and field.about == "" and name .. "." .. field.name or nil
      end
      for _, one in ipairs(class.functions) do
         missing[#missing + 1] = one.about == "" and name .. ":" .. one.name .. "()" or nil
      end
   end
   table.sort(missing)
   lu.assertEquals(missing, {}, "these need a description")
end

function TestPage.test_what_is_not_understood_is_refused_with_its_place()
   local folder = os.tmpname()
   os.remove(folder)
   assert(bake.files.make_folder(folder))
   for _, name in ipairs(annotations.FILES) do
      assert(bake.files.write(("%s/%s.lua"):format(folder, name), "---@meta _\n\nlocal nothing = 1\n"))
   end
   lu.assertErrorMsgContains("bakeoff.lua:3: not understood: local nothing = 1", annotations.read, folder)
   assert(bake.files.remove(folder))
end

-- --- the module and its options -------------------------------------------------------------------

TestNames = {}

function TestNames.test_the_module()
   local there = { shared = true }
   for name in pairs(bake) do
      there[name] = true
   end
   local annotated = members(read.classes.bakeoff)
   for _, name in ipairs(text.sorted_keys(there)) do
      lu.assertNotNil(annotated[name], ("bake has '%s': %s"):format(name, REMEDY))
   end
   for name in pairs(annotated) do
      lu.assertTrue(there[name], ("bake has no '%s', but lua/meta says so"):format(name))
   end
end

function TestNames.test_helpers()
   for class, helper in pairs { Format = bake.format, Units = bake.units, Files = bake.files,
      Work = bake.work } do
      assert_same(class, keys_of(helper))
   end
   assert_same("Settings", keys_of(bake.settings()), true)
end

function TestNames.test_fields_of_experiments()
   assert_same("ExperimentOptions", accepted(bake.experiment, UNKNOWN))
   assert_same("AutoRepeats", accepted(bake.experiment, { name = "x", items = { 1 }, task = print,
      auto = UNKNOWN }))
end

-- One list checks an entry's fields; the two classes share it.
function TestNames.test_fields_of_contenders()
   local known = accepted(bake.experiment, { name = "x", items = { 1 }, task = print,
      contenders = { { "threads", nobody_knows_this = true } } })
   local both = members(class_of "Contender")
   for name in pairs(members(class_of "Command")) do
      both[name] = {}
   end
   lu.assertEquals(text.sorted_keys(known), text.sorted_keys(both), REMEDY)
end

function TestNames.test_fields_of_requests_and_loops()
   local request = { url = "http://127.0.0.1/", nobody_knows_this = true }
   assert_same("Request", accepted(bake.fetch, request))
   local of_loop = accepted(bake.loop, UNKNOWN)
   of_loop.url = true -- requests only
   assert_same("LoopOptions", of_loop)
end

function TestNames.test_options_of_pools()
   assert_same("ThreadsOptions", accepted(bake.threads, UNKNOWN))
   assert_same("ProcessesOptions", accepted(bake.processes, UNKNOWN))
   local pool <close> = bake.threads { workers = 1 }
   assert_same("MapOptions", accepted(pool.map, pool, print, {}, UNKNOWN))
end

function TestNames.test_options_of_charts()
   local function chart(fields)
      fields.nobody_knows_this = true
      return accepted(bake.chart, fields)
   end
   assert_same("OrderChart", chart { kind = "order" })
   assert_same("GroupsChart", chart { kind = "groups" })
   assert_same("OrderSystem", accepted(bake.order, { name = "x", tasks = { {} }, nobody_knows_this = true }))
   assert_same("OrderTask", accepted(bake.order, { name = "x", tasks = { { nobody_knows_this = true } } }))
end

-- compare lists its options when it refuses one.
function TestNames.test_options_of_compare()
   local results = bake.load(SOURCE .. "/plots/gallery/tickets")
   local ok, problem = pcall(results.compare, results, results, UNKNOWN)
   lu.assertFalse(ok)
   local there = {}
   for name in tostring(problem):match("none of: ([%a_, ]*)"):gmatch "[%a_]+" do
      there[name] = true
   end
   assert_same("CompareOptions", there)
end

-- The server has every annotated option, and every option of the command is annotated.
function TestNames.test_options_of_the_server()
   local there = {}
   for _, field in ipairs(class_of("ServerOptions").fields) do
      local ok, problem = pcall(bake.server, { [field.name] = false })
      lu.assertFalse(ok)
      there[field.name] = not tostring(problem):find "has no option" or nil
   end
   assert_same("ServerOptions", there)
   local help = assert(io.popen(("'%s' serve --help"):format(bake.command_path()))):read "a"
   for name in help:gmatch "%-%-([%w-]+)" do
      local option = name:gsub("-", "_")
      local is_known = there[option] or there[option .. "s"] -- --fault, repeated, is `faults`
      lu.assertTrue(is_known or option == "help" or option == "quiet" or option == "version",
         ("serve knows --%s: %s"):format(name, REMEDY))
   end
end

-- --- objects --------------------------------------------------------------------------------------

TestObjects = {}

function TestObjects.test_experiment()
   local experiment = bake.experiment { name = "x", items = { 1 }, task = print,
      contenders = { "sequential" } }
   assert_same("Experiment", names_of(setmetatable({}, getmetatable(experiment))), true)
end

local function tickets() return bake.load(SOURCE .. "/plots/gallery/tickets") end

function TestObjects.test_results()
   local results = tickets()
   local cell = results:cell("threads", 16)
   assert_same("Results", names_of(results), true)
   assert_same("Cell", keys_of(cell), true)
   assert_same("CellSummary", keys_of(results:summary_of(cell)), true)
   assert_same("Figure", keys_of(results:summary_of(cell).total_s), true)
   assert_same("Comparison", keys_of(results:versus_reference(cell)), true)
   assert_same("RunComparison", keys_of(results:compare(tickets(), { print = false })))
   local summary = results:summary_table()
   for index in ipairs(summary.cells) do
      assert_same("CellSummary", keys_of(summary.cells[index]), true)
   end
end

function TestObjects.test_worker_shares_and_facts()
   local results = bake.load(SOURCE .. "/plots/gallery/gil_2010s")
   assert_same("WorkerShares", keys_of(results:worker_shares(results:cell "threads")))
   local tasks = { { kind = "cpu", submitted = 0, started = 0, ended = 1, received = 1 },
      { kind = "io", submitted = 0, started = 0, ended = 1, received = 1 } }
   assert_same("OrderFacts", keys_of(bake.order { name = "x", tasks = tasks }))
end

-- Processes come first, because nothing can fork beside a loop.
function TestObjects.test_pools_and_futures()
   local pool <close> = bake.processes { workers = 1 }
   local future = pool:submit(error, "on purpose")
   assert_same("Pool", names_of(pool))
   assert_same("Future", names_of(future))
   assert_same("TaskError", keys_of(future:error()), true)
   assert_same("PoolCounts", keys_of(pool:counts()))
end

function TestObjects.test_server_and_responses()
   local site <close> = bake.server {}
   assert_same("Site", names_of(site), true)
   assert_same("Response", keys_of(assert(bake.fetch { url = site:url "/", proxy = "" })), true)
   assert_same("ServerStats", keys_of(site:stats()), true)
   local failed = select(4, bake.fetch { url = "http://127.0.0.1:1/", proxy = "" })
   assert_same("Response", keys_of(failed), true)
   lu.assertEquals({ type(failed.error), failed.code }, { "string", "connect" })
end

function TestObjects.test_loops_and_tasks()
   local pipe <close> = assert(io.popen "cat /dev/null")
   local loop <close> = bake.loop {}
   assert_same("Loop", names_of(loop))
   assert(loop:run(function()
      assert_same("Task", names_of(loop:go(print, "")))
      assert_same("Semaphore", names_of(bake.semaphore(1)), true)
      bake.group(function(group) assert_same("TaskGroup", names_of(group), true) end)
      local _, problem = pcall(bake.group, function(group)
         group:go(error, "on purpose")
         bake.sleep(1)
      end)
      assert_same("TaskError", keys_of(problem), true)
      return true
   end))
   lu.assertNotNil(pipe)
end

-- ctx finds its methods in a table behind its __index. There are two tables: for blocking workers and for
-- loops.
local function methods_of_context(meta)
   for index = 1, math.huge do
      local name, value = debug.getupvalue(meta.__index, index)
      assert(name, "no methods found")
      if type(value) == "table" and value.fetch then
         return keys_of(value)
      end
   end
end

function TestObjects.test_context_of_tasks()
   local on_loop = require("bakeoff.contenders.loop_context").new({}, 1)
   for _, meta in ipairs { debug.getregistry()["bakeoff.task_context"], getmetatable(on_loop) } do
      local there = methods_of_context(meta)
      there.shared, there.job, there.worker = true, true, true
      assert_same("Context", there)
   end
end

function TestObjects.test_probes()
   assert_same("Memory", keys_of(bake.memory()))
   assert_same("TreeMemory", keys_of(bake.memory_tree()))
   assert_same("Cpu", keys_of(bake.cpu()))
   assert_same("Switches", keys_of(bake.cpu().switches))
   local sampler = bake.sampler {}
   assert_same("Sampler", names_of(sampler))
   sampler:full()
   local samples, peaks = sampler:stop()
   assert_same("Sample", keys_of(samples[1]), true)
   assert_same("Peaks", keys_of(peaks), true)
end

os.exit(lu.LuaUnit.run(), true)
