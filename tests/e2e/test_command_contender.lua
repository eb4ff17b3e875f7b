--- Programs as contenders through the real command: rows, report, what was not run. Programs leave nothing
-- behind, whatever ends the bench.
local lu = require "luaunit"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

local function path_of(name) return folder .. "/out/test" .. (name and "/" .. name or "") end

local function trials() return support.trials(path_of()) end

local function set_up() folder = support.folder() end

local function tear_down() support.remove(folder) end

-- An experiment with commands only; `entries` is Lua text.
local function alone(entries, fields)
   support.write(folder .. "/test.lua", ([[
require("bakeoff").experiment { name = "test", repeats = 1, warmup = 0, %s contenders = { %s } }:run()
]]):format(fields or "", entries))
end

local function run_alone(entries, fields, ...)
   alone(entries, fields)
   return bakeoff("test.lua", ...)
end

TestRun = { setUp = set_up, tearDown = tear_down }

local FETCH = [[{ "command", argv = { "xargs", "-P", "{workers}", "-n", 3, "curl", "-s", "-o", "/dev/null" },
   stdin = "{urls}", label = "xargs", empty = { "curl", "--version" } }]]

function TestRun.test_beside_a_native_contender()
   lu.skipIf(not core.program_find "curl", "curl is not installed (package curl)")
   support.script(folder, ('workers = { 2 }, repeats = 2, contenders = { "threads", %s }'):format(FETCH))
   local result = bakeoff("test.lua", "--all", "--notes")
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   lu.assertStrMatches(result.stdout:match("\n(xargs[^\n]*)"), "xargs +2 .*")
   lu.assertStrContains(result.stdout, "start-up")
   lu.assertNotStrContains(result.stdout, "Bytes per trial differ")
   lu.assertEquals(#trials(), 4)
   for _, row in ipairs(trials()) do
      lu.assertEquals({ row.status, row.jobs.done, row.server.requests, row.bytes == row.server.bytes },
         { "ok", 6, 6, true }, row.label)
   end
   for _, row in ipairs(support.csv(path_of "jobs.csv")) do
      lu.assertEquals(row.label, "threads")
   end
   local cells = support.manifest(path_of()).cells
   lu.assertEquals(cells[2].options.argv[1], "xargs")
   lu.assertEquals(cells[2].options.stdin, "{urls}")
   lu.assertNil(core.file_kind(path_of "files~"))
   local report = support.slurp(path_of "report.md")
   lu.assertStrContains(report, "from process start to end")
   lu.assertStrContains(report, "start-up")
end

function TestRun.test_alone_without_a_job()
   local result = run_alone('{ "command", argv = { "true" } }, { "command", argv = { "sleep", 0.02 } }',
      "repeats = 2,", "--all")
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   local head = result.stdout:match("\n(command [^\n]*)")
   lu.assertStrContains(head, "time [95 %]")
   for _, empty in ipairs { "req/s", "jobs/s", "p50", "connections", "start-up" } do
      lu.assertNotStrContains(head, empty)
   end
   local manifest = support.manifest(path_of())
   lu.assertEquals({ manifest.form, manifest.items, manifest.job }, { "command", 1, "run 2 programs" })
end

function TestRun.test_what_cannot_run_is_named_everywhere()
   local result = run_alone('{ "command", argv = { "true" } }, ' ..
      '{ "command", argv = { "no-such-program" }, label = "peer", package = "some-package" }')
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   local sentence = "peer: no-such-program: not found; install the package some-package"
   lu.assertStrContains(result.stdout, "\n  Not run: " .. sentence .. "\n")
   lu.assertStrContains(support.slurp(path_of "report.md"), "## Not run\n\n- " .. sentence .. ".\n")
   local expected = { { label = "peer", contender = "command", reason = "no-such-program: not found",
      package = "some-package" } }
   lu.assertEquals(support.manifest(path_of()).not_run, expected)
   lu.assertStrContains(support.slurp(path_of "summary.json"), '"package": "some-package"')
   lu.assertEquals(#trials(), 1)
end

function TestRun.test_bad_input_is_one_line()
   local function refused(entries, message)
      local result = run_alone(entries)
      lu.assertEquals({ result.code, result.stdout }, { 2, "" }, result.stderr)
      lu.assertStrContains(result.stderr, message)
      lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1, result.stderr)
      lu.assertNil(core.file_kind(folder .. "/out"))
   end
   refused('{ "command" }', "test.lua:1: contenders[1]: argv: a command needs the words of its command line")
   refused('{ "command", argv = { "cat", "{uls}" } }', "argv[2]: '{uls}' is not a placeholder (did you mean")
   refused('{ "command", argv = { "no-such-program" } }', "argv[1]: no-such-program: not found; write")
   refused('{ "command", argv = { "no-such-program" }, package = "p" }',
      "contenders: none of them can run here: no-such-program (no-such-program: not found; install p)")
end

function TestRun.test_failures_are_rows_with_their_reason()
   local result = run_alone([[
      { "command", argv = { "true" } },
      { "command", argv = { "sh", "-c", "echo 'went wrong' >&2; exit 3" }, label = "code" },
      { "command", argv = { "sh", "-c", "kill -SEGV $$" }, label = "signal" },
      { "command", argv = { "cat" }, cwd = "{out}/nowhere", label = "folder" },
      { "command", argv = { "cat" }, label = "reader" }, -- stdin is at its end
   ]])
   lu.assertEquals(result.code, 1)
   local reasons, kinds = {}, {}
   for _, row in ipairs(trials()) do
      reasons[row.label], kinds[row.label] = row.reason or "", row.status
      lu.assertTrue(#(row.stderr_tail or "") <= 4096)
   end
   lu.assertEquals(kinds, { ["true"] = "ok", code = "failed", signal = "failed", folder = "failed",
      reader = "ok" })
   lu.assertEquals(reasons.code, "sh exited with code 3: went wrong")
   lu.assertEquals(reasons.signal, "sh was killed by signal 11 (Segmentation fault)")
   lu.assertStrMatches(reasons.folder, "cwd: .*/nowhere: No such file or directory")
   lu.assertStrContains(result.stdout, "1 job: exit code 3 (sh exited with code 3: went wrong)")
end

function TestRun.test_what_does_not_end_is_ended_and_its_words_are_bounded()
   local result = run_alone([[
      { "command", argv = { "sh", "-c", "trap '' TERM; sleep 600" }, label = "late" },
      { "command", argv = { "sh", "-c", "yes | head -c 20000000; yes >&2 | head -c 1" }, label = "flood" },
   ]], 'timeout = "1s",')
   lu.assertEquals(result.code, 1)
   lu.assertEquals(#trials(), 2)
   for _, row in ipairs(trials()) do
      lu.assertEquals({ row.status, row.reason:match "^[^:]*" },
         { "timeout", "the trial did not end within 1 s" }, row.label)
      lu.assertTrue(#(row.stderr_tail or "") <= 4096)
   end
end

function TestRun.test_fewer_requests_than_jobs_are_named()
   lu.skipIf(not core.program_find "curl", "curl is not installed (package curl)")
   support.script(folder, [[workers = { 2 }, repeats = 1, warmup = 0, contenders = { "threads",
      { "command", argv = { "curl", "-s", "-o", "/dev/null", "{url}" }, label = "lazy" } }]])
   local result = bakeoff("test.lua", "--notes")
   lu.assertStrContains(result.stdout,
      "The server saw fewer requests than there were jobs: lazy, 1 request for 6 jobs.")
   lu.assertStrContains(result.stdout, "lazy, 5 failed and 0 lost of 6")
   lu.assertStrContains(result.stdout, "Bytes per trial differ")
end

function TestRun.test_daemons_are_ended_and_said()
   local result = run_alone('{ "command", argv = { "sh", "-c", ' ..
      '"setsid sleep 600 & echo $! >pid; sleep 0.05" } }', nil, "--notes")
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "Programs left processes behind, which were killed")
   local pid = support.slurp(folder .. "/pid"):match("%d+")
   lu.assertNil(core.file_kind("/proc/" .. pid))
end

TestResume = { setUp = set_up, tearDown = tear_down }

function TestResume.test_it_goes_on_where_the_command_is_the_same()
   local entry = '{ "command", argv = { "sh", "-c", "exit 0" }, env = { A = "%s", B = false }, ' ..
      'ok_codes = { 0 } }'
   lu.assertEquals(run_alone(entry:format "x", "repeats = 2,").code, 0)
   local result = run_alone(entry:format "x", "repeats = 3,", "--resume")
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   lu.assertEquals(#trials(), 3)
   result = run_alone(entry:format "y", "repeats = 3,", "--resume")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr,
      "--resume: this run has cells sh × 1 (argv { sh, -c, exit 0 }, env { A = y, B = false }")
end

TestEnd = { setUp = set_up, tearDown = tear_down }

-- Forks into sessions of its own, ignores all the signals it can, and writes its pids.
local STUBBORN = [[{ "command", label = "stubborn", argv = { "sh", "-c",
   "trap '' TERM HUP INT; echo $$ >a.new; setsid sh -c 'trap \"\" TERM HUP INT; echo $$ >b.new; " ..
   "(setsid sleep 600 & echo $! >c.new); mv b.new b; mv c.new c; sleep 600' & mv a.new a; sleep 600" } }]]

local function started()
   alone(STUBBORN)
   local run = support.start({ "bakeoff", "run", "test.lua" }, folder)
   local pids = {}
   for i, name in ipairs { "a", "b", "c" } do
      support.wait_for("process " .. name, function() return core.file_kind(folder .. "/" .. name) end)
      pids[i] = support.slurp(folder .. "/" .. name):match("%d+")
   end
   return run, pids
end

-- A zombie that nobody reaps (in a container, say) has ended too.
local function has_ended(pid)
   local file <close> = io.open("/proc/" .. pid .. "/stat")
   local state = file and (file:read("a") or ""):match("^%d+ %(.*%) (%a)")
   return state == nil or state == "Z" or state == "X"
end

local function assert_gone(pids)
   for i, pid in ipairs(pids) do
      local what = ("the end of process %d of the program"):format(i)
      support.wait_for(what, function() return has_ended(pid) end)
   end
end

function TestEnd.test_a_killed_bench_takes_everything_along()
   local run, pids = started()
   run:kill("KILL")
   lu.assertEquals(run:finish().signal, 9)
   assert_gone(pids)
   support.wait_for("the end of all", function() return #run:members() == 0 end)
end

function TestEnd.test_an_interrupt_does_so_too()
   local run, pids = started()
   run:kill("INT")
   lu.assertEquals(run:finish().code, 130)
   assert_gone(pids)
   lu.assertNil(core.file_kind(path_of "files~"))
end

function TestEnd.test_what_a_killed_run_left_is_removed_by_the_next()
   alone('{ "command", argv = { "sh", "-c", "echo {out} >begun; sleep 600" } }')
   local run = support.start({ "bakeoff", "run", "test.lua" }, folder)
   support.wait_for("the program", function() return core.file_kind(folder .. "/begun") end)
   run:kill("KILL")
   run:finish()
   lu.assertEquals(core.file_kind(path_of "files~"), "folder")
   lu.assertEquals(run_alone('{ "command", argv = { "sh", "-c", "echo {out} >begun; sleep 600" }, ' ..
      'ok_codes = "all" }', 'timeout = "100ms",', "--resume").code, 2) -- other options: refused
   alone('{ "command", argv = { "sh", "-c", "echo {out} >begun; sleep 600" } }', 'timeout = "100ms",')
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 1)
   lu.assertNil(core.file_kind(path_of "files~"))
end

os.exit(lu.LuaUnit.run(), true)
