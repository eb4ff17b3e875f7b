--- The noise records of a run (probe/noise.lua), summarized for summary.json and for the report. Which trials
-- were noisy: analysis/fairness/noise.lua.

local inline = require "bakeoff.report.inline"
local json = require "bakeoff.base.json"
local noise = require "bakeoff.probe.noise"
local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"

local noise_report = {}

local LEAST = 0.0005 -- below this share, a figure is only the rounding of two clocks

local function percent(share) return numbers.percent(share < LEAST and 0 or share, 3) end

local function milliseconds(seconds) return ("%.0f ms"):format(seconds * 1000) end

local function record_of(trial) return type(trial.noise) == "table" and trial.noise or {} end

local SERIES = { "others_share", "steal_share", "psi_cpu_share", "load_1min" }

-- Median and largest of read(trial); nil if no trial has it.
local function series(trials, read)
   local values = {}
   for _, trial in ipairs(trials) do
      values[#values + 1] = read(trial)
   end
   return #values > 0 and json.ordered({ "median", "max" },
      { median = stats.median(values), max = stats.quantile(values, 1) }) or nil
end

local function governors(trials)
   local seen, list = {}, {}
   for _, trial in ipairs(trials) do
      local name = record_of(trial).governor
      if name and not seen[name] then
         seen[name], list[#list + 1] = true, name
      end
   end
   return #list > 0 and table.concat(list, ", ") or nil
end

local KEYS = { "trials", "recorded", "noisy", "rule", "others_share", "steal_share", "psi_cpu_share",
   "load_1min", "involuntary_switches", "governor", "noisy_trials" }

--- The entry of summary.json; series that the machine doesn't provide are absent.
function noise_report.summary(trials)
   local noisy, recorded, found = json.array {}, 0, {}
   for _, trial in ipairs(trials) do
      local record = record_of(trial)
      recorded = recorded + (record.wall_s and 1 or 0)
      if record.noisy then
         noisy[#noisy + 1] = { label = trial.label, workers = trial.workers, ["repeat"] = trial["repeat"],
            reasons = record.noisy }
      end
   end
   for _, name in ipairs(SERIES) do
      found[name] = series(trials, function(trial) return record_of(trial)[name] end)
   end
   found.trials, found.recorded, found.noisy, found.noisy_trials = #trials, recorded, #noisy, noisy
   found.rule, found.governor = noise.RULE, governors(trials)
   found.involuntary_switches = series(trials, function(trial) return (trial.switches or {}).involuntary end)
   return json.ordered(KEYS, found)
end

local function median_and_max(one, show, absent)
   return one and ("%s (at most %s)"):format(show(one.median), show(one.max)) or absent
end

-- Adds how far the verdicts depend on noisy trials, and on trials that don't depend on the ones before them.
local function with_doubts(items, results)
   for _, found in ipairs { results:trust() or false, results:hidden_dependence() or false } do
      items[#items + 1] = found and found.text or nil
   end
   return items
end

--- Blocks of the report (see document.lua).
function noise_report.blocks(results)
   local found = noise_report.summary(results:rows())
   if found.recorded == 0 then
      local doubts = with_doubts({}, results)
      return { { kind = "text", text = "Not recorded." },
         #doubts > 0 and { kind = "list", items = doubts } or nil }
   end
   local rule, absent = noise.RULE, "not available on this machine"
   local noisy = "%d of %s noisy: other programs used more than %s of the processors' time (and at least %s),"
      .. " or the hypervisor took more than %s (and at least %s). They count in every figure; `trials.jsonl`"
      .. " marks them (`noise.noisy`)."
   return { { kind = "list", items = with_doubts({
      inline.ours(noisy:format(found.noisy, numbers.plural(found.recorded, "trial"),
         percent(rule.others_share), milliseconds(rule.others_cpu_s), percent(rule.steal_share),
         milliseconds(rule.steal_s))),
      "Medians over the trials: other programs used " .. median_and_max(found.others_share, percent, absent)
         .. "; the hypervisor took " .. median_and_max(found.steal_share, percent, absent)
         .. "; pressure, the share of time in which some task waited for a processor, the trial's own"
         .. " workers included: " .. median_and_max(found.psi_cpu_share, percent, absent) .. ".",
      "Load average at the start: " .. median_and_max(found.load_1min, numbers.plain, absent)
         .. "; involuntary context switches of a trial: "
         .. median_and_max(found.involuntary_switches, numbers.plain, "not recorded")
         .. "; frequency governor: " .. (found.governor or absent) .. ".",
   }, results) } }
end

return noise_report
