--- `bakeoff exec` through the real command.
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", "exec", ... }, { folder = folder }) end

local function assert_ran(result)
   lu.assertEquals(result.stderr, "")
   lu.assertEquals(result.code, 0)
   return result
end

local function assert_refused(result, expected)
   support.assert_refused(result, "bakeoff exec", expected, folder)
end

TestExec = {}

function TestExec.setUp() folder = support.folder() end

function TestExec.tearDown() support.remove(folder) end

function TestExec.test_one_command_leaves_a_run_folder_and_says_what_it_takes()
   local result = assert_ran(bakeoff("--repeats", "3", "--sample-every", "2ms", "--notes", "--", "sleep",
      "0.1"))
   lu.assertStrMatches(result.stdout, ".*\n  sleep 0%.1 .*")
   lu.assertStrMatches(result.stdout,
      ".*\n  Peak memory of sleep 0%.1 and its children: [%d.]+ [KM]iB, 1 process.\n.*")
   lu.assertStrContains(result.stdout, "out/exec/charts/{speed,")
   lu.assertNotStrContains(result.stdout, "req/s")
   local rows = support.trials(folder .. "/out/exec")
   lu.assertEquals(#rows, 3)
   for _, row in ipairs(rows) do
      lu.assertEquals(row.status, "ok")
      lu.assertEquals(row.exit, { code = 0 })
      lu.assertTrue(row.total_s >= 0.1)
   end
   lu.assertEquals(support.manifest(folder .. "/out/exec").form, "command")
   assert_ran(support.run({ "bakeoff", "plot", "out/exec" }, { folder = folder }))
end

-- A busy machine may miss one of the children when it samples; then they live longer.
function TestExec.test_children_are_included()
   local seconds, result = 0.1
   repeat
      seconds = 2 * seconds
      result = assert_ran(bakeoff("--repeats", "1", "--warmup", "0", "--sample-every", "2ms", "--name",
         "for" .. seconds, "--", "sh", "-c", ("sleep %g & sleep %g & wait"):format(seconds, seconds)))
   until result.stdout:find("3 processes", 1, true) or seconds > 10
   lu.assertStrContains(result.stdout, "at most 3 processes at once")
end

-- Without SIGCHLD, the kernel reaps the child itself, and no rusage has its CPU time. A shell would set its
-- own handler, so Lua starts the child.
function TestExec.test_cpu_of_children_that_the_kernel_reaps()
   local burn = "os.execute 'i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done; true'"
   local function cpu(name, how)
      local result = assert_ran(bakeoff("--repeats", "1", "--warmup", "0", "--no-chart", "--notes", "--name",
         name, "--", "env", how, "lua5.4", "-e", burn))
      local found = support.trials(folder .. "/out/" .. name)[1].cpu
      return found.user_s + found.system_s, found.unreaped_s, result.stdout, found.at_least
   end
   local used, unreaped, said, is_least = cpu("reaped", "--default-signal=CHLD")
   lu.assertNil(unreaped)
   lu.assertNil(is_least)
   lu.assertNotStrContains(said, "at least")
   lu.assertNotStrContains(said, "SIGCHLD")
   local rest
   rest, unreaped, said, is_least = cpu("ignored", "--ignore-signal=CHLD")
   lu.assertTrue(is_least)
   lu.assertTrue(rest + unreaped > used / 2, ("%s + %s of %s"):format(rest, unreaped, used))
   lu.assertStrContains(said, "CPU time is a lower bound, because SIGCHLD is ignored and the kernel keeps no")
   lu.assertStrContains(said, "at least ")
   lu.assertStrContains(said, "seen, at most unknown")
   local summary = json.decode(support.slurp(folder .. "/out/ignored/summary.json")).cells[1]
   lu.assertAlmostEquals(summary.cpu_s.median, rest + unreaped, 1e-6)
   lu.assertNil(summary.user_s)
end

-- It ends before the sampler can look, but the kernel knows the peak.
function TestExec.test_the_shortest_program_has_a_peak_of_memory()
   local result = assert_ran(bakeoff("--repeats", "1", "--warmup", "0", "--", "true"))
   local memory = support.trials(folder .. "/out/exec")[1].memory
   lu.assertTrue(memory.footprint_peak_bytes > 256 * 1024, tostring(memory.footprint_peak_bytes))
   lu.assertStrContains(result.stdout, "Peak memory of true and its children:")
end

-- The first reading finds a program with one page, so its cost says little about the next reading's.
function TestExec.test_memory_is_read_completely_also_after_the_start()
   assert_ran(bakeoff("--repeats", "1", "--warmup", "0", "--", "sleep", "0.5"))
   local memory = support.trials(folder .. "/out/exec")[1].memory
   lu.assertTrue(memory.full_samples > 1, ("%d of %d samples"):format(memory.full_samples, memory.samples))
end

function TestExec.test_commands_are_compared_with_the_first()
   local result = assert_ran(bakeoff("--repeats", "6", "--warmup", "0", "--vs", "sleep 0.3",
      "--label", "short", "--label", "long", "--", "sleep", "0"))
   lu.assertStrMatches(result.stdout, ".*\n  short .*\n  long .*")
   lu.assertStrContains(result.stdout, "short is fastest")
   lu.assertStrMatches(result.stdout, ".*\n\n  short ran [%d.± ]+ times as fast as long "
      .. "%(95 %% interval [%d.]+ to [%d.]+%)%.\n")
end

function TestExec.test_exports_agree_with_the_rows()
   assert_ran(bakeoff("--repeats", "3", "--warmup", "0", "--export-hyperfine", "e.json", "--export-csv",
      "e.csv", "--export-md", "e.md", "--export-json", "s.json", "--scan", "n=0,0.05", "--", "sleep", "{n}"))
   local results = json.decode(support.slurp(folder .. "/e.json")).results
   lu.assertEquals(#results, 2)
   for index, value in ipairs { "0", "0.05" } do
      local one, times = results[index], {}
      lu.assertEquals(one.parameters, { n = value })
      lu.assertEquals(one.command, "sleep " .. value)
      lu.assertEquals(one.exit_codes, { 0, 0, 0 })
      for _, row in ipairs(support.trials(folder .. "/out/exec")) do
         if row.label == one.label then
            times[#times + 1] = row.total_s
         end
      end
      lu.assertEquals(one.times, times)
   end
   local csv = support.csv(folder .. "/e.csv")
   lu.assertEquals({ csv[1].parameter_n, csv[2].parameter_n }, { "0", "0.05" })
   lu.assertEquals(csv[2].command, "sleep 0.05")
   lu.assertStrContains(support.slurp(folder .. "/e.md"), "| command | time [95 %] |")
   lu.assertEquals(support.slurp(folder .. "/s.json"), support.slurp(folder .. "/out/exec/summary.json"))
end

function TestExec.test_an_export_may_have_standard_output_for_itself()
   local result = bakeoff("--repeats", "1", "--warmup", "0", "--export-hyperfine", "-", "--", "true")
   lu.assertEquals(result.code, 0)
   lu.assertEquals(#json.decode(result.stdout).results, 1)
   lu.assertStrContains(result.stderr, "Open:  out/exec/report.html")
end

function TestExec.test_files_environment_folder_and_preparation()
   support.write(folder .. "/in.txt", "from a file\n")
   core.mkdirs(folder .. "/work")
   assert_ran(bakeoff("--repeats", "2", "--warmup", "0", "--input", "in.txt", "--output", "out.txt",
      "--cwd", "work", "--env", "WHO={who}", "--scan", "who=me", "--prepare", "sh -c 'echo x >>prepared'",
      "--", "sh", "-c", "cat; echo \"$WHO\"; pwd; cat prepared"))
   local lines = {}
   for line in support.slurp(folder .. "/out.txt"):gmatch "[^\n]+" do
      lines[#lines + 1] = line
   end
   lu.assertEquals({ lines[1], lines[2], lines[4], lines[5] }, { "from a file", "me", "x", "x" })
   lu.assertStrMatches(lines[3], ".*/work")
end

-- Each trial's environment has another size, the same ones when it is repeated; --no-shake keeps them equal.
function TestExec.test_the_size_of_the_environment_varies()
   local function sizes(...)
      local words = { "--out", "out", "--repeats", "3", "--warmup", "0", ... }
      table.move({ "--", "sh", "-c", "wc -c </proc/self/environ >>sizes" }, 1, 4, #words + 1, words)
      local result = assert_ran(bakeoff(table.unpack(words)))
      local seen, count = {}, 0
      for line in support.slurp(folder .. "/sizes"):gmatch "%d+" do
         count = count + (seen[line] and 0 or 1)
         seen[line] = true
      end
      os.remove(folder .. "/sizes")
      return count, support.trials(folder .. "/out/exec"), result
   end
   local count, rows = sizes()
   lu.assertEquals(count, 3)
   local _, again = sizes()
   for index, row in ipairs(rows) do
      lu.assertEquals(row.shake_bytes, again[index].shake_bytes)
   end
   lu.assertStrContains(support.slurp(folder .. "/out/exec/report.md"), "environment varies at random")
   count, rows = sizes "--no-shake"
   lu.assertEquals({ count, rows[1].shake_bytes }, { 1 })
   lu.assertNotStrContains(support.slurp(folder .. "/out/exec/report.md"), "environment varies at random")
end

function TestExec.test_start_up_is_shown_apart()
   local result = assert_ran(bakeoff("--repeats", "1", "--warmup", "0", "--empty", "sleep 0.1", "--all", "--",
      "sleep", "0"))
   lu.assertStrContains(result.stdout, "start-up")
   lu.assertTrue(support.trials(folder .. "/out/exec")[1].startup_s >= 0.1)
end

function TestExec.test_failures_are_rows_and_exit_code_1()
   local result = bakeoff("--repeats", "2", "--warmup", "0", "--", "sh", "-c", "echo broken >&2; exit 3")
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stdout, "2 of 2 trials")
   lu.assertStrContains(result.stdout, "2 jobs: exit code 3 (sh exited with code 3: broken)")
   result = bakeoff("--repeats", "2", "--warmup", "0", "--ignore-failure", "--name", "all", "--",
      "sh", "-c", "exit 3")
   assert_ran(result)
   lu.assertEquals(support.trials(folder .. "/out/all")[1].exit, { code = 3 })
   result = bakeoff("--repeats", "1", "--warmup", "0", "--timeout", "50ms", "--name", "slow", "--",
      "sleep", "600")
   lu.assertEquals(result.code, 1)
   lu.assertEquals(support.trials(folder .. "/out/slow")[1].status, "timeout")
end

function TestExec.test_resume_runs_what_is_missing()
   local words = { "--warmup", "0", "--vs", "sleep 0.01", "--resume", "--", "true" }
   assert_ran(bakeoff("--repeats", "2", table.unpack(words)))
   assert_ran(bakeoff("--repeats", "4", table.unpack(words)))
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 8)
   words[4] = "sleep 0.02"
   lu.assertStrContains(bakeoff("--repeats", "4", table.unpack(words)).stderr, "--resume: ")
end

function TestExec.test_ctrl_c_keeps_what_is_done_and_leaves_no_process()
   local run = support.start({ "bakeoff", "exec", "--warmup", "0", "--", "sleep", "0.2" }, folder)
   support.wait_for("a row", function() return #support.trials(folder .. "/out/exec") > 0 end)
   run:kill "INT"
   local result = run:finish()
   lu.assertEquals(result.code, 130)
   lu.assertStrContains(result.stderr, "--resume")
   lu.assertEquals(run:members(), {})
end

TestRefusals = { setUp = TestExec.setUp, tearDown = TestExec.tearDown }

function TestRefusals.test_commands()
   assert_refused(bakeoff(), "missing argument 'COMMAND'")
   assert_refused(bakeoff("ls", "-l"), "bakeoff exec -- ls -l")
   assert_refused(bakeoff("--", "no-such-program-anywhere"), "no-such-program-anywhere: not found")
   assert_refused(bakeoff("--", "sleeep", "1"), "did you mean 'sleep'?")
   assert_refused(bakeoff("--", "ls -l"), "as separate words, without quotes")
   assert_refused(bakeoff("--vs", "no-such-program-anywhere", "--", "true"), "not found")
   assert_refused(bakeoff("--prepare", "no-such-program-anywhere", "--", "true"), "not found")
   support.write(folder .. "/text", "not a program")
   assert_refused(bakeoff("--", "./text"), "not executable")
   assert_refused(bakeoff("--", "text"), "; to run the file in this folder, write ./text")
end

function TestRefusals.test_a_broken_link_in_path_is_named()
   assert(os.execute(("ln -s gone %s/dang"):format(folder)))
   local result = support.run({ "bakeoff", "exec", "--no-chart", "--", "dang" },
      { folder = folder, environment = { PATH = folder .. ":" .. os.getenv "PATH" } })
   assert_refused(result, ("dang: not found; %s/dang is a link to nothing"):format(folder))
end

function TestRefusals.test_words_and_placeholders()
   assert_refused(bakeoff("--vs", "a 'b", "--", "true"), "--vs: a single quote (') is not closed")
   assert_refused(bakeoff("--vs", "a | b", "--", "true"), "sh -c")
   assert_refused(bakeoff("--", "echo", "{thing}"), "unknown placeholder {thing}")
   assert_refused(bakeoff("--scan", "n=1", "--", "true"), "--scan: no command uses {n}")
   assert_refused(bakeoff("--label", "a", "--label", "b", "--", "true"), "--label: 2 given for 1 command")
end

function TestRefusals.test_files_are_looked_at_before_anything_runs()
   assert_refused(bakeoff("--export-json", "no/where.json", "--", "true"), "--export-json: cannot write")
   assert_refused(bakeoff("--export-json", "-", "--export-csv", "-", "--", "true"),
      "--export-csv: --export-json already writes to standard output")
   assert_refused(bakeoff("--input", "nothing", "--", "true"), "--input: cannot read nothing")
   assert_refused(bakeoff("--input", ".", "--", "true"), "--input: . is a folder; name a file")
   assert_refused(bakeoff("--output", "no/x", "--", "true"), "--output: cannot write no/x")
   assert_refused(bakeoff("--repeats", "99999999999", "--", "true"),
      "--repeats: '99999999999' is not accepted; write a whole number from 1 to 1000000")
   assert_refused(bakeoff("--timeout", "", "--", "true"), "--timeout: '' is not a quantity")
   assert_refused(bakeoff("--cwd", "nothing", "--", "true"), "--cwd: nothing: no such folder")
   lu.assertNil(core.file_kind(folder .. "/e.json"))
   bakeoff("--export-json", "e.json", "--", "no-such-program-anywhere")
   lu.assertNil(core.file_kind(folder .. "/e.json"), "nothing ran, so nothing may be exported")
end

os.exit(lu.LuaUnit.run(), true)
