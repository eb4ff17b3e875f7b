--- The notebook that `bakeoff notebook new` writes: a small one that works, and shows each kind of cell.

local new = {}

local TEXT = [==[
-- %%%% [markdown]
-- # %s: what was found, in one sentence
--
-- Say first what a reader needs: the finding, the chart, how to decide. This is a text cell: its
-- lines are comments in Markdown. Editors know such cells: VS Code, Vim and Emacs run or fold
-- them, and jupytext converts them.

-- %%%% The experiment tags=["hide-input"]
local bake = require "bakeoff"

local site <close> = bake.server { latency = "20ms", jitter = "5ms" } -- its own process

local results = bake.experiment {
   name       = "%s",
   urls       = site:urls("/page?number=%%d", 20),
   contenders = { "sequential", "threads", "eventloop" },
   workers    = { 1, 8 },
   repeats    = 10,
}:run() -- measured once, then frozen until something changes on which it depends

-- %%%% [markdown]
-- With 8 downloads at once, threads take {{ results:ratio("threads", "sequential", 8) }} of the time of one
-- after the other, and {{ results:value("threads", 8, "footprint_peak") }} of memory.

-- %%%%
results:claim("with eight threads, the downloads take less than a third of the time",
   "total(threads, 8) / total(sequential) < 0.333")
results:chart "speed" -- the last statement of a cell is shown if it is a call

-- %%%% [markdown]
-- ## In numbers

-- %%%%
results:table { figures = { "total", "footprint_peak" } }

-- %%%% [markdown]
-- ## Method
--
-- The server answers after 20 ms ± 5 ms.
]==]

--- The text. name: of the notebook and its experiment
function new.text(name) return TEXT:format(name, name) end

return new
