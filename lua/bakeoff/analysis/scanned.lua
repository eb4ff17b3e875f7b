--- Which parameters were varied in a run, and which cells form one line over the values of one of them.
--
-- `bakeoff exec` plans all combinations of one command before those of the next; in scripts, labels without
-- the values tell what belongs together.

local parameters = require "bakeoff.model.parameters"
local select = require "bakeoff.model.select"

local scanned = {}

local METRIC = "total_s"

-- --- what each cell was run with ------------------------------------------------------------------

local function words_of(list)
   local parts = {}
   for index, pair in ipairs(list) do
      parts[index] = pair[1] .. "=" .. pair[2]
   end
   return table.concat(parts, "\0")
end

local function names_of(list)
   local names = {}
   for index, pair in ipairs(list) do
      names[index] = pair[1]
   end
   return table.concat(names, "\0")
end

-- Numbers the commands of `bakeoff exec`: another one begins where the names of the parameters change, or
-- where a combination comes again.
local function by_plan(entries)
   local command, names, seen = 0, nil, {}
   for _, entry in ipairs(entries) do
      local words = words_of(entry.list)
      if names_of(entry.list) ~= names or seen[words] then
         command, names, seen = command + 1, names_of(entry.list), {}
      end
      seen[words] = true
      entry.family = command
   end
end

-- The label with its values taken out, where they stand as words of their own.
local function without_values(label, list)
   for _, pair in ipairs(list) do
      local value = pair[2]:gsub("%p", "%%%0")
      label = label:gsub("%f[%w]" .. value .. "%f[^%w]", "{" .. pair[1] .. "}")
   end
   return label
end

local function is_exec(manifest)
   return type(manifest.command) == "table" and manifest.command[2] == "exec"
end

-- cell → { list = its parameters, texts = name → text, family = what it shares with the cells of one command
-- }. By the plan, so that a cell that never ran changes nothing.
local function read(results)
   local of, entries = {}, {}
   for _, cell in ipairs(results.planned) do
      local list, family = parameters.in_label(cell.label)
      local given = parameters.scanned(cell, results.manifest)
      local entry = { cell = cell, list = given or list or {}, texts = {},
         family = given and without_values(cell.label, given) or family or cell.label }
      for _, pair in ipairs(entry.list) do
         entry.texts[pair[1]] = pair[2]
      end
      of[cell], entries[#entries + 1] = entry, entry
   end
   if is_exec(results.manifest) then
      by_plan(entries)
   end
   return of
end

-- --- the parameters -------------------------------------------------------------------------------

-- The names of all parameters, in the order of the plan.
local function all_names(entries)
   local names, seen = {}, {}
   for _, entry in ipairs(entries) do
      for _, pair in ipairs(entry.list) do
         if not seen[pair[1]] then
            seen[pair[1]], names[#names + 1] = true, pair[1]
         end
      end
   end
   return names
end

-- One kind for all values; bare numbers go with any. nil: they don't fit together.
local function common_kind(a, b) return (a == b or b == "count") and a or a == "count" and b or nil end

-- A parameter: { name, values = numbers from the least, texts = of each, kind, count = of different texts };
-- values is nil unless all of them are numbers of one kind.
local function parameter_of(name, entries)
   local text_of, seen, count, kind = {}, {}, 0, "count"
   for _, entry in ipairs(entries) do
      local words = entry.texts[name]
      if words and not seen[words] then
         seen[words], count = true, count + 1
         local value, its_kind = parameters.number(words)
         kind = kind and value and common_kind(kind, its_kind)
         text_of[value or words] = text_of[value or words] or words
      end
   end
   if not kind then
      return { name = name, count = count }
   end
   local self = { name = name, values = {}, texts = {}, kind = kind, count = count }
   for value in pairs(text_of) do
      self.values[#self.values + 1] = value
   end
   table.sort(self.values)
   for index, value in ipairs(self.values) do
      self.texts[index] = text_of[value]
   end
   return self
end

-- The varied parameters; the numeric ones first, of these the one with the most values.
local function varied(entries)
   local list, rank = {}, {}
   for order, name in ipairs(all_names(entries)) do
      local one = parameter_of(name, entries)
      if one.count > 1 then
         list[#list + 1] = one
         rank[one] = (one.values and #one.values or 0) - order / 1000
      end
   end
   table.sort(list, function(a, b) return rank[a] > rank[b] end)
   return list
end

-- value of a → value of b, where an entry has both; nil if there is none, or one comes with several.
local function partners(a, b, entries)
   local of = {}
   for _, entry in ipairs(entries) do
      local value, other = entry.texts[a.name], entry.texts[b.name]
      if value and other then
         if of[value] and of[value] ~= other then
            return nil
         end
         of[value] = other
      end
   end
   return next(of) and of
end

-- Takes from the list what advances together with its first parameter, which then stands for all of them:
-- `together` are their names, and its texts have all values. Of `bakeoff exec`, all combinations are there;
-- labels may leave some out, so that both must tell each other.
local function join(list, entries, results)
   local x, rest, texts = list[1], { list[1] }, {}
   x.together = { x.name }
   for _, value in ipairs(x.texts) do
      texts[value] = { value }
   end
   for index = 2, #list do
      local other = list[index]
      local of = partners(x, other, entries)
      if of and (is_exec(results.manifest) or partners(other, x, entries)) then
         table.insert(x.together, other.name)
         for value, parts in pairs(texts) do
            parts[#parts + 1] = of[value]
         end
      else
         rest[#rest + 1] = other
      end
   end
   for index, value in ipairs(x.texts) do
      x.texts[index] = table.concat(texts[value], ", ")
   end
   return rest
end

-- --- lines ----------------------------------------------------------------------------------------

-- What the cells of one line share: the command, and the values of all other parameters.
local function line_of(entry, others)
   local parts = { tostring(entry.family) }
   for _, other in ipairs(others) do
      parts[#parts + 1] = entry.texts[other.name] or ""
   end
   return table.concat(parts, "\0")
end

-- Lists of entries with x and y, each from the least x; and the entries that lack the parameter.
local function lines_of(entries, x, others)
   local lines, found, without = {}, {}, {}
   for _, entry in ipairs(entries) do
      entry.x = entry.texts[x.name] and parameters.number(entry.texts[x.name])
      if not entry.x then
         without[#without + 1] = entry
      else
         local key = line_of(entry, others)
         if not found[key] then
            found[key] = {}
            lines[#lines + 1] = found[key]
         end
         table.insert(found[key], entry)
      end
   end
   for _, line in ipairs(lines) do
      table.sort(line, function(a, b) return a.x < b.x end)
   end
   return lines, without
end

local function count_families(entries)
   local count, seen = 0, {}
   for _, entry in ipairs(entries) do
      count, seen[entry.family] = count + (seen[entry.family] and 0 or 1), true
   end
   return count
end

local FEWEST_OF_GRID = 3 -- values of each parameter; of fewer, lines tell as much

-- The second parameter, if every cell lies in a plane of two.
local function second_of(list, families, without)
   local y = list[2]
   local is_plane = #list == 2 and families == 1 and #without == 0 and y.values
      and #list[1].values >= FEWEST_OF_GRID and #y.values >= FEWEST_OF_GRID
   return is_plane and y or nil
end

local FEWEST_NAMES = 3 -- of fewer, bars tell as much

--- The number in names such as "64 KiB" or "cap=5": a parameter as in scanned.of, with numbers and words of
-- each name; nil unless there are at least three names, and only the number differs. Names that merely count
-- ("run 1") have none.
function scanned.of_names(names)
   local entries, first, numbers, words = {}, nil, {}, {}
   for index, one in ipairs(names) do
      local list, rest = parameters.in_label(one)
      first = first or list and { list[1][1], rest }
      if not (list and #list == 1 and list[1][1] == first[1] and rest == first[2]) then
         return nil
      end
      words[index] = list[1][2]
      numbers[index], entries[index] = parameters.number(words[index]), { list = list,
         texts = { [first[1]] = words[index] } }
   end
   local x = first and parameter_of(first[1], entries) or {}
   if not (x.values and #x.values == #names and #names >= FEWEST_NAMES) then
      return nil
   end
   x.numbers, x.words = numbers, words
   return x
end

--- The scanned parameters of a run: nil if no number was varied; or
--    x         the parameter with the most values: { name, values = numbers from the least, texts, kind,
--              together = its name, and those of parameters that advance together with it }; the texts have
--              all their values
--    y         the second one, if cells fill a plane of two (at least three values each)
--    lines     lists of points { cell, x, texts = parameter → text, list = its parameters }
--    without   points of cells that lack x
--    families  how many commands there are
--    varied    the names of all varied parameters
-- workers: the count at which contenders are shown (default: select.usual_count).
function scanned.of(results, workers)
   local cells, _, metric = select.ranked(results, workers)
   local of, entries = read(results), {}
   for _, cell in ipairs(cells) do
      entries[#entries + 1] = of[cell]
   end
   local list = metric == METRIC and varied(entries) or {}
   if not (list[1] and list[1].values and #list[1].values > 1) then
      return nil
   end
   local names = {}
   for index, one in ipairs(list) do
      names[index] = one.name
   end
   list = join(list, entries, results)
   local lines, without = lines_of(entries, list[1], { table.unpack(list, 2) })
   local families = count_families(entries)
   return { x = list[1], y = second_of(list, families, without), lines = lines, without = without,
      families = families, varied = names }
end

return scanned
