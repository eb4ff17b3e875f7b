--- Charts of values that are hard to draw: very large, very small, far apart, all equal.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local files = require "bakeoff.base.files"
local page = require "bakeoff.plotting.page"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stress = require "support_stress"
local text = require "bakeoff.plotting.text"

TestExtremes = {}

function TestExtremes.tearDown() runs.clear() end

local function run_of(change, spec)
   spec = spec or { contenders = { "threads", "processes", "eventloop" }, workers = { 16 }, repeats = 10 }
   spec.change = change
   return results.load(runs.make(spec))
end

local function vars_of(built)
   local vars = {}
   for _, pair in ipairs(built.vars) do
      vars[pair[1]] = pair[2]
   end
   return vars
end

function TestExtremes.test_the_labels_of_a_y_axis_stay_on_the_page()
   local run = run_of(function(trial)
      trial.memory.footprint_peak_bytes = (100 + 10 * #trial.label + trial.block) * 1024 ^ 3
   end)
   for size in pairs(page.SIZES) do
      local vars = vars_of(charts.build("quadrant", run, { size = size }, true))
      for _, words in ipairs(vars.y_tick_text) do
         local left = vars.plot_left * vars.width - text.width(words, vars.body_size)
         lu.assertTrue(left > 0.5 * vars.body_size, ("%s: %s"):format(size, words))
      end
   end
end

-- As where the kernel doesn't say how much memory a process has.
function TestExtremes.test_figures_that_are_all_zero_are_drawn()
   local run = run_of(function(trial)
      trial.memory.footprint_peak_bytes = 0
      trial.cpu.user_s, trial.cpu.system_s, trial.cpu.cores_used = 0, 0, 0
      for name, value in pairs(trial.memory) do
         trial.memory[name] = math.type(value) and 0 or value
      end
   end)
   local path = run.dir .. "/memory.csv"
   files.write(path, (files.read(path):gsub(",%d%d%d%d+", ",0")))
   run = results.load(run.dir)
   for _, name in ipairs { "memory", "footprint", "quadrant", "cores", "memory_workers", "cpu", "speed" } do
      local ok, message = pcall(charts.build, name, run, {}, true)
      lu.assertTrue(ok, ("%s: %s"):format(name, message))
   end
end

-- No run has such rows, but anyone can write them.
function TestExtremes.test_one_worker_at_three_counts_is_no_scaling()
   local dir = runs.make { contenders = { "sequential" }, workers = { 1 }, repeats = 6 }
   local path = dir .. "/trials.jsonl"
   local bytes, all = files.read(path), {}
   for workers = 1, 3 do
      all[workers] = bytes:gsub('"workers":1', '"workers":' .. workers)
   end
   files.write(path, table.concat(all))
   os.remove(dir .. "/summary.json")
   local run = results.load(dir)
   for _, name in ipairs { "scaling", "speedup", "efficiency", "memory_workers", "workers", "speed" } do
      local ok, message = pcall(charts.build, name, run, {}, true)
      lu.assertTrue(ok, ("%s: %s"):format(name, message))
   end
end

function TestExtremes.test_ticks_of_trials_that_are_all_the_same_tell_them_apart()
   local run, seen = run_of(function(trial) trial.total_s = 0.5 end), {}
   local vars = vars_of(charts.build("distribution", run, {}, true))
   for index, words in ipairs(vars.tick_text) do
      lu.assertNil(seen[words], words)
      seen[words] = words ~= "" or nil
      lu.assertTrue(words == "" or math.abs(tonumber(words) - vars.tick_at[index] * 100) < 1e-6, words)
   end
end

function TestExtremes.test_a_value_far_below_the_others_has_a_unit_of_its_own()
   local times = { threads = 1e-9, processes = 0.02, eventloop = 36000 }
   local run = run_of(function(trial) trial.total_s = times[trial.contender] end)
   local built = charts.build("speed", run, {}, true)
   local said = table.concat(vars_of(built).beside, "|")
   for _, words in ipairs { "1.00 ns", "20.0 ms", "10.0 h" } do
      lu.assertStrContains(said, words)
   end
   lu.assertStrContains(built.terminal.rows[1].text, "1.00 ns")
end

-- The rows of one block of the data, as lists of numbers.
local function rows_of(built, title)
   local rows = {}
   for line in (built.data .. "\n\n"):match("# " .. title .. ":[^\n]*\n(.-)\n\n"):gmatch "[^\n]+" do
      rows[#rows + 1] = {}
      for word in line:gmatch "%S+" do
         table.insert(rows[#rows], tonumber(word) or 0 / 0)
      end
   end
   return rows
end

function TestExtremes.test_short_bars_beside_a_long_one_are_shown_enlarged()
   local spec = { contenders = { "sequential", "threads", "eventloop" }, workers = { 100 }, repeats = 10 }
   for size in pairs(page.SIZES) do
      local built = charts.build("speed", results.load(runs.make(spec)), { size = size }, true)
      local vars, medians = vars_of(built), rows_of(built, "contenders")
      local per_pixel = vars.x_end / (vars.plot_right - vars.plot_left) / vars.width
      local bars, factor = rows_of(built, "enlarged"), nil
      lu.assertEquals({ vars.inset, #bars, #rows_of(built, "enlarged trials") }, { 1, 2, 20 }, size)
      for row, bar in ipairs(bars) do
         factor = factor or (bar[3] - bar[2]) / medians[row][2]
         lu.assertAlmostEquals((bar[3] - bar[2]) / medians[row][2], factor, 1e-6 * factor)
         lu.assertAlmostEquals(bar[2], vars.inset_x, 1e-6)
         lu.assertTrue(bar[5] < vars.x_end)
      end
      lu.assertTrue(factor >= 3)
      lu.assertStrContains(vars.inset_title, ("%.2g"):format(factor))
      for n, words in ipairs(vars.beside) do
         local font = vars.beside_small[n] == 1 and vars.small_size or vars.body_size
         lu.assertTrue(vars.beside_at[n] > 2.5 or vars.beside_x[n] + text.width(words, font) * per_pixel
            < vars.inset_x, words)
      end
   end
end

function TestExtremes.test_bars_that_can_be_compared_are_not_enlarged()
   for _, name in ipairs { "orders", "identical", "hours", "one_long", "failures" } do
      local run = results.load(stress.make(name))
      lu.assertNil(vars_of(charts.build("speed", run, {}, true)).inset, name)
   end
end

-- Names and remarks may leave no room beside the short bars; then nothing of the page is kept for an inset.
function TestExtremes.test_without_room_nothing_is_enlarged()
   local function space_above_rows(workers)
      local vars = vars_of(charts.build("speed", results.load(runs.make { workers = { workers }, repeats = 10,
         contenders = { "sequential", { "threads", label = ("x"):rep(120) },
            { "processes", label = ("y"):rep(120) } } }), { size = "column" }, true))
      lu.assertNil(vars.inset)
      return (vars.subtitle_at[#vars.subtitle] - vars.plot_top) * vars.height
   end
   lu.assertAlmostEquals(space_above_rows(100), space_above_rows(1), 1e-6)
end

-- The marks of a short line would be cut off at the left edge of a logarithmic axis that begins after it.
function TestExtremes.test_a_time_axis_begins_before_the_shortest_line_ends()
   local vars = vars_of(charts.build("memory", results.load(stress.make "extremes"), {}, true))
   lu.assertEquals({ vars.x_log, vars.x_title }, { 1, "time (log)" })
   lu.assertTrue(vars.x_min <= 1.001e-9 and vars.x_max >= 3e4)
   local said = table.concat(vars.x_tick_text, "|")
   lu.assertStrContains(said, "1 ns|")
   lu.assertStrContains(said, "1,000 s")
end

function TestExtremes.test_the_unit_of_memory_suits_it()
   for name, title in pairs { hours = "(GiB)", nanoseconds = "(KiB)", usual = "(MiB)", extremes = "(GiB)" } do
      local run = results.load(stress.make(name))
      lu.assertStrContains(vars_of(charts.build("memory", run, {}, true)).y_title, title)
      lu.assertStrContains(vars_of(charts.build("footprint", run, {}, true)).x_title, title)
   end
end

function TestExtremes.test_a_long_name_in_an_axis_title_is_cut()
   local run = results.load(stress.make "one_long")
   for size in pairs(page.SIZES) do
      local vars = vars_of(charts.build("ratio", run, { size = size }, true))
      lu.assertTrue(text.width(vars.x_title, vars.body_size) <= vars.width, size)
      lu.assertStrContains(vars.x_title, "…")
   end
end

function TestExtremes.test_remarks_below_the_values_are_not_cut()
   local run = run_of(function(trial)
      local mine = {}
      for worker = 1, trial.workers do
         mine[worker] = trial.work_s * (0.01 + worker / 800)
      end
      trial.cpu.workers_s, trial.cpu.cores_used = mine, 0.3 + trial.block / 50
   end)
   for size in pairs(page.SIZES) do
      for _, words in ipairs(vars_of(charts.build("cores", run, { size = size }, true)).beside) do
         lu.assertNotStrContains(words, "…")
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
