--- Whatever write fails, the old files stay, the command says which file and why, and it doesn't end as if
-- all were well.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local report = require "bakeoff.commands.report"
local results = require "bakeoff.api.results"
local run_folder = require "bakeoff.experiment.run_folder"
local runs = require "support_runs"
local trace = require "bakeoff.trace"

local folder

local function set_up()
   folder = runs.folder()
   assert(core.mkdirs(folder))
end

local function path(name) return folder .. "/" .. name end

-- Calls fn while the k-th file that is written finds a full disk. → its results; how many files it wrote
local function with_full_disk(number, fn)
   local store, output, count = core.store, core.output, 0
   local function or_fails(usual)
      return function(name, ...)
         count = count + 1
         if count == number then
            return nil, name .. ": No space left on device", "system"
         end
         return usual(name, ...)
      end
   end
   core.store, core.output = or_fails(store), or_fails(output)
   local found = table.pack(pcall(fn))
   core.store, core.output = store, output
   return found, count
end

-- Calls fn → what it printed to standard output, and to standard error; its results
local function quietly(fn, ...)
   local usual, out, err = { print = print, stderr = io.stderr }, {}, {}
   print = function(line) out[#out + 1] = line or "" end -- luacheck: ignore 121
   io.stderr = { write = function(_, ...) err[#err + 1] = table.concat { ... } end, -- luacheck: ignore 122
      flush = function() end }
   local found = table.pack(pcall(fn, ...))
   print, io.stderr = usual.print, usual.stderr -- luacheck: ignore 121 122
   return table.concat(out, "\n"), table.concat(err), found
end

TestWhole = { setUp = set_up, tearDown = runs.clear }

function TestWhole.test_a_file_is_written_whole()
   lu.assertTrue(files.write(path "x", "one"))
   lu.assertTrue(files.write(path "x", "two", "own"))
   lu.assertEquals(files.read(path "x"), "two")
   local _, message = files.write(folder, "x")
   lu.assertEquals(message, folder .. ": Is a directory")
   _, message = files.write(path "none/x", "x")
   lu.assertEquals(message, path "none/x" .. ": No such file or directory")
   lu.assertEquals(core.list(folder), { "x" })
end

function TestWhole.test_an_own_file_that_is_a_link_is_refused_with_the_remedy()
   files.write(path "x", "old")
   assert(os.execute(("ln -s x %s/link"):format(folder)))
   local _, of_write = files.write(path "link", "new", "own")
   local _, of_writer = files.writer(path "link", "own")
   local _, of_append = files.append(path "link", "new")
   for _, message in ipairs { of_write, of_writer, of_append } do
      lu.assertStrContains(message, path "link: is a link or no regular file")
      lu.assertStrContains(message, "remove it")
   end
   lu.assertEquals(files.read(path "x"), "old")
end

function TestWhole.test_a_large_file_is_written_piece_by_piece()
   local line, expected = ("x"):rep(1000) .. "\n", {}
   do
      local file <close> = assert(files.writer(path "x"))
      for index = 1, 3000 do
         file:write(line, "-")
         expected[index] = line .. "-"
      end
      lu.assertNil(core.file_kind(path "x"))
      lu.assertTrue(file:commit())
   end
   lu.assertEquals(files.read(path "x") == table.concat(expected), true)
   local ok = pcall(function()
      local file <close> = assert(files.writer(path "x"))
      file:write "half"
      error "stop"
   end)
   lu.assertFalse(ok)
   lu.assertEquals(#files.read(path "x"), 3000 * #(line .. "-"))
   lu.assertEquals(core.list(folder), { "x" })
end

function TestWhole.test_a_full_disk_is_told_at_the_end()
   local file <close> = assert(files.writer "/dev/full")
   file:write(("x"):rep(3 << 20))
   file:write "more"
   lu.assertEquals({ file:commit() }, { nil, "/dev/full: No space left on device" })
end

TestAppending = { setUp = set_up, tearDown = runs.clear }

function TestAppending.test_lines_are_added()
   for _, text in ipairs { "one\n", "two\n" } do
      local file = assert(files.appending(path "x"))
      file:write(text)
      lu.assertTrue(file:close())
   end
   lu.assertTrue(files.append(path "x", "three\n"))
   lu.assertEquals(files.read(path "x"), "one\ntwo\nthree\n")
end

function TestAppending.test_a_failed_write_is_told_whenever_it_was()
   for _, size in ipairs { 1, 100000 } do -- at the end, or before it
      local file = assert(files.appending "/dev/full")
      file:write(("x"):rep(size))
      local ok, message = file:close()
      lu.assertEquals({ ok, message }, { nil, "/dev/full: No space left on device" })
   end
   local _, message = files.append("/dev/full", "x")
   lu.assertEquals(message, "/dev/full: No space left on device")
   _, message = files.appending(folder)
   lu.assertStrContains(message, "Is a directory")
   assert(files.appending(path "y"):write "kept") -- not closed: the collector closes it
   collectgarbage()
   lu.assertEquals(files.read(path "y"), "kept")
end

TestReports = { setUp = set_up, tearDown = runs.clear }

local NAMES = { "summary.json", "report.md", "report.html" }

local function make_old()
   runs.make { dir = folder, name = "one", repeats = 6, workers = { 1, 4 }, items = 20,
      contenders = { "sequential", "threads" } }
   for _, name in ipairs(NAMES) do
      files.write(path(name), "old")
   end
end

local function run_report()
   return report.run { dir = folder, no_chart = true, quiet = true }
end

function TestReports.test_each_file_that_is_not_written_is_named_and_the_others_stay()
   make_old()
   for number, name in ipairs(NAMES) do
      local _, said, found = quietly(function() return with_full_disk(number, run_report) end)
      local outcome = found[2]
      lu.assertEquals({ outcome[1], outcome[2] }, { true, 1 }, said)
      lu.assertStrContains(said, path(name) .. ": No space left on device")
      for later = number, #NAMES do
         lu.assertEquals(files.read(path(NAMES[later])), "old", NAMES[later])
      end
   end
end

function TestReports.test_a_page_of_a_strangers_folder_is_not_written_through()
   make_old()
   files.write(path "victim", "whole")
   for _, name in ipairs(NAMES) do
      os.remove(path(name))
      assert(os.execute(("cd %s && ln -s victim %s"):format(folder, name)))
      local _, said, found = quietly(run_report)
      lu.assertEquals({ found[1], found[2] }, { true, 1 }, said)
      lu.assertStrContains(said, path(name) .. ": is a link")
      os.remove(path(name))
   end
   lu.assertEquals(files.read(path "victim"), "whole")
end

function TestReports.test_a_trace_is_whole_or_as_it_was()
   make_old()
   files.write(path "trace.json", "old")
   local loaded = results.load(folder)
   local found = with_full_disk(1, function() return trace.write(loaded, path "trace.json", {}) end)
   lu.assertEquals({ found[1], found[2], found[3] },
      { true, nil, path "trace.json: No space left on device" })
   lu.assertEquals(files.read(path "trace.json"), "old")
end

TestRunFolder = { setUp = set_up, tearDown = runs.clear }

function TestRunFolder.test_no_file_is_missing_without_a_word()
   for number = 1, 4 do
      local name = ({ "jobs.csv", "spans.csv", "memory.csv", "trials.jsonl" })[number]
      local found, count = with_full_disk(number,
         function() return run_folder.create(folder, "x" .. number) end)
      lu.assertFalse(found[1])
      lu.assertStrContains(tostring(found[2]), name .. ": No space left on device")
      lu.assertEquals(count, number)
   end
end

function TestRunFolder.test_an_earlier_run_is_moved_only_if_there_is_room_for_another()
   run_folder.create(folder, "x")
   local found = with_full_disk(1, function() return run_folder.create(folder, "x") end)
   lu.assertStrContains(tostring(found[2]), ("(%s: No space left on device)"):format(folder))
   lu.assertEquals(core.file_kind(path "x/trials.jsonl"), "file")
   lu.assertNil(core.file_kind(path "x~1"))
end

os.exit(lu.LuaUnit.run(), true)
