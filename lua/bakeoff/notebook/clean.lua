--- Removes what a notebook's page no longer uses.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local place = require "bakeoff.notebook.place"
local record = require "bakeoff.notebook.record"

local clean = {}

local function remove(path, removed)
   if core.file_kind(path) then
      core.remove_tree(path)
      os.remove(path)
      removed[#removed + 1] = path
   end
end

-- Frozen runs of experiments that the notebook no longer has.
local function remove_runs(where, known, removed)
   local used = {}
   for _, run in ipairs(known.runs) do
      used[run.name] = true
   end
   for _, name in ipairs(core.list(where.runs) or {}) do
      if not used[name] then
         remove(where.runs .. "/" .. name, removed)
      end
   end
end

--- Removes the folder work/ and frozen runs that the page doesn't show; with options.all, also the page, all
-- its files and all frozen runs. options: all, out = folder of the page, endings = of further forms of the
-- page. → list of the removed paths. Raises (usage) if the page isn't this notebook's.
function clean.of(path, options)
   local where, removed = place.of(path, options.out), {}
   local known = record.read(where.record)
   if not known or known.notebook ~= where.source then
      failure.usage("%s is not the page of %s; there is nothing to remove", where.page, path)
   end
   local lock <close> = place.open(where) -- luacheck: ignore lock
   if not options.all and known.status == "complete" then
      remove_runs(where, known, removed)
   end
   remove(options.all and where.files or where.work, removed)
   for _, ending in ipairs(options.all and { ".md", table.unpack(options.endings or {}) } or {}) do
      remove(where.page:gsub("%.md$", "") .. ending, removed)
   end
   return removed
end

return clean
