--- Target `notebook`: what weaving adds to the time of an experiment, and how long a frozen notebook takes.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local measure = require "measure"

local notebooks = {}

local MOST = 7 -- blocks: a block takes a dozen seconds

-- Its trials sleep, so they take equally long on both sides. io.stdout is not part of the page.
local TEXT = [[
local bake = require "bakeoff"
local core = require "bakeoff.core"

-- %%%% [markdown]
-- # Sleeping

-- %%%%
local items = {}
for i = 1, 20 do items[i] = i end
local experiment = bake.experiment { name = "sleeping", items = items, repeats = %d, warmup = 0,
   task = function(ctx) ctx:sleep "10ms" end,
   contenders = { "sequential", "threads", "coroutines" }, workers = { 4 } }
local start = core.now()
local results = experiment:run()
io.stdout:write(("took %%.9f s\n"):format(core.now() - start))

-- %%%% [markdown]
-- {{ results:ratio("threads", "coroutines") }} of the coroutines' time, and
-- {{ results:value("threads", 4, "footprint_peak") }} of memory.

-- %%%%
results:chart "speed"

-- %%%%
results:chart "quadrant"

-- %%%%
results:table {}

-- %%%%
bake.claim("sleeping takes time", "total(sequential) > 100ms")
bake.claim("threads sleep at the same time", "total(threads) < 0.5 * total(sequential)")
]]

-- Seconds of a whole command, and of the experiment in it; nil if it was frozen. Claims need more than a few
-- repeats, so their exit code doesn't matter.
local function timed(argv)
   local start = core.now()
   local ended, message = core.command { argv = argv, timeout = 300 }
   if not ended or ended.code ~= 0 and ended.code ~= 3 then
      error(("%s: %s"):format(table.concat(argv, " "), message or ended.stderr), 0)
   end
   return { wall_s = core.now() - start, run_s = tonumber(ended.stdout:match "took ([%d.]+) s") }
end

local function sides_of(folder)
   local bakeoff, script = measure.program "bakeoff", folder .. "/sleeping.lua"
   local frozen = { bakeoff, "notebook", "run", script, "--out", folder .. "/frozen" }
   timed(frozen)
   return {
      { name = "notebook run",
         run = function() return timed { bakeoff, "notebook", "run", script, "--fresh" } end },
      { name = "run", run = function()
         local seen = timed { bakeoff, "run", script, "--out", folder .. "/run" }
         core.remove_tree(folder .. "/run")
         return seen
      end },
      { name = "frozen", run = function() return timed(frozen) end },
   }
end

local function line_of(results, field, what)
   local seen = measure.ratio(results["notebook run"], results.run, field)
   return { what = "notebook run --fresh / bakeoff run: " .. what, unit = "×", value = seen.value,
      low = seen.low, high = seen.high, blocks = seen.blocks, at_most = 1.02, a = seen.a, b = seen.b,
      detail = ("notebook run %.2f s, bakeoff run %.2f s"):format(seen.a.median, seen.b.median) }
end

--- Compares `notebook run --fresh` with `bakeoff run` of the same script, and times a frozen notebook.
function notebooks.notebook(settings, keep)
   local folder = os.tmpname()
   os.remove(folder)
   assert(core.mkdirs(folder))
   files.write(folder .. "/sleeping.lua", TEXT:format(math.max(1, math.min(settings.requests // 1000, 20))))
   local results = measure.blocks(math.min(settings.blocks, MOST), sides_of(folder), keep)
   core.remove_tree(folder)
   local frozen = measure.median(results.frozen, "wall_s")
   return { line_of(results, "run_s", "time of the experiment"),
      line_of(results, "wall_s", "the whole command"),
      { what = "a frozen notebook: the whole command", value = frozen.value, low = frozen.low,
         high = frozen.high, blocks = frozen.blocks, unit = " s", at_most = 1, a = frozen.a,
         detail = "two charts, a table, two claims, two quoted values" } }
end

return notebooks
