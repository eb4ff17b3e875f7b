--- The places where a gate's condition must hold in one experiment.
--
-- A place is a worker count; or a cell, if a figure names no contender. A figure that names a contender means
-- that contender's cell at the place's worker count, or its only cell (sequential).

local cell_type = require "bakeoff.model.cell"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local select = require "bakeoff.model.select"
local text = require "bakeoff.base.text"

local places = {}

local function misuse(condition, message, ...)
   failure.usage("%s '%s': %s", condition.what, text.shown(condition.text), message:format(...))
end

local function add_mentions(node, list)
   if node.op == "figure" then
      list[#list + 1] = { label = node.label, workers = node.workers, metric = node.metric }
   elseif node.op == "ratio" then
      list[#list + 1] = { label = node.a, workers = node.workers, metric = node.metric }
      list[#list + 1] = { label = node.b, workers = node.workers, metric = node.metric }
   end
   for _, part in ipairs { node.one or false, node.two or false } do
      if part then
         add_mentions(part, list)
      end
   end
   return list
end

--- Every mention of cells in a condition: a list of { label or nil, workers or nil, metric }.
function places.mentions(condition) return add_mentions(condition.two, add_mentions(condition.one, {})) end

local function unknown(results, condition, label)
   for _, one in ipairs(results.manifest.not_run or {}) do
      if one.label == label then
         misuse(condition, "%s was not run: %s", label, one.reason)
      end
   end
   local seen, labels = {}, {}
   for _, cell in ipairs(results.cells) do
      if not seen[cell.label] then
         seen[cell.label] = true
         labels[#labels + 1] = cell.label
      end
   end
   local suggestion = text.suggestion(label, labels)
   misuse(condition, "no trial of %s ran%s", text.shown(label), suggestion ~= "" and suggestion
      or "; the run has: " .. (#labels > 0 and table.concat(labels, ", ") or "no trials"))
end

local function check_workers(condition, cells, workers, who)
   local counts, seen = {}, {}
   for _, cell in ipairs(cells) do
      if cell.workers == workers then
         return
      elseif not seen[cell.workers] then
         counts[#counts + 1], seen[cell.workers] = cell.workers, true
      end
   end
   table.sort(counts)
   misuse(condition, "no trial of %s ran with %s; the run has: %s", who, numbers.plural(workers, "worker"),
      table.concat(counts, ", "))
end

-- Raises for names and worker counts that no cell has.
local function check(results, condition, list)
   for _, mention in ipairs(list) do
      local cells = mention.label and select.called(results, mention.label) or results.cells
      if #cells == 0 and mention.label then
         unknown(results, condition, mention.label)
      elseif #cells == 0 then
         misuse(condition, "no trial of any contender ran")
      elseif mention.workers then
         check_workers(condition, cells, mention.workers, mention.label or "any contender")
      end
   end
end

--- Did all contenders that the condition names run in this experiment?
function places.has_contenders(results, condition)
   for _, mention in ipairs(places.mentions(condition)) do
      if mention.label and #select.called(results, mention.label) == 0 then
         return false
      end
   end
   return true
end

--- The cell that a mention ({ label, workers }, each may be nil) means at a place; nil if there is none.
function places.cell_at(results, mention, place)
   if not mention.label then
      return (not mention.workers or place.cell.workers == mention.workers) and place.cell or nil
   end
   local cells = select.called(results, mention.label)
   local wanted = mention.workers or place.workers
   for _, cell in ipairs(cells) do
      if cell.workers == wanted then
         return cell
      end
   end
   return not mention.workers and #cells == 1 and cells[1] or nil
end

local function has_all(results, list, place)
   for _, mention in ipairs(list) do
      if not places.cell_at(results, mention, place) then
         return false
      end
   end
   return true
end

-- One place per cell; one per worker count if all figures of the condition name contenders.
local function candidates(results, list)
   local by_cell = false
   for _, mention in ipairs(list) do
      by_cell = by_cell or not mention.label
   end
   local list_of, seen = {}, {}
   for _, cell in ipairs(results.cells) do
      if by_cell then
         list_of[#list_of + 1] = { cell = cell, workers = cell.workers }
      elseif not seen[cell.workers] then
         seen[cell.workers] = true
         list_of[#list_of + 1] = { workers = cell.workers }
      end
   end
   return list_of
end

-- "threads with 4 workers"; "with 4 workers" if the condition itself names several contenders.
local function in_words(place, cells)
   local names, one_count = {}, true
   for index, cell in ipairs(cells) do
      names[index] = cell_type.with_workers(cell)
      one_count = one_count and cell.workers == cells[1].workers
   end
   if place.cell or #cells == 1 then
      return cell_type.with_workers(place.cell or cells[1])
   end
   return one_count and "with " .. numbers.plural(cells[1].workers, "worker") or table.concat(names, ", ")
end

-- Merges places that mean the same cells, and words each of them.
local function distinct(results, possible, list)
   local kept, seen = {}, {}
   for _, place in ipairs(possible) do
      local keys, cells, known = {}, {}, {}
      for index, mention in ipairs(list) do
         local cell = places.cell_at(results, mention, place)
         keys[index] = cell_type.key(cell.label, cell.workers)
         cells[#cells + 1] = not known[cell] and cell or nil
         known[cell] = true
      end
      local key = table.concat(keys, "\0")
      if not seen[key] then
         seen[key], place.who = true, in_words(place, cells)
         kept[#kept + 1] = place
      end
   end
   return kept
end

--- Where the condition must hold: a list of { cell or nil, workers, who }, at least one. Raises (usage) for
-- contenders and worker counts that didn't run, and if there is no place at all.
function places.of(results, condition)
   local list = places.mentions(condition)
   if #list == 0 then
      misuse(condition, "it contains no figure; write for example \"errors == 0\"")
   end
   check(results, condition, list)
   local possible = {}
   for _, place in ipairs(candidates(results, list)) do
      if has_all(results, list, place) then
         possible[#possible + 1] = place
      end
   end
   if #possible == 0 then
      misuse(condition, "its contenders share no worker count; name one, as in "
         .. "total(threads, 16)")
   end
   return distinct(results, possible, list)
end

return places
