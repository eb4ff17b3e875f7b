--- The text around every chart of a run: the parts of its subtitle and of its foot line.

local contender_type = require "bakeoff.model.contender"
local files = require "bakeoff.base.files"
local fingerprint = require "bakeoff.base.fingerprint"
local numbers = require "bakeoff.base.numbers"
local repeats_words = require "bakeoff.analysis.wording.repeats"

local page_words = {}

local function first(...)
   for index = 1, select("#", ...) do
      local value = select(index, ...)
      if value ~= nil and value ~= "" then
         return value
      end
   end
end

local function machine(environment)
   local cpu = type(environment.cpu) == "table" and environment.cpu or {}
   local model = first(cpu.model, environment.cpu_model, cpu.name)
   local cores = first(cpu.cores_online, cpu.cores, environment.cores, environment.cpus, cpu.count)
   if model then
      model = model:gsub("%(R%)", ""):gsub("%(TM%)", ""):gsub(" CPU", ""):gsub("%s+@.*", "")
   end
   return cores and ("%d × %s"):format(cores, model or "core") or model
end

local function versions(manifest, environment)
   local list = { manifest.bakeoff and "bakeoff " .. manifest.bakeoff }
   local known = type(environment.versions) == "table" and environment.versions or environment
   for _, pair in ipairs { { "Lua", "lua" }, { "libcurl", "curl", "libcurl" }, { "libuv", "uv", "libuv" } } do
      local version = first(known[pair[2]], pair[3] and known[pair[3]])
      if type(version) == "string" and #version < 20 then
         list[#list + 1] = pair[1] .. " " .. version:gsub("^%a+[ /]", "")
      end
   end
   return table.concat(list, ", ")
end

local function has_unverified(results)
   for _, cell in ipairs(results.cells or {}) do
      for _, trial in ipairs(cell.trials) do
         if (math.tointeger(trial.unverified) or 0) > 0 then
            return true
         end
      end
   end
   local request = results.manifest.request
   return type(request) == "table" and request.insecure == true
end

-- Times of connections that anyone could have answered must not look like others. A task may ask for it in a
-- fetch of its own.
local function unverified(results) return has_unverified(results) and "certificates not verified" or "" end

--- { "2026-11-21", "2 × Xeon …", "bakeoff 0.1.0, Lua 5.4.4", "seed 1", "rows 1a2b3c4d" }, as far as the
-- manifest has them. results: { manifest, seed (or nil), hash, or dir whose trials.jsonl is hashed }.
function page_words.foot(results)
   local manifest = results.manifest
   local environment = type(manifest.environment) == "table" and manifest.environment or {}
   results.hash = results.hash or fingerprint.of(files.read(results.dir .. "/trials.jsonl") or "")
   local parts = {}
   for _, part in ipairs {
      (manifest.started or ""):match("^%d+%-%d+%-%d+") or "", machine(environment) or "",
      versions(manifest, environment), results.seed and ("seed %d"):format(results.seed) or "",
      unverified(results), "rows " .. results.hash,
   } do
      if part ~= "" then
         parts[#parts + 1] = part
      end
   end
   return parts
end

--- Job and conditions, in the manifest's words.
function page_words.job(results)
   local manifest = results.manifest
   local parts = {}
   for _, part in ipairs { manifest.job or manifest.experiment or "", manifest.conditions or "" } do
      if part ~= "" then
         parts[#parts + 1] = part
      end
   end
   return table.concat(parts, ", ")
end

--- "16 workers (sequential: 1)", "1 to 8 workers" of all where entries have counts of their own; false if
-- there is nothing to say: programs that aren't told a worker count may have any number of workers.
function page_words.workers(cells, workers)
   local least, most, lone, with_fixed, has = math.huge, nil, math.huge, {}, {}
   for _, cell in ipairs(cells) do
      local facts = contender_type.of(cell.contender)
      local fixed = facts.fixed_workers
      if fixed and fixed ~= workers and not has[facts] then
         has[facts], lone = true, math.min(lone, fixed)
         table.insert(with_fixed, ("%s: %d"):format(facts.words, fixed))
      end
      if not fixed and not cell.untold then
         local own = cell.workers or workers
         least, most = math.min(least, own), math.max(most or own, own)
      end
   end
   if not most then
      return false
   end
   if least < most then
      return ("%d to %d workers"):format(math.min(least, lone), most)
   end
   local count = numbers.plural(most, "worker")
   return #with_fixed > 0 and ("%s (%s)"):format(count, table.concat(with_fixed, ", ")) or count
end

--- "median of 10 trials, 95 % interval", or why there is no interval. cells: those in the chart; form and
-- plain: see analysis/wording/repeats.lua; metric: the chart's; nil: no word about wide intervals.
function page_words.repeats(results, cells, form, plain, metric)
   local least, most, are_wide
   for _, cell in ipairs(cells) do
      local good = results:summary_of(cell)
      local n = good.trials - good.failed_trials
      if n > 0 then
         least, most = math.min(least or n, n), math.max(most or n, n)
      end
      local figure = metric and good[metric]
      are_wide = are_wide or figure and (figure.widened or 1) > 1
   end
   return repeats_words.sentence(least, most, form, plain) .. (are_wide and repeats_words.WIDE or "")
end

--- "2 open loops are not shown", or false. cells: all at this worker count; shown: those in the chart.
function page_words.open_loops(cells, shown)
   local count = #cells - #shown
   return count > 0 and ("%s %s not shown: their rate decides how long they take"):format(
      numbers.plural(count, "open loop"), count == 1 and "is" or "are")
end

--- "the fastest 24 of 80 contenders; all are in the table"
function page_words.fastest(shown, all)
   return ("the fastest %d of %d contenders; all are in the table"):format(shown, all)
end

--- "5 contenders have no latencies on record"
function page_words.without_latencies(count)
   return ("%s %s no latencies on record"):format(numbers.plural(count, "contender"),
      count == 1 and "has" or "have")
end

--- Beside lines whose names have no room.
function page_words.unnamed(count) return ("and %d more without a name"):format(count) end

-- "3 warnings", or nil if there are none. The report lists them.
local function warnings(results)
   if not results.warned and results.audit then
      results.warned = #results:audit() + (results.steadiness and #results:steadiness() or 0)
   end
   return (results.warned or 0) > 0 and numbers.plural(results.warned, "warning") or nil
end

--- What stands below a chart: the foot line's parts, and how many warnings the run has. results: as for
-- `foot`; also warned = their number, unless audit() tells it.
function page_words.below(results)
   local parts = page_words.foot(results)
   parts[#parts + 1] = warnings(results)
   return parts
end

return page_words
