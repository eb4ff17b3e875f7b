--- Which benchmark of another program's file is which cell of a run: by its label, by its command, or as the
-- user says (--map). The file then reads like a run folder with these cells.

local cell_type = require "bakeoff.model.cell"
local cells = require "bakeoff.report.exports.cells"
local failure = require "bakeoff.base.failure"
local json = require "bakeoff.base.json"
local text = require "bakeoff.base.text"

local matching = {}

local LONGEST_LABEL, MOST_NAMED = 200, 4

-- --- names ------------------------------------------------------------------------------------------

-- A run, with what its cells are called: name → list of cells.
local function indexed(run)
   local by_name = {}
   for _, cell in ipairs(run.cells) do
      local names = { [cell.label] = true, [cell_type.name_of(cell)] = true,
         [cells.command(cell, run.manifest)] = true }
      for name in pairs(names) do
         by_name[name] = by_name[name] or {}
         table.insert(by_name[name], cell)
      end
   end
   return { run = run, by_name = by_name }
end

-- The cells that a name can mean: "threads" (any worker count), "threads, 4", or a program's command line.
local function meant(index, name, workers)
   local label, number = name:match("^(.-)%s*,%s*(%d+)$")
   if label and not index.by_name[name] then
      name, workers = label, math.tointeger(tonumber(number))
   end
   local found = {}
   for _, cell in ipairs(index.by_name[name] or {}) do
      found[#found + 1] = (workers == nil or cell.workers == workers) and cell or nil
   end
   return found
end

-- "'a', 'b', 'c', 'd' and 3 more"
local function some(names)
   local list = {}
   for index = 1, math.min(#names, MOST_NAMED) do
      list[index] = ("'%s'"):format(text.shown(names[index]))
   end
   local more = #names > MOST_NAMED and (" and %d more"):format(#names - MOST_NAMED) or ""
   return table.concat(list, ", ") .. more
end

-- How --map names a cell: with its workers only where the label alone would mean several.
local function name_of(index, cell)
   return #meant(index, cell.label) > 1 and ("%s, %d"):format(cell.label, cell.workers) or cell.label
end

local function labels_of(index)
   local labels = {}
   for place, cell in ipairs(index.run.cells) do
      labels[place] = name_of(index, cell)
   end
   return labels
end

local function benchmarks_of(source)
   local names = {}
   for place, one in ipairs(source.benchmarks) do
      names[place] = one.name
   end
   return names
end

-- --- what the user says -----------------------------------------------------------------------------

local function benchmark_of(source, name)
   for _, one in ipairs(source.benchmarks) do
      if one.name == name then
         return one
      end
   end
end

local function no_benchmark(source, argument, given)
   failure.usage("%s: %s has no benchmark '%s'; it has %s", argument, source.path, text.shown(given),
      some(benchmarks_of(source)))
end

-- The cell that the user names. Raises (usage).
local function cell_named(index, name, argument)
   local found = meant(index, name)
   if #found == 1 then
      return found[1]
   elseif #found > 1 then
      failure.usage("%s: '%s' has several worker counts; add one, such as '%s, %d'", argument,
         text.shown(name), text.shown(found[1].label), found[1].workers)
   end
   failure.usage("%s: %s has no cell '%s'; it has %s", argument, index.run.dir, text.shown(name),
      some(labels_of(index)))
end

-- A pair "NAME=CELL". Both may contain "=": it is split at the first one before which a benchmark's name
-- ends.
local function split(given, source)
   for place in given:gmatch("()=") do
      local benchmark = benchmark_of(source, given:sub(1, place - 1))
      if benchmark then
         return benchmark, given:sub(place + 1)
      end
   end
   if not given:find("=", 1, true) then
      failure.usage("--map: '%s' has no '='; write NAME=CELL, such as '%s=LABEL'", text.shown(given),
         text.shown(source.benchmarks[1].name))
   end
   no_benchmark(source, "--map", given:match("^[^=]*"))
end

-- The pairs of --map (a list of texts "NAME=CELL") or of a script (a table name → cell): list of { benchmark,
-- cell }.
local function pairs_given(given, source, index)
   local list = {}
   for _, one in ipairs(given) do
      local benchmark, cell = split(one, source)
      list[#list + 1] = { benchmark, cell_named(index, cell, "--map") }
   end
   for _, name in ipairs(#given == 0 and text.sorted_keys(given) or {}) do
      local benchmark = benchmark_of(source, name) or no_benchmark(source, "map", name)
      list[#list + 1] = { benchmark, cell_named(index, tostring(given[name]), "map") }
   end
   return list
end

-- --- benchmarks as cells ----------------------------------------------------------------------------

-- Pairs by name. What the user has paired is not taken again.
local function add_by_name(cell_of, taken, source, index)
   for _, one in ipairs(source.benchmarks) do
      for _, name in ipairs(cell_of[one] and {} or { one.name, table.unpack(one.names) }) do
         local found = meant(index, name, one.workers)
         if #found == 1 and not taken[found[1]] then
            cell_of[one], taken[found[1]] = found[1], true
            break
         end
      end
   end
end

-- benchmark → its cell of the run
local function cells_of(source, run, given)
   local index, cell_of, taken = indexed(run), {}, {}
   for _, pair in ipairs(pairs_given(given, source, index)) do
      if taken[pair[2]] or cell_of[pair[1]] then
         failure.usage("--map: '%s' is in two pairs; pair each benchmark with one cell",
            text.shown(taken[pair[2]] and pair[2].label or pair[1].name))
      end
      cell_of[pair[1]], taken[pair[2]] = pair[2], true
   end
   add_by_name(cell_of, taken, source, index)
   if not next(cell_of) then
      local names, labels = benchmarks_of(source), labels_of(index)
      failure.usage("%s and %s have no name in common (%s; %s); pair them with --map '%s=%s'", source.path,
         run.dir, some(names), some(labels), text.shown(names[1]), text.shown(labels[1] or "CELL"))
   end
   return cell_of
end

-- The entry of a benchmark that has no counterpart: its label must not be that of another cell.
local function alone(one, source, taken)
   local label = text.cut(one.name:gsub("%c+", " "), LONGEST_LABEL)
   while taken[label] do
      label = ("%s (%s)"):format(label, source.form.name)
   end
   taken[label] = true
   return { contender = "command", label = label, workers = one.workers or 1,
      untold = not one.workers or nil }
end

local function entry_of(cell)
   return { contender = cell.contender, label = cell.label, workers = cell.workers, untold = cell.untold }
end

local function add_trials(trials, entry, values)
   for number, value in ipairs(values) do
      trials[#trials + 1] = { contender = entry.contender, label = entry.label, workers = entry.workers,
         ["repeat"] = number, block = number, status = "ok", total_s = value }
   end
end

local function manifest_of(source, run, entries)
   local cpu = source.facts.cpu
   return { schema = 1, experiment = run and run.manifest.experiment, cells = entries,
      tool = source.form.name, value_of = source.form.of, started = source.facts.started,
      environment = cpu and { cpu = { model = cpu } } or nil }
end

--- What another program measured (foreign.read) as if it were a run folder that was read: { dir, manifest,
-- trials, warnings }. run: the results on the other side, whose labels its benchmarks get; nil: they keep
-- their own names. given: pairs of the user's, as a list of texts "NAME=CELL" or a table name → cell. Raises
-- (usage) if the two have nothing in common.
function matching.as_run(source, run, given)
   local cell_of = run and cells_of(source, run, given or {}) or {}
   local entries, trials, taken = json.array {}, {}, {}
   for _, cell in ipairs(run and run.cells or {}) do
      taken[cell.label] = true
   end
   for place, one in ipairs(source.benchmarks) do
      entries[place] = cell_of[one] and entry_of(cell_of[one]) or alone(one, source, taken)
      add_trials(trials, entries[place], one.values)
   end
   return { dir = source.path, trials = trials, manifest = manifest_of(source, run, entries),
      warnings = table.move(source.notes, 1, #source.notes, 1, {}) }
end

return matching
