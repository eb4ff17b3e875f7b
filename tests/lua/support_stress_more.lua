--- More run folders that are hard to draw: failed and few trials, many repeats and workers, letters that
-- fonts lack, words that a program might take for its own, long sentences. Added to support_stress.lua.

local runs = require "support_runs"

local MIB = 1024 ^ 2

local function fails(trial, reason)
   trial.status, trial.reason, trial.total_s = "failed", reason, nil
end

-- All trials of some labels fail, or all of all.
local function failing(label)
   return function(trial)
      if not label or trial.label == label then
         fails(trial, "timeout after 5 min")
      end
   end
end

-- One half of the trials takes twice as long as the other.
local function in_two_groups(trial)
   if trial.label == "threads" then
      trial.total_s = (trial.block % 2 == 0 and 0.2 or 0.4) * (1 + 0.001 * (trial.block % 7))
   end
end

local function labelled(...)
   local list = {}
   for index, label in ipairs { ... } do
      list[index] = { "threads", label = label }
   end
   return list
end

local MARKUP = labelled("<b>bold</b> & 'single'", '"double" \\ %s %%d', "`date` $HOME {a_b^c}",
   "@plot; set term x11")
local FOREIGN = labelled("fast 🚀🚀🚀", "速い方法 と 遅い", "الحلقة السريعة", "żółć ěščřž ŐŰ",
   "e\u{301}\u{327} \u{200b}x")
local VARIANTS = labelled("threads", "threads, one interpreter", "threads, two", "threads, many",
   "threads, few", "threads, none")

-- Every worker is busy, some more than others, so the charts of cores and workers are drawn.
local function busy(trial)
   local mine = {}
   for worker = 1, math.min(trial.workers, 100) do
      mine[worker] = trial.work_s * (0.2 + worker / 150)
   end
   trial.cpu.workers_s, trial.cpu.cores_used = mine, 1.7 + trial.block / 50
end

-- Most jobs take 2 ms; those that wait for a stall up to 400 ms.
local function stalled(trial)
   local spectrum, slow = {}, trial.label == "threads" and 1 or 200
   for step = 0, 24 do
      local q = 1 - 2 ^ (-step / 4)
      spectrum[#spectrum + 1] = { q, 0.002 * (1 + slow * q ^ 20) * (1 + 0.01 * (trial.block % 3)) }
   end
   trial.latency_spectrum = spectrum
   trial.latency_s = { p50 = 0.002, p90 = 0.003, p99 = spectrum[24][2], max = spectrum[25][2] }
end

local JOB = "fetch, decode, check and store every one of the numbered pages of a catalogue of parts "

local function wordy(manifest)
   manifest.job, manifest.conditions = JOB:rep(3), JOB:rep(2)
   manifest.environment.cpu.model = ("Processor with a long name and a number, 1234 "):rep(4)
end

local function weights(trial)
   local size = 20 + #trial.label % 3 / 100 + trial.workers / 1e4
   trial.memory.footprint_peak_bytes = math.floor(size * MIB)
end

local FEW = { "sequential", "threads", "processes" }

--- name → spec of runs.make.
return {
   all_fail = { contenders = FEW, workers = { 4 }, change = failing() },
   one_fails = { contenders = FEW, workers = { 4 }, change = failing "processes" },
   two_repeats = { contenders = FEW, workers = { 4 }, repeats = 2 },
   one_repeat = { workers = { 1, 100 }, repeats = 1 },
   repeats_200 = { contenders = FEW, workers = { 4 }, repeats = 200 },
   one = { contenders = { "eventloop" }, workers = { 16 } },
   lanes = { workers = { 1000 }, repeats = 6, items = 2000 },
   two_groups = { contenders = FEW, workers = { 4 }, repeats = 40, change = in_two_groups },
   markup = { contenders = MARKUP, workers = { 4 } },
   foreign = { contenders = FOREIGN, workers = { 4 } },
   variants = { contenders = VARIANTS, workers = { 1, 4, 16 }, repeats = 8 },
   busy = { contenders = runs.SEVEN, workers = { 1, 4, 16 }, repeats = 8, change = busy },
   stalls = { contenders = { "threads", "eventloop", { "eventloop", label = "event loop at a fixed rate" } },
      workers = { 16 }, items = 2000, repeats = 8, change = stalled },
   wordy = { workers = { 4 }, manifest = wordy },
   one_weight = { workers = { 1, 4, 16 }, change = weights },
}
