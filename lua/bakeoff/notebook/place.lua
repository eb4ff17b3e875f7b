--- Where a notebook's page and its files are: beside the notebook, or in the folder that --out names.
--
--    x.lua  x.md  x.files/NAME_CHART.svg  x.files/NAME_CHART.dark.svg  x.files/results.json
--    x.files/runs/NAME/     the frozen runs
--    x.files/work/          what is being measured, and the run that was replaced last; not for a repository

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"

local place = {}

-- Also of a path at which nothing exists yet.
local function absolute(path)
   return core.absolute(path) or path:sub(1, 1) == "/" and path or core.absolute(".") .. "/" .. path
end

local function parts_of(path)
   local list = {}
   for part in absolute(path):gmatch "[^/]+" do
      if part == ".." then
         list[#list] = nil
      elseif part ~= "." then
         list[#list + 1] = part
      end
   end
   return list
end

--- The path of a file as seen from a folder.
function place.relative(path, folder)
   local to, from, same = parts_of(path), parts_of(folder), 0
   while to[same + 1] and to[same + 1] == from[same + 1] do
      same = same + 1
   end
   return ("../"):rep(#from - same) .. table.concat(to, "/", same + 1)
end

local PAGES = { md = true, html = true, ipynb = true }

local function refuse_page(path)
   local stem, ending = path:match "^(.*)%.(%w+)$"
   if PAGES[ending] then
      failure.usage("%s is a page and no notebook; name the notebook, as in %s.lua", path, stem)
   end
end

--- path: of the notebook; out: another folder, or nil. → { path, name, folder = of the page, page = its path,
-- files = folder of its files, short = name of that folder as seen from the page, runs, work, record = path
-- of results.json, source = the notebook as seen from the page's folder }. Raises (usage) for a page.
function place.of(path, out)
   refuse_page(path)
   local folder = out and out:gsub("(.)/+$", "%1") or path:match "^(.+)/[^/]*$" or path:match "^/" or "."
   local name = path:match("[^/]*$"):gsub("%.lua$", "")
   local short = name .. ".files"
   local files_folder = folder == "." and short or folder .. "/" .. short
   return { path = path, name = name, folder = folder, short = short, files = files_folder,
      page = folder == "." and name .. ".md" or ("%s/%s.md"):format(folder, name),
      runs = files_folder .. "/runs", work = files_folder .. "/work",
      record = files_folder .. "/results.json", source = place.relative(path, folder) }
end

local function check(ok, message, folder)
   if not ok then
      failure.usage("cannot write to %s (%s); choose another folder with --out", folder, message)
   end
end

--- Makes the folders, and locks them until the returned lock is closed. Raises (usage) if they can't be
-- written, or another process weaves into them.
function place.open(self)
   local ok, message = core.mkdirs(self.work)
   check(ok, message, self.files)
   for _, folder in ipairs { self.folder, self.files } do
      check(core.is_writable(folder), "not writable", folder)
   end
   ok, message = files.write(self.work .. "/.gitignore", "*\n")
   check(ok, message, self.work)
   local lock, _, code, process = core.lock_folder(self.work)
   if code == "busy" then
      failure.usage("%s is in use: %s weaves into it; wait until it ends, or choose another folder with " ..
         "--out", self.files, process and ("process %d"):format(process) or "another process")
   end
   return lock
end

return place
