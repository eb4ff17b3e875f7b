--- tests/overlap/run: see README.md in this folder.

local source = os.getenv "BAKEOFF_SOURCE"
package.path = ("%s/tests/overlap/?.lua;%s/tests/lua/?.lua;"):format(source, source) .. package.path

local argparse = require "argparse"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local core = require "bakeoff.core"
local faults = require "faults"
local folders = require "folders"
local pictures = require "pictures"
local support = dofile(source .. "/tests/e2e/support_command.lua")

local function fail(message)
   io.stderr:write("tests/overlap/run: ", message, "\n")
   os.exit(2)
end

-- "a,b" → list; each must be in `known`, if it is given.
local function list_of(words, known)
   local list = {}
   for name in words:gmatch "[^,]+" do
      list[#list + 1] = name
      if known and not (" " .. table.concat(known, " ") .. " "):find(" " .. name .. " ", 1, true) then
         fail(("'%s' is none of: %s"):format(name, table.concat(known, ", ")))
      end
   end
   return list
end

local function read_arguments()
   local parser = argparse("tests/overlap/run",
      "Draws all charts of the gallery, the notebooks and the stress folders, and measures their texts.")
   parser:option "--folders":argname "WORDS":default ""
      :description "only folders with one of these words in their names"
   parser:option "--charts":argname "NAMES":default "":description "only these charts"
   parser:option "--sizes":argname "NAMES":default(table.concat(pictures.SIZES, ","))
   parser:option "--themes":argname "NAMES":default(table.concat(pictures.THEMES, ","))
   parser:option "--out":argname "DIR":description "keeps the pictures there"
   local given = parser:parse()
   given.folders, given.charts = list_of(given.folders), list_of(given.charts)
   given.charts = #given.charts > 0 and given.charts or nil
   given.sizes = list_of(given.sizes, pictures.SIZES)
   given.themes = list_of(given.themes, pictures.THEMES)
   return given
end

local function is_wanted(name, words)
   for _, word in ipairs(words) do
      if name:find(word, 1, true) then
         return true
      end
   end
   return #words == 0
end

local sums, order = {}, {}

-- Counts a picture's texts and faults for a line of the table.
local function count(line, picture, found)
   if not sums[line] then
      sums[line] = { pictures = 0, texts = 0, overlapping = 0, clipped = 0, uncovered = 0 }
      order[#order + 1] = line
   end
   local sum = sums[line]
   sum.pictures, sum.texts = sum.pictures + 1, sum.texts + #picture.texts
   for _, fault in ipairs(found) do
      sum[fault.kind] = sum[fault.kind] + 1
   end
end

local function measure(entry, options)
   local folder = options.out .. "/" .. entry.name
   assert(core.mkdirs(folder))
   local list = {}
   pictures.draw(entry.given(), { folder = folder, sizes = options.sizes, themes = options.themes,
      only = options.charts }, list)
   pictures.measure(list, folder)
   for _, one in ipairs(list) do
      local found = faults.of(one.picture)
      for _, line in ipairs { entry.name:match("^[^/]+"), one.format, "all" } do
         count(line, one.picture, found)
      end
      for _, fault in ipairs(found) do
         print(("%s, %s: %s"):format(entry.name, one.name, fault.text))
      end
   end
   io.stderr:write(("%s: %d pictures\n"):format(entry.name, #list))
end

local LINE = "%-10s %9s %9s %12s %8s %10s"

-- Prints the table. → the number of faults
local function print_table()
   print(LINE:format("", "pictures", "texts", "overlapping", "clipped", "uncovered"))
   for _, line in ipairs(order) do
      local sum = sums[line]
      print(LINE:format(line, sum.pictures, sum.texts, sum.overlapping, sum.clipped, sum.uncovered))
   end
   local all = assert(sums.all, "no folder has these words in its name")
   print(("%d texts in %d pictures: %d overlapping, %d clipped, %d uncovered"):format(all.texts, all.pictures,
      all.overlapping, all.clipped, all.uncovered))
   return all.overlapping + all.clipped + all.uncovered
end

io.stdout:setvbuf "line" -- a run is long, and what it finds is wanted at once
local options = read_arguments()
if not browser.find() then
   fail(browser.MISSING)
end
local temporary = not options.out and support.folder()
options.out = options.out or temporary
for _, entry in ipairs(folders.all()) do
   if is_wanted(entry.name, options.folders) then
      measure(entry, options)
      if entry.clear then
         entry.clear()
      end
   end
end
if temporary then
   support.remove(temporary)
end
os.exit(print_table() == 0 and 0 or 1, true)
