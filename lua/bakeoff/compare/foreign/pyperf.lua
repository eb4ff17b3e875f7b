--- pyperf's JSON (`-o FILE`): benchmarks, each measured in several processes ("runs") that give some values.
--
-- Values of one process resemble each other, because all share its memory layout and hash seed. So a repeat
-- is a process, with the mean of its values. Only where fewer processes ran than an interval needs, the
-- single values are the repeats, and a sentence says so.

local shape = require "bakeoff.runs.shape"
local stats = require "bakeoff.stats"
local text = require "bakeoff.base.text"

local pyperf = { name = "pyperf", made_by = "pyperf -o", of = "one call of the benchmark" }

local MOST_TEXT, MOST_RUNS, MOST_BENCHMARKS = 256 << 10, 100000, 10000
local words = shape.text(MOST_TEXT)
local metadata = shape.record { name = words, unit = words, date = words, cpu_model_name = words }

--- Has a decoded document this form?
function pyperf.is(document)
   local benchmarks = document.benchmarks
   local first = type(benchmarks) == "table" and benchmarks[1]
   return type(first) == "table" and type(first.runs) == "table"
end

pyperf.fits = shape.record({ metadata = metadata, benchmarks = shape.list(shape.record({ metadata = metadata,
   runs = shape.list(shape.record { values = shape.list(shape.number(0, 1e18), MOST_RUNS),
      metadata = metadata }, MOST_RUNS),
}, { "runs" }), MOST_BENCHMARKS, 1) }, { "benchmarks" })

-- What all benchmarks have in common stands in the document, what all runs have in common in the benchmark.
local function fact(document, benchmark, name)
   local first = benchmark.runs[1] or {}
   for _, holder in ipairs { benchmark, document, first } do
      local value = holder.metadata and holder.metadata[name]
      if value then
         return value
      end
   end
end

-- The values of each process that has some: those that only calibrate have none.
local function processes_of(benchmark)
   local list = {}
   for _, run in ipairs(benchmark.runs) do
      list[#list + 1] = run.values and #run.values > 0 and run.values or nil
   end
   return list
end

local function repeats_of(processes)
   local values = {}
   for _, process in ipairs(processes) do
      if #processes >= stats.FEWEST then
         values[#values + 1] = stats.mean(process)
      else
         table.move(process, 1, #process, #values + 1, values)
      end
   end
   return values
end

local function note_few(notes, name, processes)
   local count = #processes == 1 and "1 process" or ("%d processes"):format(#processes)
   notes[#notes + 1] = #processes < stats.FEWEST and ("'%s' was measured in %s, so its single values are the"
      .. " repeats; they vary less than processes do"):format(text.shown(name), count) or nil
end

--- → see hyperfine.lua; and { started, cpu }
function pyperf.read(document)
   local list, notes, facts = {}, {}, {}
   for index, benchmark in ipairs(document.benchmarks) do
      local name = fact(document, benchmark, "name") or ("benchmark %d"):format(index)
      local unit, processes = fact(document, benchmark, "unit") or "second", processes_of(benchmark)
      if unit ~= "second" then
         notes[#notes + 1] = ("'%s' is measured in %s and left out: only times are compared"):format(
            text.shown(name), text.shown(unit))
      elseif #processes == 0 then
         notes[#notes + 1] = ("'%s' has no values and is left out"):format(text.shown(name))
      else
         note_few(notes, name, processes)
         list[#list + 1] = { name = name, names = {}, values = repeats_of(processes) }
         facts = next(facts) and facts or { started = fact(document, benchmark, "date"),
            cpu = fact(document, benchmark, "cpu_model_name") }
      end
   end
   return list, notes, facts
end

return pyperf
