--- Reads gcov's JSON from standard input, one document a line, and prints the shares of lines and branches of
-- src/ that ran, folder by folder. usage: report.lua [--files] [--lines FILE]

local json = require "cjson"

local LINES_WANTED, BRANCHES_WANTED = 0.90, 0.75
local MOST_FILES = 10

local source = assert(os.getenv "BAKEOFF_SOURCE")

-- A file may be part of several programs: a line ran if it ran in one of them.
local files = {} -- path → line number → { count =, branches = { count, … } }

local function add_line(file, line)
   local known = file[line.line_number]
   if not known then
      known = { count = 0, branches = {} }
      file[line.line_number] = known
   end
   known.count = known.count + line.count
   for i, branch in ipairs(line.branches) do
      known.branches[i] = (known.branches[i] or 0) + branch.count
   end
end

local function read(document)
   for _, file in ipairs(document.files) do
      local path = file.file:match("^" .. source:gsub("%p", "%%%0") .. "/(src/.*)$")
      if path then
         files[path] = files[path] or {}
         for _, line in ipairs(file.lines) do
            add_line(files[path], line)
         end
      end
   end
end

local function new_sums() return { lines = 0, ran = 0, branches = 0, taken = 0 } end

local function add(to, sums)
   for name, count in pairs(sums) do
      to[name] = to[name] + count
   end
end

local function sums_of(file)
   local sums = new_sums()
   for _, line in pairs(file) do
      add(sums, { lines = 1, ran = line.count > 0 and 1 or 0 })
      for _, count in ipairs(line.branches) do
         add(sums, { branches = 1, taken = count > 0 and 1 or 0 })
      end
   end
   return sums
end

local function share(part, whole) return whole > 0 and ("%.1f %%"):format(100 * part / whole) or "-" end

local function print_row(name, sums)
   print(("%-34s %6d %8s %8d %8s"):format(name, sums.lines, share(sums.ran, sums.lines), sums.branches,
      share(sums.taken, sums.branches)))
end

local function sorted(list, before)
   local keys = {}
   for key in pairs(list) do
      keys[#keys + 1] = key
   end
   table.sort(keys, before)
   return keys
end

local function print_folders()
   local folders, all = {}, new_sums()
   for path, file in pairs(files) do
      local folder = path:match "^(.*)/"
      local sums = sums_of(file)
      folders[folder] = folders[folder] or new_sums()
      add(folders[folder], sums)
      add(all, sums)
   end
   print(("%-34s %6s %8s %8s %8s"):format("folder", "lines", "ran", "branches", "taken"))
   for _, folder in ipairs(sorted(folders)) do
      print_row(folder, folders[folder])
   end
   print_row("all of src", all)
   return all
end

local function print_files()
   local missed = {}
   for path, file in pairs(files) do
      local sums = sums_of(file)
      missed[path] = sums.lines - sums.ran
   end
   local paths = sorted(missed, function(a, b)
      if missed[a] ~= missed[b] then
         return missed[a] > missed[b]
      end
      return a < b
   end)
   for i = 1, math.min(MOST_FILES, #paths) do
      print_row(paths[i], sums_of(files[paths[i]]))
   end
end

local function print_lines(path)
   local file = files[path] or error("no counts of " .. path)
   local texts, number = {}, 0
   for text in io.lines(source .. "/" .. path) do
      number = number + 1
      texts[number] = text
   end
   for _, at in ipairs(sorted(file)) do
      local untaken = 0
      for _, count in ipairs(file[at].branches) do
         untaken = untaken + (count == 0 and 1 or 0)
      end
      if file[at].count == 0 or untaken > 0 then
         local what = file[at].count == 0 and "never" or ("%d of %d"):format(untaken, #file[at].branches)
         print(("%-7s %5d: %s"):format(what, at, texts[at]))
      end
   end
end

for line in io.lines() do
   read(json.decode(line))
end
local all = print_folders()
local at = 1
while arg[at] do
   if arg[at] == "--files" then
      print_files()
   else
      at = at + 1
      print_lines(arg[at])
   end
   at = at + 1
end
print(("wanted: %.0f %% of lines, %.0f %% of branches"):format(100 * LINES_WANTED, 100 * BRANCHES_WANTED))
os.exit(all.ran >= LINES_WANTED * all.lines and all.taken >= BRANCHES_WANTED * all.branches)
