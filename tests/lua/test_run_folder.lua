--- bakeoff.run_folder: it overwrites nothing and loses nothing of a finished trial.
local cell_type = require "bakeoff.model.cell"
local lu = require "luaunit"

local json = require "bakeoff.base.json"
local run_folder = require "bakeoff.experiment.run_folder"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "../e2e/support_command.lua")
local refusal_of = dofile(here .. "support_spec.lua").refusal_of

local out

local function slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

local function lines_of(name)
   local lines = {}
   for line in slurp(out .. "/x/" .. name):gmatch("[^\n]+") do
      lines[#lines + 1] = line
   end
   return lines
end

-- A result with two jobs and one sample that writes them as core.trial_run's result does.
local result = {
   write_jobs = function(_, file, cell) file:write(cell, ",1,1,done\n", cell, ",2,1,done\n") end,
   has_spans = function() return true end,
   write_spans = function(_, file, cell) file:write(cell, ",1,1,wait,0.01,0.02\n") end,
   write_memory = function(_, file, cell) file:write(cell, ",0.01,work\n") end,
   write_processes = function(_, file, cell, root) file:write(cell, ",0.01,1,7,", root or "", ",1,99\n") end,
}

local function row_of(label, workers, number)
   return { contender = "threads", label = label, workers = workers, ["repeat"] = number, status = "ok",
      experiment = "x", total_s = 0.5 }
end

local MANIFEST = { schema = 1, experiment = "x", repeats = 2,
   cells = { { contender = "threads", label = "a", workers = 1 } } }

-- A folder with two trials of two jobs each.
local function filled()
   local folder = run_folder.create(out, "x")
   folder:write_manifest(MANIFEST)
   folder:append(result, row_of("a", 1, 1))
   folder:append(result, row_of("b c", 16, 1))
   return folder
end

TestCreate = {}

function TestCreate.setUp() out = support.folder() end

function TestCreate.tearDown() support.remove(out) end

function TestCreate.test_headers_are_there_from_the_start()
   run_folder.create(out .. "/deep/below/", "x")
   local path = out .. "/deep/below/x/"
   lu.assertStrContains(slurp(path .. "jobs.csv"), "contender,label,workers,repeat,job,worker,status")
   lu.assertStrContains(slurp(path .. "memory.csv"), "time_s,phase,processes,rss_bytes")
   lu.assertEquals(slurp(path .. "trials.jsonl"), "")
end

function TestCreate.test_earlier_runs_move_aside()
   for number = 1, 3 do
      support.write(run_folder.create(out, "x"):file("mark"), tostring(number))
   end
   lu.assertEquals(slurp(out .. "/x~1/mark"), "1")
   lu.assertEquals(slurp(out .. "/x~2/mark"), "2")
   lu.assertEquals(slurp(out .. "/x/mark"), "3")
end

function TestCreate.test_a_file_in_the_way_moves_aside_too()
   support.write(out .. "/x", "precious")
   run_folder.create(out, "x")
   lu.assertEquals(slurp(out .. "/x~1"), "precious")
end

function TestCreate.test_a_place_below_a_file_is_refused()
   support.write(out .. "/file", "precious")
   for _, place in ipairs { out .. "/file", out .. "/file/below" } do
      local message = refusal_of(run_folder.create, place, "x")
      lu.assertStrContains(message, "--out: cannot write to the folder (")
      lu.assertStrContains(message, "choose another")
   end
   lu.assertEquals(slurp(out .. "/file"), "precious")
end

local function mode_of(path)
   local pipe <close> = assert(io.popen(("stat -c %%a '%s'"):format(path)))
   return pipe:read "l"
end

-- Rows have what programs and servers said, and the manifest has command lines.
function TestCreate.test_only_its_owner_reads_what_may_hold_secrets()
   local folder = run_folder.create(out, "x")
   folder:write_manifest { schema = 1 }
   lu.assertEquals({ mode_of(folder:file "trials.jsonl"), mode_of(folder:file "manifest.json") },
      { "600", "600" })
   folder:write_manifest { schema = 1, status = "complete" }
   lu.assertEquals(mode_of(folder:file "manifest.json"), "600")
end

TestRows = {}

function TestRows.setUp() out = support.folder() end

function TestRows.tearDown() support.remove(out) end

function TestRows.test_append_keeps_jobs_samples_and_the_row()
   filled()
   lu.assertEquals(#lines_of("jobs.csv"), 5)
   lu.assertEquals(lines_of("jobs.csv")[4], "threads,b c,16,1,1,1,done")
   lu.assertEquals(#lines_of("memory.csv"), 3)
   local rows = lines_of("trials.jsonl")
   lu.assertEquals(#rows, 2)
   lu.assertEquals(json.decode(rows[2]).label, "b c")
   lu.assertStrMatches(rows[1], '{"experiment":"x","contender":"threads","label":"a",.*') -- in order
end

local function several(contender, label)
   local row = row_of(label, 2, 1)
   row.contender, row.memory = contender, { processes_peak = 3 }
   return row
end

function TestRows.test_who_holds_what_is_kept_of_trees_only()
   local folder = filled()
   lu.assertNil(io.open(folder:file("memory_processes.csv")))
   folder:append(result, several("processes", "p"))
   folder:append(result, several("command", "c"))
   lu.assertEquals(lines_of("memory_processes.csv"), {
      "contender,label,workers,repeat,time_s,process,pid,name,processes,footprint_bytes",
      "processes,p,2,1,0.01,1,7,trial,1,99", "command,c,2,1,0.01,1,7,,1,99" })
end

function TestRows.test_the_manifest_is_replaced_as_a_whole()
   local folder = filled()
   folder:write_manifest { schema = 1, experiment = "x", status = "complete" }
   lu.assertEquals(json.decode(slurp(folder:file("manifest.json"))).status, "complete")
   lu.assertNil(io.open(folder:file("manifest.json~")))
end

TestResume = {}

function TestResume.setUp() out = support.folder() end

function TestResume.tearDown() support.remove(out) end

function TestResume.test_nothing_to_resume()
   lu.assertNil(run_folder.resume(out, "x"))
   run_folder.create(out, "x") -- killed before it wrote its manifest
   lu.assertNil(run_folder.resume(out, "x"))
end

function TestResume.test_what_is_done_is_known()
   filled()
   local folder, done, manifest, count = run_folder.resume(out, "x")
   lu.assertEquals(folder.path, out .. "/x")
   lu.assertEquals(count, 2)
   lu.assertTrue(done[cell_type.trial_key("a", 1, 1)] and done[cell_type.trial_key("b c", 16, 1)])
   lu.assertNil(done[cell_type.trial_key("a", 1, 2)])
   lu.assertEquals(manifest.experiment, "x")
end

function TestResume.test_resume_alone_changes_nothing()
   filled()
   support.write(out .. "/x/trials.jsonl", slurp(out .. "/x/trials.jsonl") .. '{"lab')
   local before = slurp(out .. "/x/trials.jsonl") .. slurp(out .. "/x/jobs.csv")
   run_folder.resume(out, "x")
   lu.assertEquals(slurp(out .. "/x/trials.jsonl") .. slurp(out .. "/x/jobs.csv"), before)
end

-- Cuts `bytes` off the end of a file.
local function cut(name, bytes)
   local path = out .. "/x/" .. name
   support.write(path, slurp(path):sub(1, -1 - bytes))
end

function TestResume.test_a_cut_last_line_drops_the_trial_and_its_csv_rows()
   filled()
   cut("trials.jsonl", 7)
   local folder, done, _, count = run_folder.resume(out, "x")
   folder:keep()
   lu.assertEquals(count, 1)
   lu.assertNil(done[cell_type.trial_key("b c", 16, 1)])
   lu.assertEquals(#lines_of("trials.jsonl"), 1)
   lu.assertEquals(#lines_of("jobs.csv"), 3)
   lu.assertEquals(#lines_of("memory.csv"), 2)
   folder:append(result, row_of("b c", 16, 1))
   lu.assertEquals(#lines_of("trials.jsonl"), 2)
   lu.assertEquals(#lines_of("jobs.csv"), 5)
end

function TestResume.test_so_are_those_of_its_processes()
   local folder = filled()
   folder:append(result, several("processes", "p"))
   folder:append(result, several("processes", "q"))
   cut("trials.jsonl", 7)
   run_folder.resume(out, "x"):keep()
   lu.assertEquals(#lines_of("memory_processes.csv"), 2)
   lu.assertStrContains(lines_of("memory_processes.csv")[2], "processes,p,")
end

function TestResume.test_csv_rows_without_a_trial_are_dropped_also_when_cut()
   local folder = filled()
   local file <close> = assert(io.open(folder:file("jobs.csv"), "ab"))
   file:write("threads,a,1,2,1,1,done\nthreads,a,1,2,2,1,do")
   file:close()
   run_folder.resume(out, "x"):keep()
   lu.assertEquals(#lines_of("jobs.csv"), 5)
   lu.assertEquals(slurp(out .. "/x/jobs.csv"):sub(-1), "\n")
end

function TestResume.test_keep_is_harmless_when_all_is_well()
   local folder = filled()
   local function content()
      return slurp(folder:file("jobs.csv")) .. slurp(folder:file("memory.csv"))
         .. slurp(folder:file("trials.jsonl"))
   end
   local before = content()
   run_folder.resume(out, "x"):keep()
   lu.assertEquals(content(), before)
end

function TestResume.test_missing_csv_files_are_made_again()
   local folder = filled()
   os.remove(folder:file("memory.csv"))
   run_folder.resume(out, "x"):keep()
   lu.assertEquals(#lines_of("memory.csv"), 1)
end

function TestResume.test_strange_rows_do_not_count()
   local folder = filled()
   local lines = slurp(folder:file("trials.jsonl"))
   support.write(folder:file("trials.jsonl"), 'null\n5\n{}\n{"label":5,"workers":"x"}\n' .. lines .. lines)
   local _, _, _, count = run_folder.resume(out, "x")
   lu.assertEquals(count, 2)
end

function TestResume.test_a_damaged_manifest_is_refused_and_nothing_touched()
   local folder = filled()
   for damage, why in pairs { [""] = "not valid JSON", ["{"] = "not valid JSON", ["5"] = "not valid JSON",
      null = "not valid JSON", ["[]"] = "cells or repeats are missing",
      ["[5]"] = "it is a list, not an object",
      ["{}"] = "cells or repeats are missing", ['{"cells":5,"repeats":1}'] = "cells is 5, not a list",
      ['{"cells":[],"repeats":"x"}'] = "repeats is a text, not a whole number from 0 to 1000000000" } do
      support.write(folder:file("manifest.json"), damage)
      lu.assertEquals(refusal_of(run_folder.resume, out, "x"),
         ("--resume: %s/x/manifest.json is damaged (%s); start anew without --resume"):format(out, why))
   end
   lu.assertEquals(#lines_of("trials.jsonl"), 2)
end

os.exit(lu.LuaUnit.run(), true)
