--- Is a run that is to be continued still the same experiment? What was measured under other conditions
-- must not be mixed with it.

local cell_type = require "bakeoff.model.cell"
local failure = require "bakeoff.base.failure"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local text = require "bakeoff.base.text"

local resume = {}

-- Decoded whole numbers are floats. Tables as { a, b, name = c }.
local function shown(value)
   if type(value) == "table" then
      local words = {}
      for i, one in ipairs(value) do
         words[i] = shown(one)
      end
      for _, name in ipairs(text.sorted_keys(value)) do
         if not math.tointeger(tonumber(name)) then
            words[#words + 1] = name .. " = " .. shown(value[name])
         end
      end
      return ("{ %s }"):format(table.concat(words, ", "))
   end
   local number = type(value) == "number" and math.tointeger(value)
   return value == nil and "none" or tostring(number or value)
end

local function refuse(what, now, before)
   failure.usage("--resume: this run has %s %s, the one in the folder %s; repeat its options, or start " ..
      "anew without --resume", what, shown(now), shown(before))
end

local function same(what, now, before)
   if now ~= before then
      refuse(what, now, before)
   end
end

local function check_options(now, before)
   now, before = now or {}, before or {}
   for name, value in pairs(now) do
      same("--" .. name:gsub("_", "-"), value, before[name])
   end
   for name, value in pairs(before) do
      same("--" .. name:gsub("_", "-"), now[name], value)
   end
end

-- " (gil true)"; a planned cell has them in its entry, one of the manifest has them itself.
local function options_of(cell, folder)
   local list, options = {}, cell.entry and spec_contenders.record(cell.entry, folder) or cell.options or {}
   for _, name in ipairs(text.sorted_keys(options)) do
      list[#list + 1] = name .. " " .. shown(options[name])
   end
   return #list > 0 and (" (%s)"):format(table.concat(list, ", ")) or ""
end

local function names_of(cells, folder)
   local names = {}
   for i, cell in ipairs(cells) do
      names[i] = cell_type.counted(cell) .. options_of(cell, folder)
   end
   return table.concat(names, ", ")
end

--- experiment: the one to run; manifest: of the folder. Raises a usage failure that names what differs.
function resume.check(experiment, manifest)
   same("--seed", experiment.seed, manifest.seed)
   check_options(experiment.settings.options, manifest.options)
   same("items", experiment.count, manifest.items)
   same("session", experiment.session, manifest.session)
   same("conditions", experiment:conditions(), manifest.conditions)
   same("cells", names_of(experiment.cells, experiment.settings.script_folder),
      names_of(manifest.cells))
   if experiment.repeats < manifest.repeats then
      refuse("--repeats", experiment.repeats, manifest.repeats)
   end
end

return resume
