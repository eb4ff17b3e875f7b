--- criterion's samples: `target/criterion/…/new/sample.json` has the iterations and the time of each sample,
-- and `benchmark.json` beside it the benchmark's name. A folder may hold many of them.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local shape = require "bakeoff.runs.shape"
local text = require "bakeoff.base.text"

local criterion = { name = "criterion", made_by = "criterion's new/sample.json",
   of = "one iteration of the benchmark" }

local SAMPLE, BENCHMARK = "sample.json", "benchmark.json"
local MOST_SAMPLES, DEEPEST, MOST_FOLDERS = 1000000, 6, 20000
local NS_PER_S = 1e9

--- Has a decoded document this form?
function criterion.is(document) return document.iters ~= nil and document.times ~= nil end

local of_sample = shape.record({ iters = shape.list(shape.number(1, 1e18), MOST_SAMPLES, 1),
   times = shape.list(shape.number(0, 1e18), MOST_SAMPLES, 1) }, { "iters", "times" })

function criterion.fits(document)
   local path, fault = of_sample(document)
   if not fault and #document.iters ~= #document.times then
      path, fault = ".times", ("has %d elements, but iters has %d"):format(#document.times, #document.iters)
   end
   return path, fault
end

criterion.fits_name = shape.record({ full_id = shape.text(4096), title = shape.text(4096) }, { "full_id" })

-- "sum/1000" for "target/criterion/sum/1000/new/sample.json": `new` and `base` only say which of two it is.
local function name_in_path(path)
   local folder = path:match("^(.*)/[^/]*$") or ""
   local last = folder:match("([^/]*)$")
   if last == "new" or last == "base" then
      last = folder:match("([^/]*)/[^/]*$") or last
   end
   return last ~= "" and last or SAMPLE
end

--- → see hyperfine.lua. path: of the document; open: reads another one, with its shape.
function criterion.read(document, path, open)
   local values = {}
   for index, time in ipairs(document.times) do
      values[index] = time / document.iters[index] / NS_PER_S
   end
   local beside = path:gsub("[^/]*$", BENCHMARK)
   local named = core.file_kind(beside) == "file" and open(beside, criterion.fits_name) or {}
   return { { name = named.full_id or name_in_path(path), names = { named.title }, values = values } }, {}
end

local function has_sample(folder) return core.file_kind(folder .. "/" .. SAMPLE) == "file" end

-- Adds the sample files in a folder and below it; of each benchmark only the new ones, unless the folder is
-- one of samples itself.
local function add(found, folder, depth)
   found.folders = found.folders + 1
   if found.folders > MOST_FOLDERS then
      failure.usage("%s: has more than %d folders; name the folder of one benchmark", found.top, MOST_FOLDERS)
   elseif has_sample(folder) then
      found[#found + 1] = folder .. "/" .. SAMPLE
      return
   end
   local has_new = has_sample(folder .. "/new")
   found[#found + 1] = has_new and ("%s/new/%s"):format(folder, SAMPLE) or nil
   local entries = core.list(folder) or {}
   table.sort(entries)
   for _, entry in ipairs(entries) do
      local path = folder .. "/" .. entry
      local is_other_run = has_new and has_sample(path) -- `base`, or a baseline with a name
      if depth < DEEPEST and not is_other_run and core.file_kind(path) == "folder" then
         add(found, path, depth + 1)
      end
   end
end

--- The sample files in a folder; an empty list if it has none.
function criterion.files(folder)
   local found = { folders = 0, top = text.shown(folder) }
   add(found, folder, 1)
   return found
end

return criterion
