--- The contender `command`: rows of single trials, with and without a server.
local lu = require "luaunit"

local core = require "bakeoff.core"
local server = require "bakeoff.net.server"
local variables = require "bakeoff.contenders.command.variables"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_trial.lua")
local files = dofile(here .. "../e2e/support_command.lua")

local folder, site

local function set_up()
   folder = files.folder()
   site = server.start {}
end

local function tear_down()
   site:stop()
   files.remove(folder)
end

local function slurp(name)
   local file <close> = assert(io.open(folder .. "/" .. name, "rb"))
   return file:read("a")
end

local function shell(script, entry, fields)
   entry = entry or {}
   entry.argv = { "sh", "-c", script, "sh", table.unpack(entry.words or {}) }
   entry.words = nil
   return support.run_command(fields or {}, entry)
end

TestAlone = { setUp = set_up, tearDown = tear_down }

function TestAlone.test_a_row()
   local row, result, jobs = shell "sleep 0.02"
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   lu.assertEquals(row.exit, { code = 0 })
   lu.assertEquals(row.jobs, { submitted = 1, done = 1, failed = 0, lost = 0 })
   lu.assertEquals(row.total_s, row.work_s)
   lu.assertEquals({ row.setup_s, row.teardown_s }, { 0, 0 })
   lu.assertTrue(row.total_s >= 0.02)
   lu.assertTrue(row.memory.footprint_peak_bytes > 100000)
   for _, absent in ipairs { "bytes", "connections", "in_flight_peak", "latency_s", "queue_s",
      "requests_per_s", "server", "stderr_tail", "startup_s" } do
      lu.assertNil(row[absent], absent)
   end
   lu.assertEquals(support.job_lines(result, jobs), {})
end

-- How many bytes the environment of a shell's trial has.
local function environment_bytes(fields)
   local row = shell("cat /proc/self/environ >'" .. folder .. "/environ'", {}, fields)
   return row, #slurp "environ"
end

function TestAlone.test_the_environment_grows_by_what_the_row_says()
   local row, usual = environment_bytes { shake = false }
   lu.assertNil(row.shake_bytes)
   local name = #"BAKEOFF_SHAKE=" + 1
   for seed = 1, 3 do
      local shaken, bytes = environment_bytes { seed = seed }
      lu.assertEquals(bytes, usual + name + shaken.shake_bytes)
   end
end

function TestAlone.test_sizes_are_seeded_and_spread_over_a_page()
   local cells = { { label = "a", workers = 1 }, { label = "b", workers = 1 }, { label = "a", workers = 2 } }
   local seen, count, least, most = {}, 0, math.huge, 0
   for block = 1, 100 do
      for _, cell in ipairs(cells) do
         local planned = { cell = cell, block = block }
         local bytes = variables.shake(planned, 7)
         lu.assertEquals(variables.shake(planned, 7), bytes)
         lu.assertNotEquals({ bytes, variables.shake(planned, 9) }, { bytes, bytes })
         count, seen[bytes] = count + (seen[bytes] and 0 or 1), true
         least, most = math.min(least, bytes), math.max(most, bytes)
      end
   end
   lu.assertTrue(count > 250 and least >= 0 and least < 400 and most > 3700 and most < 4096)
end

function TestAlone.test_failures_say_why()
   local row = shell "echo first >&2; echo 'no luck' >&2; exit 7"
   lu.assertEquals({ row.status, row.reason }, { "failed", "sh exited with code 7: no luck" })
   lu.assertEquals(row.exit, { code = 7 })
   lu.assertEquals(row.stderr_tail, "first\nno luck\n")
   lu.assertEquals(row.jobs, { submitted = 1, done = 0, failed = 1, lost = 0 })
   row = shell "kill -KILL $$"
   lu.assertEquals({ row.status, row.reason, row.exit }, { "failed", "sh was killed by signal 9 (Killed)",
      { signal = 9 } })
end

function TestAlone.test_exit_codes_that_count_as_success()
   lu.assertEquals(shell("exit 3", { ok_codes = { 0, 3 } }).status, "ok")
   lu.assertEquals(shell("exit 255", { ok_codes = "all" }).status, "ok")
   lu.assertEquals(shell("exit 0", { ok_codes = { 3 } }).reason, "sh exited with code 0")
   lu.assertEquals(shell("kill -9 $$", { ok_codes = "all" }).status, "failed")
end

function TestAlone.test_binary_on_stderr_is_made_printable()
   local row = shell [[printf 'a\000\033[1m\377b \303\244' >&2; exit 1]]
   lu.assertEquals(row.stderr_tail, [[a\x00\x1b[1m\xffb ä]])
   lu.assertEquals(row.reason, [[sh exited with code 1: a\x00\x1b[1m\xffb ä]])
end

function TestAlone.test_a_flood_is_bounded()
   local row = shell "head -c 3000000 /dev/zero | tr '\\0' x >&2; head -c 3000000 /dev/zero; exit 1"
   lu.assertEquals(row.stderr_tail, ("x"):rep(4096))
   lu.assertEquals(row.reason, "sh exited with code 1: " .. ("x"):rep(200) .. "…")
end

function TestAlone.test_processes_left_behind_are_said()
   lu.assertEquals(shell("setsid sleep 600 & sleep 0.05; exit 0").left_behind, 1)
end

-- Even if it ends before anybody can look at it.
function TestAlone.test_a_tree_says_how_large_it_can_have_been()
   for _ = 1, 20 do
      local memory = shell("(:); (:); exit 0").memory
      lu.assertTrue(memory.footprint_peak_high_unknown
         or memory.footprint_peak_high_bytes > memory.footprint_peak_bytes)
   end
   local alone = shell("exit 0").memory
   lu.assertNil(alone.footprint_peak_high_unknown)
   lu.assertEquals(alone.footprint_peak_high_bytes, alone.footprint_peak_bytes)
end

function TestAlone.test_environment_folder_and_files()
   local row = shell("pwd; echo \"$A|$HOME|$1|$2\"; cat", { words = { "{repeat}", "{seed}" }, cwd = folder,
      env = { A = "w{workers}", HOME = false }, stdin = folder .. "/in{seed}", stdout = folder .. "/out",
      workers = 5 }, { seed = 9 })
   lu.assertStrContains(row.reason, "/in9: No such file or directory")
   files.write(folder .. "/in9", "read")
   row = shell("pwd; echo \"$A|$HOME|$1|$2\"; cat", { words = { "{repeat}", "{seed}" }, cwd = folder,
      env = { A = "w{workers}", HOME = false }, stdin = folder .. "/in{seed}", stdout = folder .. "/out",
      workers = 5 }, { seed = 9 })
   lu.assertEquals({ row.status, row.workers }, { "ok", 5 })
   lu.assertEquals(slurp "out", ("%s\nw5||2|9\nread"):format(folder))
end

function TestAlone.test_items_and_out()
   local row = shell("cat $1 >$3/copy; cp $3/copy $2; ls $3; echo $3 >$4; echo $5 >>$4", {
      words = { "{items}", folder .. "/items", "{out}", folder .. "/where", "{count}" } },
      { items = { "a b", 2, 0.5 } })
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   lu.assertEquals(row.jobs.done, 3)
   lu.assertEquals(slurp "items", "a b\n2\n0.5\n")
   local out, count = slurp("where"):match("^(.-)\n(.-)\n$")
   lu.assertEquals(count, "3")
   lu.assertNil(core.file_kind(out), "the folder must go with the trial")
end

function TestAlone.test_an_empty_run_is_the_start_up()
   local row = shell("sleep 0.2", { empty = { "sleep", 0.05 } })
   lu.assertEquals(row.status, "ok")
   lu.assertTrue(row.startup_s >= 0.05)
   row = shell("exit 0", { empty = { "sh", "-c", "echo bad >&2; exit 2" } })
   lu.assertEquals({ row.status, row.reason }, { "failed", "empty: sh exited with code 2: bad" })
   lu.assertNil(row.exit)
end

function TestAlone.test_prepare_runs_first_and_must_not_fail()
   local row = shell("test -e $1/made", { words = { "{out}" }, prepare = { "touch", "{out}/made" } })
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   row = shell("touch $1/ran", { words = { folder }, prepare = { "false" } })
   lu.assertEquals({ row.status, row.reason }, { "failed", "prepare: false exited with code 1" })
   lu.assertNil(core.file_kind(folder .. "/ran"))
   row = shell("exit 0", { prepare = { "no-such-program" } })
   lu.assertEquals(row.reason, "prepare: no-such-program: not found")
end

function TestAlone.test_time_is_limited()
   local limit, row = 0.1
   repeat -- on a busy machine it may not even start in time
      limit = 2 * limit
      row = shell("trap '' TERM; echo working >&2; sleep 600", nil, { timeout = limit })
      lu.assertEquals({ row.status, row.reason },
         { "timeout", ("the trial did not end within %g s"):format(limit) })
   until row.stderr_tail or limit > 60
   lu.assertEquals(row.stderr_tail, "working\n")
   row = shell("exit 0", { empty = { "sleep", 600 } }, { timeout = "200ms" })
   lu.assertEquals(row.status, "timeout")
end

TestServer = { setUp = set_up, tearDown = tear_down }

-- The smallest possible client: curl makes one request per line of a file.
local CURL = "xargs -n 1 curl -s -o /dev/null <$1"

local function fetch(script, count, options)
   site:stop()
   site = server.start(options or {})
   return shell(script, { words = { "{urls}", "{url}" } }, { urls = site:urls("/page/%d", count) })
end

function TestServer.setUp()
   set_up()
   lu.skipIf(not core.program_find "curl", "curl is not installed (package curl)")
end

function TestServer.test_what_the_server_counted_is_what_was_done()
   local row = fetch(CURL, 8)
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   lu.assertEquals(row.jobs, { submitted = 8, done = 8, failed = 0, lost = 0 })
   lu.assertEquals(row.server, { requests = 8, connections = 8, bytes = 8 * 2048, errors = 0, faults = 0 })
   lu.assertEquals({ row.bytes, row.connections }, { 8 * 2048, 8 })
   lu.assertAlmostEquals(row.requests_per_s, 8 / row.work_s, 1e-6)
end

function TestServer.test_one_that_does_less_is_found_out()
   local row = fetch("head -n 5 $1 | xargs -n 1 curl -s -o /dev/null", 8)
   lu.assertEquals(row.status, "ok")
   lu.assertEquals(row.jobs, { submitted = 8, done = 5, failed = 3, lost = 0 })
   lu.assertEquals(row.reason, "3 of 8 jobs failed: the server saw 5 requests and answered 0 with an error")
   row = fetch("exit 0", 8)
   lu.assertEquals(row.status, "failed")
   lu.assertEquals(row.reason, "8 of 8 jobs failed: the server saw 0 requests and answered 0 with an error")
end

function TestServer.test_one_that_does_more_has_done_its_jobs()
   local row = fetch(CURL .. "; curl -s $2 >/dev/null", 3)
   lu.assertEquals({ row.jobs.done, row.server.requests }, { 3, 4 })
end

function TestServer.test_answers_with_errors_are_no_work()
   local row = fetch(CURL, 6, { errors = 1 })
   lu.assertEquals(row.status, "failed")
   lu.assertEquals(row.jobs, { submitted = 6, done = 0, failed = 6, lost = 0 })
   lu.assertEquals(row.reason, "6 of 6 jobs failed: the server saw 6 requests and answered 6 with an error")
end

os.exit(lu.LuaUnit.run(), true)
