--- Removes what a notebook's page no longer uses, and nothing that bakeoff didn't write.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local owned = require "bakeoff.notebook.owned"
local place = require "bakeoff.notebook.place"
local record = require "bakeoff.notebook.record"
local text = require "bakeoff.base.text"

local clean = {}

local function remove_all(paths, removed)
   table.sort(paths)
   for _, path in ipairs(paths) do
      local ok, message = core.remove_tree(path)
      if not ok then
         failure.trial("%s can't be removed (%s)", path, message)
      end
      removed[#removed + 1] = path
   end
end

-- Frozen runs of experiments that the notebook no longer has.
local function unused_runs(where, known)
   local used = {}
   for _, run in ipairs(known.runs) do
      used[run.name] = true
   end
   return owned.runs(where, used)
end

-- The folders, unless there is anything else in them; that is added to the list of what was kept.
local function remove_folders(where, removed, kept)
   os.remove(where.runs)
   if os.remove(where.files) then
      removed[#removed + 1] = where.files
      return
   end
   local names = {}
   for _, name in ipairs(core.list(where.files) or {}) do
      names[where.files .. "/" .. name] = true
   end
   table.move(text.sorted_keys(names), 1, #text.sorted_keys(names), #kept + 1, kept)
end

local function remove_page(where, known, removed)
   local pages, kept = owned.pages(where, known)
   remove_all(pages, removed)
   remove_all(owned.runs(where, {}), removed)
   remove_all(owned.pictures(where, known), removed)
   remove_all({ where.work, where.record }, removed)
   remove_folders(where, removed, kept)
   return kept
end

--- Removes the folder work/ and frozen runs that the page doesn't show; with options.all, also the page, its
-- further forms, all its files and all frozen runs. options: all, out = folder of the page. → list of the
-- removed paths; list of what was kept because bakeoff didn't write it so. Raises (usage) if the page isn't
-- this notebook's.
function clean.of(path, options)
   local where, removed = place.of(path, options.out), {}
   local known = record.read(where.record)
   if not known or known.notebook ~= where.source then
      failure.usage("%s is not the page of %s; there is nothing to remove", where.page, path)
   end
   local lock <close> = place.open(where) -- luacheck: ignore lock
   if options.all then
      return removed, remove_page(where, known, removed)
   end
   remove_all(known.status == "complete" and unused_runs(where, known) or {}, removed)
   remove_all({ where.work }, removed)
   return removed, {}
end

return clean
