--- bakeoff.plan: blocks, their order, and the warm-up trials.
local cell_type = require "bakeoff.model.cell"
local lu = require "luaunit"

local contenders = require "bakeoff.contenders"
local plan = require "bakeoff.experiment.plan"

local function entry(name, label)
   return { name = name, label = label or name, contender = contenders.get(name) }
end

local function cells_of(...) return plan.cells { contenders = { ... }, workers = { 1, 4, 16 } } end

local function name_of(cell) return cell.label .. " × " .. cell.workers end

local function names_of(trials)
   local names = {}
   for i, trial in ipairs(trials) do
      names[i] = name_of(trial.cell)
   end
   return names
end

local function slice(list, from, to) return table.move(list, from, to, 1, {}) end

TestPlan = {}

function TestPlan.test_cells_follow_the_script_and_sequential_has_one()
   local cells = cells_of(entry "threads", entry "sequential", entry("threads", "again"))
   local names = {}
   for i, cell in ipairs(cells) do
      names[i] = name_of(cell)
   end
   lu.assertEquals(names, { "threads × 1", "threads × 4", "threads × 16", "sequential × 1", "again × 1",
      "again × 4", "again × 16" })
   lu.assertEquals(cells[5].contender, "threads")
end

function TestPlan.test_each_block_has_every_cell_once()
   local cells = cells_of(entry "threads", entry "sequential", entry "eventloop")
   local trials = plan.trials(cells, 20, 1)
   lu.assertEquals(#trials, 20 * #cells)
   for block = 1, 20 do
      local seen = {}
      for i = (block - 1) * #cells + 1, block * #cells do
         lu.assertEquals({ trials[i].block, trials[i]["repeat"] }, { block, block })
         seen[trials[i].cell] = (seen[trials[i].cell] or 0) + 1
      end
      for _, cell in ipairs(cells) do
         lu.assertEquals(seen[cell], 1)
      end
   end
end

function TestPlan.test_the_seed_decides_the_order()
   local cells = cells_of(entry "threads", entry "processes", entry "eventloop")
   local first = names_of(plan.trials(cells, 5, 7))
   lu.assertEquals(names_of(plan.trials(cells, 5, 7)), first)
   lu.assertNotEquals(names_of(plan.trials(cells, 5, 8)), first)
end

function TestPlan.test_blocks_differ_in_order()
   local cells = cells_of(entry "threads", entry "processes", entry "eventloop")
   local names = names_of(plan.trials(cells, 2, 7))
   lu.assertNotEquals(slice(names, 1, #cells), slice(names, #cells + 1, 2 * #cells))
end

function TestPlan.test_more_repeats_keep_the_earlier_blocks()
   local cells = cells_of(entry "threads", entry "eventloop")
   local few, many = names_of(plan.trials(cells, 3, 1)), names_of(plan.trials(cells, 9, 1))
   lu.assertEquals(slice(many, 1, #few), few)
end

function TestPlan.test_planning_leaves_the_cells_and_math_random_alone()
   local cells = cells_of(entry "threads", entry "eventloop")
   local before = slice(cells, 1, #cells)
   math.randomseed(5)
   local expected = math.random(1 << 40)
   math.randomseed(5)
   plan.trials(cells, 3, 1)
   lu.assertEquals(cells, before)
   lu.assertEquals(math.random(1 << 40), expected)
end

function TestPlan.test_warmups_are_one_per_contender_with_the_most_workers()
   local cells = plan.cells { contenders = { entry "threads", entry "sequential" }, workers = { 16, 4 } }
   local warmups = plan.warmups(cells, 2)
   lu.assertEquals(names_of(warmups), { "threads × 16", "sequential × 1", "threads × 16", "sequential × 1" })
   for _, trial in ipairs(warmups) do
      lu.assertTrue(trial.block < 0) -- they have draws of their own
      lu.assertNil(trial["repeat"])
   end
   lu.assertEquals(plan.warmups(cells, 0), {})
end

-- What was measured for hours must be readable afterwards.
function TestPlan.test_more_trials_than_are_read_back_are_refused()
   local cells = cells_of(entry "threads", entry "eventloop")
   plan.check(cells, 8333)
   local ok, problem = pcall(plan.check, cells, 10000)
   lu.assertFalse(ok)
   lu.assertEquals(tostring(problem), "repeats: 10,000 repeats of 6 cells are 60,000 trials; at most " ..
      "50,000 are read back: repeat less often")
end

function TestPlan.test_keys_are_unique()
   lu.assertNotEquals(cell_type.trial_key("a", 11, 1), cell_type.trial_key("a", 1, 11))
   lu.assertNotEquals(cell_type.trial_key("a1", 1, 1), cell_type.trial_key("a", 11, 1))
end

os.exit(lu.LuaUnit.run(), true)
