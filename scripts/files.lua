-- Files instead of a site: reads a folder of documents and hashes or parses each. Without network, server
-- and connection limit, only the concurrency models differ.
--
--    bakeoff run scripts/files.lua
--    bakeoff run scripts/files.lua --files 1000 --size 256KiB --work hash
--
-- The files have just been written, so the kernel has them in memory and no disk is read.

local bake = require "bakeoff"

local opt = bake.options {
   files = { 150, "files to read" },
   size = { "128KiB", "approximate size of a file" },
   work = { "parse", "what to do with each file: parse or hash" },
}

local size = bake.units.bytes(opt.size, "--size")

-- Adds rows of prices until the document is long enough; the numbers differ from file to file.
local function document(number)
   local rows, length = {}, 0
   while length < size do
      local row = ('{"day":%d,"price":%d.%02d,"seats":%d}'):format(#rows, (number * 31 + #rows * 17) % 90,
         #rows % 100, #rows % 50)
      rows[#rows + 1] = row
      length = length + #row + 1
   end
   return '{"rows":[' .. table.concat(rows, ",") .. "]}"
end

local function write_files()
   local folder = bake.settings().out .. "/files-data"
   assert(bake.files.make_folder(folder))
   local paths = {}
   for number = 1, opt.files do
      paths[number] = ("%s/%04d.json"):format(folder, number)
      assert(bake.files.write(paths[number], document(number)))
   end
   return paths, folder
end

-- What to do with the contents of a file, by name. A hybrid runs it in its pool, the others run it directly.
local works = { hash = bake.work.sha256 }

function works.parse(text)
   local lowest = math.huge
   for _, row in ipairs(require("cjson").decode(text).rows) do
      lowest = math.min(lowest, row.price)
   end
   return lowest
end

local work = works[opt.work]
if not work then
   bake.fail("--work: '%s' is neither parse nor hash", opt.work)
end

local paths, folder = write_files()

local results = bake.experiment {
   name = "files",
   job = ("read and %s %d files of %s"):format(opt.work, opt.files, bake.format.size(size)),
   items = paths,
   task = function(ctx, path) return ctx:offload(work, assert(ctx:read(path))) end,
   contenders = {
      "sequential", "threads", { "threads", gil = true, label = "threads (one interpreter)" }, "processes",
      "coroutines", { "hybrid", offload = "threads", label = "hybrid (threads)" },
   },
   workers = { 4 },
   repeats = 10,
}:run()

assert(bake.files.remove(folder))

results:report()
