--- hyperfine's JSON (`--export-json`), also as bakeoff writes it (`--export-hyperfine`): the time of every
-- run of each command.

local numbers = require "bakeoff.base.numbers"
local shape = require "bakeoff.runs.shape"
local text = require "bakeoff.base.text"

local hyperfine = { name = "hyperfine", made_by = "hyperfine --export-json", of = "one run of a command" }

local MOST_TEXT, MOST_RUNS, MOST_RESULTS = 256 << 10, 1000000, 10000
local words = shape.text(MOST_TEXT)

local SHELL = "hyperfine subtracts the start of the shell from its times (unless -N was given); bakeoff"
   .. " starts no shell of its own"

--- Has a decoded document this form?
function hyperfine.is(document)
   local results = document.results
   local first = type(results) == "table" and results[1]
   return type(first) == "table" and first.command ~= nil and first.mean ~= nil
end

hyperfine.fits = shape.record({ results = shape.list(shape.record({
   command = words, label = words, times = shape.list(shape.number(0, 1e9), MOST_RUNS, 1),
}, { "command", "times" }), MOST_RESULTS, 1) }, { "results" })

-- " (threads=4)": commands that were given one name (-n) differ in their parameters only.
local function with_parameters(result)
   local parts = {}
   for _, name in ipairs(text.sorted_keys(type(result.parameters) == "table" and result.parameters or {})) do
      parts[#parts + 1] = ("%s=%s"):format(name, text.of_value(result.parameters[name]))
   end
   return #parts > 0 and ("%s (%s)"):format(result.command, table.concat(parts, ", ")) or result.command
end

local function counted(results, field)
   local count = {}
   for _, result in ipairs(results) do
      local name = result[field]
      count[name or ""] = (count[name or ""] or 0) + 1
   end
   return count
end

-- Runs that failed are in the times only where hyperfine was told to ignore that (-i).
local function note_failures(notes, result)
   local failed = 0
   for _, code in ipairs(type(result.exit_codes) == "table" and result.exit_codes or {}) do
      failed = failed + (code ~= 0 and 1 or 0)
   end
   if failed > 0 then
      notes[#notes + 1] = ("%d of %s of '%s' ended with an exit code other than 0, and count"):format(failed,
         numbers.plural(#result.times, "run"), text.shown(result.command))
   end
end

-- bakeoff's own export names the cell apart from the command.
local function workers_of(result)
   local parameters = type(result.parameters) == "table" and result.parameters or {}
   return result.label and math.tointeger(tonumber(parameters.workers)) or nil
end

--- → list of { name, names = other names, workers = or nil, values (s) }, and sentences about them
function hyperfine.read(document)
   local list, notes = {}, { not document.results[1].label and SHELL or nil }
   local commands, labels = counted(document.results, "command"), counted(document.results, "label")
   for index, result in ipairs(document.results) do
      local name = commands[result.command] > 1 and with_parameters(result) or result.command
      local label = result.label
      if label and labels[label] == 1 then
         name = label
      end
      list[index] = { name = name, names = { result.command, label }, workers = workers_of(result),
         values = result.times }
      note_failures(notes, result)
   end
   return list, notes
end

return hyperfine
