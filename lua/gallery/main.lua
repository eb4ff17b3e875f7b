--- Draws the gallery again from its kept rows: pictures, reports, published.md, and the summaries that
-- README.md shows. scripts/gallery runs this; --check writes nothing and says what is stale.

local bake = require "bakeoff"

local core = require "bakeoff.core"
local entries = require "folders"
local files = require "bakeoff.base.files"
local pages = require "pages"
local pictures = require "pictures"
local replay = require "replay"
local rows = require "rows"
local session = require "bakeoff.script.session"

local opt = bake.options {
   check = { false, "write nothing; say what is stale (exit code 1)" },
   folders = { "", "only these folders and those measured with them: names, separated by commas" },
   measure = { false, "measure first, and keep the new rows (on an idle machine)" },
}

local SOURCE = assert(core.absolute(debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") .. "/../.."))
local GALLERY = SOURCE .. "/plots/gallery"
local TEXTS = { "report.md", "summary.json", "published.md" }

local stale = {}

local function say_stale(path) stale[#stale + 1] = path:sub(#SOURCE + 2) end

-- Brings one text of the gallery up to date, or says that it is stale.
local function bring_up_to_date(path, text)
   if files.read(path) == text then
      return
   elseif opt.check then
      say_stale(path)
   else
      assert(files.write(path, text))
   end
end

local function names_in(folder, pattern)
   local names = {}
   for _, name in ipairs(core.list(folder) or {}) do
      names[#names + 1] = name:match(pattern)
   end
   table.sort(names)
   return names
end

-- --- the pictures of a folder -----------------------------------------------------------------------

local function check_pictures(kept, dark)
   for _, name in ipairs(names_in(kept, "^(.*)%.gp$")) do
      local path = kept .. "/" .. name
      if not pictures.is_of_script(path) then
         say_stale(path .. ".svg")
      end
   end
   for _, name in ipairs(dark) do
      local path = kept .. "/" .. name
      if not pictures.is_of_script(path, "dark") then
         say_stale(path .. ".dark.svg")
      end
   end
end

local function write_pictures(fresh, kept, dark)
   core.remove_tree(kept)
   assert(core.mkdirs(kept))
   assert(pictures.darken(fresh, dark))
   for _, name in ipairs(core.list(fresh)) do
      if not name:find("%.png$") then
         rows.copy(fresh .. "/" .. name, kept .. "/" .. name)
      end
   end
end

-- The charts of a check were not drawn: only what they are drawn from is compared.
local function compare_charts(fresh, kept)
   for _, name in ipairs(names_in(fresh, "^.*%.gp$")) do
      for _, ending in ipairs { ".gp", ".dat" } do
         local file = name:gsub("%.gp$", ending)
         bring_up_to_date(kept .. "/" .. file, files.read(fresh .. "/" .. file))
      end
   end
   for _, name in ipairs(names_in(kept, "^.*%.gp$")) do
      if not core.file_kind(fresh .. "/" .. name) then
         say_stale(kept .. "/" .. name)
      end
   end
end

local function bring_charts_up_to_date(fresh, kept, dark)
   if opt.check then
      compare_charts(fresh, kept)
      check_pictures(kept, dark)
   else
      write_pictures(fresh, kept, dark)
   end
end

-- --- one entry of folders.lua -----------------------------------------------------------------------

local function is_asked_for(entry)
   for _, name in ipairs(entry.folders) do
      if opt.folders == "" or ("," .. opt.folders .. ","):find("," .. name .. ",", 1, true) then
         return true
      end
   end
end

-- Measures the folders of the entry anew into `place`. The command runs in a folder of its own, in which
-- everything has the names that users would write, since manifests keep them.
local function measure(entry, place)
   local desk = place .. "/desk"
   assert(core.mkdirs(desk))
   rows.copy(SOURCE .. "/scripts", desk)
   local kept = ("%s/%s"):format(GALLERY, entry.folders[1])
   for _, program in ipairs(names_in(kept, "^.*%.py$")) do
      rows.copy(("%s/%s"):format(kept, program), desk)
   end
   local words = entry.argv or { "run", ("scripts/%s.lua"):format(entry.script) }
   local argv = { bake.command_path(), table.unpack(words) }
   local result, message = core.command { argv = argv, cwd = desk, timeout = 3600 }
   assert(result, message)
   print(result.stdout)
   assert(result.code == 0, result.stderr)
   for _, name in ipairs(entry.folders) do
      rows.copy(("%s/out/%s"):format(desk, name), place)
   end
   core.remove_tree(desk)
end

-- Copies the kept rows; `place` must not have earlier charts and texts that were not written again.
local function copy_rows(entry, place)
   for _, name in ipairs(entry.folders) do
      rows.copy(("%s/%s"):format(GALLERY, name), place)
      core.remove_tree(("%s/%s/charts"):format(place, name))
   end
end

-- Programs that were measured are kept beside their rows.
local function keep_measured(entry, place, read)
   for _, name in ipairs(entry.folders) do
      local kept = ("%s/%s"):format(GALLERY, name)
      for _, program in ipairs(names_in(kept, "^.*%.py$")) do
         rows.copy(("%s/%s"):format(kept, program), ("%s/%s"):format(place, name))
      end
      rows.keep(("%s/%s"):format(place, name), kept, read)
      for _, program in ipairs(names_in(("%s/%s"):format(place, name), "^.*%.py$")) do
         rows.copy(("%s/%s/%s"):format(place, name, program), kept)
      end
   end
end

local function bring_folder_up_to_date(entry, name, place, dark)
   local fresh, kept = ("%s/%s"):format(place, name), ("%s/%s"):format(GALLERY, name)
   for _, text in ipairs(TEXTS) do
      local content = files.read(fresh .. "/" .. text)
      if content then
         bring_up_to_date(kept .. "/" .. text, content)
      end
   end
   if entry.page and not opt.check then
      rows.copy(fresh .. "/report.html", kept)
   end
   bring_charts_up_to_date(fresh .. "/charts", kept .. "/charts", dark or {})
end

-- Returns the summaries that the terminal shows of the entry's folders.
local function bring_entry_up_to_date(entry, place, shown)
   local is_new = opt.measure and not opt.check and not entry.pair
   if is_new then
      measure(entry, place)
   else
      copy_rows(entry, place)
   end
   local _ <close>, read = rows.watch()
   local how = { draw = not opt.check, html = entry.page ~= nil and not opt.check }
   local said = replay.run(entry, place, SOURCE, how)
   if is_new then
      keep_measured(entry, place, read)
   end
   for _, name in ipairs(entry.folders) do
      bring_folder_up_to_date(entry, name, place, shown[name])
      said[name] = said[name] and said[name]:gsub(place:gsub("%p", "%%%0"), "out")
   end
   return said
end

local function bring_pages_up_to_date(said)
   for _, name in ipairs(pages.NAMES) do
      local path = SOURCE .. "/" .. name
      bring_up_to_date(path, pages.with_summaries(assert(files.read(path)), said))
   end
end

local function main()
   local place = os.tmpname()
   os.remove(place)
   assert(core.mkdirs(place))
   local _ <close> = setmetatable({}, { __close = function() core.remove_tree(place) end })
   local shown, said = pages.pictures(SOURCE), {}
   for _, entry in ipairs(entries) do
      local texts = is_asked_for(entry) and bring_entry_up_to_date(entry, place, shown) or {}
      for name, text in pairs(texts) do
         said[name] = text
      end
   end
   bring_pages_up_to_date(said)
   for _, path in ipairs(stale) do
      io.stderr:write(("gallery: %s is stale; run scripts/gallery\n"):format(path))
   end
   session.mark(#stale > 0 and 1 or 0)
end

main()
