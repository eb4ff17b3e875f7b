--- Programs that print a line "ITEM RESULT" for each result as it arrives: runs the native systems as such
-- programs, and reads in which order the lines of any such program came, trial by trial.
--
--    local entry = programs.keep_lines(programs.native(5), folder, "c5_native")     -- a contender's entry
--    … bake.experiment { contenders = { entry } … }:run()
--    local told = programs.orders(folder, "c5_native", items, sums, repeats)

local bake = require "bakeoff"
local systems = require "completion.systems"

local programs = {}

-- The folder above this file's: completion_run.lua is there.
local SCRIPTS = assert(bake.files.absolute((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. ".."))

-- Otherwise braces in the name of a folder would be taken for placeholders.
local function protected(path) return (path:gsub("{[%a_][%w_]*}", "{%0}")) end

--- The label of a native system (its place in systems.WAYS): no commas, as in all labels.
function programs.label(number) return (systems.WAYS[number].name:gsub(", ", " + ")) end

--- The contender entry that runs a native system as a program.
function programs.native(number)
   local way, bakeoff = systems.WAYS[number], protected(bake.command_path())
   return { "command", label = programs.label(number), model = number == 5 and "hybrid" or way.model,
      argv = { bakeoff, "run", protected(SCRIPTS) .. "/completion_run.lua", "--way", tostring(number),
         "--items", "{items}", "--processes", "{workers}" },
      empty = { bakeoff, "--version" } }
end

local function file_of(folder, name, trial) return ("%s/%s.%s.txt"):format(folder, name, trial) end

--- The same entry, with what the program prints kept in `folder`, a file per trial (0: the warm-ups).
function programs.keep_lines(entry, folder, name)
   entry.stdout = file_of(protected(folder), name, "{repeat}")
   return entry
end

--- Moves a trial's file, if it exists, from one folder to another.
function programs.move_lines(from, to, name, trial)
   os.rename(file_of(from, name, trial), file_of(to, name, trial))
end

-- An item as it is known in later runs, too, when the server has another port.
local function name_of(item) return (tostring(item):gsub("^%a+://[^/]+", "")) end

-- One trial's lines as positions of the items in their list; nil if the lines are not those items.
local function read_order(path, place_of, count)
   local order, seen = {}, {}
   for line in (bake.files.read(path) or ""):gmatch("[^\n]+") do
      local place = place_of[name_of(line:match("^(%S+) "))]
      if not place or seen[place] then
         return nil
      end
      seen[place], order[#order + 1] = true, place
   end
   return #order == count and order or nil
end

local function is_sorted(order)
   for index, place in ipairs(order) do
      if place ~= index then
         return false
      end
   end
   return true
end

-- Did the result of a fetch arrive before that of the last sum?
local function fetches_meanwhile(order, sums)
   local last_sum, first_fetch = 0, math.huge
   for index, place in ipairs(order) do
      if place <= sums then
         last_sum = index
      else
         first_fetch = math.min(first_fetch, index)
      end
   end
   return first_fetch < last_sum
end

local function is_last_sum(order, sums, place)
   local last
   for _, one in ipairs(order) do
      last = one <= sums and one or last
   end
   return last == place
end

local function usual_of(texts)
   local most, best = 0, nil
   for text, count in pairs(texts) do
      if count > most or (count == most and text < best) then
         most, best = count, text
      end
   end
   return best, most
end

--- What a program's lines show: { trials, by_submission, first_last (the first sum came after all other
-- sums), meanwhile (a fetch came before the last sum): numbers of trials, usual = "2 3 4 1", usual_count }.
-- items: in the order of submission; the first `sums` of them are sums. nil if no trial's lines are complete.
function programs.orders(folder, name, items, sums, repeats)
   local place_of, texts = {}, {}
   for place, item in ipairs(items) do
      place_of[name_of(item)] = place
   end
   local told = { trials = 0, by_submission = 0, first_last = 0, meanwhile = 0 }
   for trial = 1, repeats do
      local order = read_order(file_of(folder, name, trial), place_of, #items)
      if order then
         local text = table.concat(order, " ")
         texts[text] = (texts[text] or 0) + 1
         told.trials = told.trials + 1
         told.by_submission = told.by_submission + (is_sorted(order) and 1 or 0)
         told.first_last = told.first_last + (is_last_sum(order, sums, 1) and 1 or 0)
         told.meanwhile = told.meanwhile + (fetches_meanwhile(order, sums) and 1 or 0)
      end
   end
   told.usual, told.usual_count = usual_of(texts)
   return told.trials > 0 and told or nil
end

return programs
