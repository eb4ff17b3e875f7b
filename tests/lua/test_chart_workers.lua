--- The chart of the workers' CPU: when it is drawn, what its title claims, what its rows hold.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local share_words = require "bakeoff.analysis.wording.shares"
local workers = require "bakeoff.charts.workers"

local GIL = "threads, one interpreter lock"

-- A run whose workers share cores[label] cores, at most one core each.
local function run_of(cores, spec)
   spec = spec or {}
   spec.contenders = spec.contenders
      or { "sequential", "threads", { "threads", label = GIL, gil = true }, "processes" }
   spec.workers = spec.workers or { 4 }
   spec.repeats = spec.repeats or 8
   spec.change = function(trial)
      local all, list = cores[trial.label], {}
      for index = 1, all and trial.workers or 0 do
         local wobble = 1 + 0.01 * (index % 3 - 1) + 0.005 * ((trial.block + #trial.label) % 2)
         list[index] = math.min(all / trial.workers, 1) * wobble * trial.work_s
      end
      trial.cpu.workers_s = all and list or nil
   end
   return results.load(runs.make(spec))
end

TestWorkers = {}

function TestWorkers.tearDown() runs.clear() end

function TestWorkers.test_the_lock_is_the_finding()
   local run = run_of { sequential = 0.98, threads = 2, [GIL] = 1, processes = 2 }
   lu.assertEquals(workers.title(run),
      "With one interpreter lock each of 4 threads gets 25 % of a core, without it 50 %")
end

-- The option says who runs under the lock; a label may say anything.
function TestWorkers.test_labels_cannot_swap_who_has_the_lock()
   local run = run_of({ ["one interpreter lock"] = 2, ["free, no GIL"] = 1 }, { contenders = {
      { "threads", label = "one interpreter lock" }, { "threads", label = "free, no GIL", gil = true } } })
   lu.assertEquals(workers.title(run),
      "With one interpreter lock each of 4 threads gets 25 % of a core, without it 50 %")
end

function TestWorkers.test_no_difference_is_not_told_as_one()
   local spec = { contenders = { "threads", { "threads", label = "threads, GIL", gil = true } } }
   lu.assertEquals(workers.title(run_of({ threads = 1.8, ["threads, GIL"] = 1.8 }, spec)),
      "With and without one interpreter lock each of 4 threads gets 45 % of a core: same within 3 %")
   lu.assertEquals(workers.title(run_of({ threads = 1.8, ["threads, GIL"] = 1.799 }, spec)),
      "With and without one interpreter lock each of 4 threads gets 45 % of a core: same within 3 %")
end

-- The title says what the bars show.
function TestWorkers.test_titles_have_the_median_worker_or_both_ends()
   local row = { cell = { contender = "threads", name = "threads" }, count = 3, share = { 0.54, 0.41, 0.02 },
      median = 0.41, cores = 0.97 }
   lu.assertEquals(share_words.of_one(row), "Each of 3 threads gets 2 to 54 % of a core")
   row.share, row.median = { 0.42, 0.41, 0.40 }, 0.41
   lu.assertEquals(share_words.of_one(row), "Each of 3 threads gets 41 % of a core")
end

function TestWorkers.test_shares_that_differ_without_a_verdict_are_both_told()
   local run = run_of({ threads = 1.0, ["threads, GIL"] = 1.0 }, { repeats = 8, contenders = { "threads",
      { "threads", label = "threads, GIL", gil = true } } })
   for _, trial in ipairs(run:rows()) do -- by chance the lock costs or gains a lot
      local factor = trial.label == "threads" and 1 or trial.block % 8 < 5 and 1.5 or 0.5
      for index, seconds in ipairs(trial.cpu.workers_s) do trial.cpu.workers_s[index] = seconds * factor end
   end
   lu.assertEquals(workers.title(run), "With one interpreter lock each of 4 threads gets 38 % of a core,"
      .. " without it 25 %: no difference shown")
end

function TestWorkers.test_a_difference_below_a_percent_is_not_told()
   local run = run_of({ threads = 1.80, processes = 1.815 }, { contenders = { "threads", "processes" } })
   lu.assertEquals(workers.title(run), "In every case, each of 4 workers gets 45 % of a core")
end

function TestWorkers.test_few_repeats_are_no_verdict()
   local run = run_of({ threads = 2, [GIL] = 1 }, { repeats = 2 })
   lu.assertEquals(workers.title(run), "Too few repeats for a verdict: 25 % of a core for each of 4 threads"
      .. " with one interpreter lock, 50 % without")
end

function TestWorkers.test_without_a_lock_the_extremes_are_told()
   local run = run_of({ threads = 1.2, processes = 2 }, { contenders = { "threads", "processes" } })
   lu.assertEquals(workers.title(run),
      "Each of 4 processes gets 50 % of a core, each of 4 threads 30 %")
   run = run_of({ threads = 1.2 }, { contenders = { "sequential", "threads" } })
   lu.assertEquals(workers.title(run),
      "Each of 4 threads gets 30 % of a core; all workers did about the same")
   run = run_of({ sequential = 1 }, { contenders = { "sequential" } })
   lu.assertEquals(workers.title(run), "No contender ran with several workers")
end

function TestWorkers.test_it_is_drawn_where_cpu_matters()
   local busy = run_of({ threads = 2, [GIL] = 1 }, { repeats = 1 })
   local waiting = run_of({ threads = 0.3, processes = 0.4 }, { repeats = 1 })
   local silent = results.load(runs.make { repeats = 1 })
   local function names(run, options)
      local list = {}
      local drawn, problems, skipped = charts.draw(run, options)
      for index, chart in ipairs(drawn) do list[index] = chart.name end
      return { table.concat(list, " "), #problems, table.concat(skipped, "; ") }
   end
   lu.assertStrContains(names(busy, {})[1], "workers")
   lu.assertNotStrContains(names(waiting, {})[1], "workers")
   lu.assertEquals(names(waiting, { only = { "workers" } })[1], "workers")
   lu.assertStrContains(names(waiting, { also = { "workers" } })[1], " workers")
   lu.assertEquals(names(silent, {})[3], "")
   lu.assertEquals(names(silent, { only = { "workers" } }),
      { "", 0, "workers chart: no trial recorded the CPU time of its workers" })
end

local function block(data, number)
   local rows = {}
   for found in (data .. "\n\n\n"):gmatch("(.-)\n\n\n") do
      number = number - 1
      for line in (number == 0 and found or ""):gmatch("[^\n]+") do
         if not line:find("^#") then
            local row = {}
            for field in line:gmatch("%S+") do row[#row + 1] = tonumber(field) end
            rows[#rows + 1] = row
         end
      end
   end
   return rows
end

function TestWorkers.test_a_bar_for_their_median_from_the_least_to_the_most_and_a_dot_for_each()
   for _, count in ipairs { 1, 2, 5, 64, 100 } do
      local run = run_of({ sequential = 0.98, threads = 2, [GIL] = 1, processes = 2 },
         { workers = { count }, repeats = 2 })
      local built = charts.build("workers", run, {}, true)
      local bars, dots = block(built.data, 1), block(built.data, 2)
      lu.assertEquals(#bars, 4)
      for index, bar in ipairs(bars) do
         lu.assertEquals(bar[1], index)
         lu.assertTrue(count == 1 or #bar < 4 or bar[3] <= bar[2] + 0.5 and bar[2] <= bar[4] + 0.5, count)
      end
      lu.assertEquals(#dots, count > 1 and count <= 16 and 3 * count or #dots)
      for _, dot in ipairs(count > 1 and count <= 16 and dots or {}) do
         local bar = bars[dot[3]]
         lu.assertTrue(dot[2] >= bar[3] - 1e-6 and dot[2] <= bar[4] + 1e-6)
      end
   end
end

-- index of a worker → its share of the others' work
local function with_busiest(factor)
   local run = run_of({ threads = 0.4, processes = 0.4 }, { workers = { 64 },
      contenders = { "threads", "processes" } })
   for _, trial in ipairs(run:rows()) do
      local list = trial.cpu.workers_s
      list[7] = list[7] * (trial.label == "processes" and factor or 1)
   end
   return run
end

function TestWorkers.test_the_title_says_how_even_and_small_shares_can_be_read()
   local run = with_busiest(1.8)
   lu.assertStrMatches(workers.title(run),
      "In every case, each of 64 workers gets 0.63 %% of a core")
   lu.assertStrContains(workers.title(run), " 0.6")
   local built = charts.build("workers", run, {}, true)
   local vars = {}
   for _, pair in ipairs(built.vars) do vars[pair[1]] = pair[2] end
   lu.assertTrue(vars.x_max < 2)
   lu.assertStrContains(table.concat(vars.beside, ";"), "busiest did 1.8 × the median")
   lu.assertNotStrContains(table.concat(vars.beside, ";"), "0 % each")
end

-- The pages of slides have a fixed height: with many rows, two lines each would overlap.
function TestWorkers.test_rows_that_are_low_have_one_line()
   local cores, contenders = {}, {}
   for n = 1, 8 do
      contenders[n] = { "threads", label = ("variant %d"):format(n) }
      cores[contenders[n].label] = 1 + n / 10
   end
   local function lines_on(size)
      local run = run_of(cores, { contenders = contenders, job = ("many words on a job "):rep(9) })
      local built = charts.build("workers", run, { size = size }, true)
      for _, pair in ipairs(built.vars) do
         if pair[1] == "beside" then
            return #pair[2]
         end
      end
   end
   lu.assertEquals({ page = lines_on "page", slide = lines_on "slide" }, { page = 16, slide = 8 })
end

function TestWorkers.test_all_sizes_are_drawn()
   local run = run_of { sequential = 0.98, threads = 2, [GIL] = 1, processes = 2 }
   for _, size in ipairs { "page", "column", "slide" } do
      local drawn, problems = charts.draw(run, { only = { "workers" }, size = size, theme = "dark" })
      lu.assertEquals({ size, #drawn, problems }, { size, 1, {} })
   end
end

os.exit(lu.LuaUnit.run(), true)
