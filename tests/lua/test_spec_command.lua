--- Entries { "command", … }: what they may contain, with which jobs they go, and which programs can run here.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local plan = require "bakeoff.experiment.plan"
local spec = require "bakeoff.experiment.spec"
local spec_contenders = require "bakeoff.experiment.spec_contenders"

local URLS = { "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b" }

local function check(entry, fields, settings)
   local full = { name = "x", contenders = { entry } }
   entry[1] = entry[1] or "command"
   for key, value in pairs(fields or {}) do
      full[key] = value
   end
   return spec.check(full, settings or {})
end

local function refusal_of(...)
   local ok, problem = pcall(...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem), tostring(problem))
   lu.assertEquals(problem.exit_code, 2)
   lu.assertNotStrContains(problem.message, "\n")
   return problem.message
end

local function assert_refused(entry, expected, fields, settings)
   local message = refusal_of(check, entry, fields, settings)
   lu.assertEquals(message:sub(1, #expected), expected)
end

TestFields = {}

function TestFields.test_all_of_them()
   local entry = check({ argv = { "python3", "peer.py", "{urls}", 5, 0.5 }, label = "aiohttp",
      workers = { 4, 2 }, model = "eventloop", env = { A = "{seed}", B = 1, C = false }, cwd = "/tmp",
      stdin = "{urls}",
      stdout = "{out}/x", empty = { "true" }, prepare = { "sync" }, check = { "true" }, package = "p",
      ok_codes = { 0, 3.0 } }, { urls = URLS }).contenders[1]
   lu.assertEquals(entry.label, "aiohttp")
   lu.assertEquals(entry.workers, { 4, 2 })
   lu.assertEquals(entry.options.argv, { "python3", "peer.py", "{urls}", "5", "0.5" })
   lu.assertEquals(entry.options.env, { A = "{seed}", B = "1", C = false })
   lu.assertEquals(entry.options.ok_codes, { 0, 3 })
   local uses = {}
   for name in pairs(entry.uses) do
      uses[#uses + 1] = name
   end
   lu.assertItemsEquals(uses, { "urls", "seed", "out" })
end

function TestFields.test_the_label_is_the_name_of_the_program()
   lu.assertEquals(check({ argv = { "/usr/bin/curl", "-s" } }).contenders[1].label, "curl")
   assert_refused({ argv = { "a\tb" } }, "contenders[1]: label 'a?b' contains a tab")
end

function TestFields.test_argv()
   local words = "contenders[1]: argv: expected a list of words"
   assert_refused({}, "contenders[1]: argv: a command needs the words of its command line")
   for _, bad in ipairs { "curl -s", 5, true } do
      assert_refused({ argv = bad }, words .. ", such as")
   end
   assert_refused({ argv = {} }, words .. " with the keys 1, 2, 3, …; this one is empty")
   assert_refused({ argv = { "a", nil, "c" } }, words)
   assert_refused({ argv = { name = "a" } },
      words .. " with the keys 1, 2, 3, …; this table has others, or gaps")
   assert_refused({ argv = { "a", true } }, "contenders[1]: argv[2]: expected a text, got a boolean")
   assert_refused({ argv = { "a", { "b" } } }, "contenders[1]: argv[2]: expected a text, got a table")
   assert_refused({ argv = { "a", "b\0c" } }, "contenders[1]: argv[2]: a word of a command cannot contain")
   assert_refused({ argv = { "" } }, "contenders[1]: argv[1]: expected the name of a program")
   assert_refused({ argv = { "a", "{wokers}" } },
      "contenders[1]: argv[2]: '{wokers}' is not a placeholder (did you mean '{workers}'?); the " ..
      "placeholders are {")
end

function TestFields.test_wrong_types_of_the_others()
   local function refused(field, value, expected)
      assert_refused({ argv = { "true" }, [field] = value }, "contenders[1]: " .. field .. expected)
   end
   for _, field in ipairs { "empty", "prepare", "check" } do
      refused(field, "true", ": expected a list of words")
      refused(field, {}, ": expected a list of words")
      refused(field, { false }, "[1]: expected a text, got a boolean")
   end
   for _, field in ipairs { "cwd", "stdin", "stdout" } do
      for _, bad in ipairs { "", 5, true, {}, "a\0b" } do
         refused(field, bad, ": expected the name of a file or folder, got '")
      end
   end
   refused("env", "A=b", ": expected a table, such as")
   refused("env", { "A=b" }, ": '1' is not the name of a variable")
   refused("env", { ["A=b"] = "c" }, ": 'A=b' is not the name")
   refused("env", { A = true }, ".A: expected a text, or false to remove the variable, got true")
   refused("env", { A = {} }, ".A: expected a text, got a table")
   refused("env", { A = "{x}" }, ".A: '{x}' is not a placeholder")
   for _, bad in ipairs { -1, 256, 1.5, "0", true } do
      refused("ok_codes", { bad }, (": '%s' is not an exit code; write a list of whole numbers"):format(bad))
   end
   refused("ok_codes", {}, ": the list is empty")
   refused("model", "event loop", ": 'event loop' is none of: coroutines, eventloop, ")
   refused("package", "", ": expected the name of a package")
   refused("package", 5, ": expected the name of a package")
   assert_refused({ argv = { "a" }, workers = { 0 } }, "contenders[1]: workers[1]: '0' is not accepted")
   refused("workers", {}, ": expected a list of worker counts")
end

function TestFields.test_fields_belong_to_somebody()
   assert_refused({ "threads", argv = { "true" } }, "contenders[1]: argv belongs to command, not to threads",
      { urls = URLS })
   assert_refused({ argv = { "true" }, gil = true }, "contenders[1]: gil belongs to threads, not to command")
   assert_refused({ argv = { "true" }, session = "shared" },
      "contenders[1]: session: a command makes its own connections")
   assert_refused({ argv = { "true" }, comand = 1 }, "contenders[1]: unknown field 'comand'")
   assert_refused({ "sequential", workers = { 2 } }, "contenders[1]: workers: sequential always has 1",
      { urls = URLS })
   lu.assertEquals(check({ "sequential", workers = { 1 } }, { urls = URLS }).contenders[1].workers, { 1 })
end

function TestFields.test_the_command_line_cannot_name_one()
   assert_refused({ "threads" }, "--contenders: 'command' alone names no program", { urls = URLS },
      { contenders = { "command" } })
   local picked = check({ argv = { "true" } }, { urls = URLS }, { contenders = { "command", "threads" } })
   lu.assertEquals({ picked.contenders[1].label, picked.contenders[2].label }, { "true", "threads" })
end

TestJob = {}

function TestJob.test_alone_they_need_no_job()
   local full = check { argv = { "true" } }
   lu.assertEquals({ full.form, full.count, full.urls, full.items }, { "command", 1 })
   full = check({ argv = { "true", "{items}" } }, { items = { 1, "b" } })
   lu.assertEquals({ full.form, full.count, full.task }, { "task", 2 })
   full = check({ argv = { "true", "{urls}" } }, { urls = URLS })
   lu.assertEquals({ full.form, full.count }, { "urls", 2 })
end

function TestJob.test_with_others_the_job_is_theirs_as_well()
   local two = { { "command", argv = { "true" } }, "threads" }
   lu.assertStrContains(refusal_of(spec.check, { name = "x", contenders = two }, {}), "urls: expected a list")
   lu.assertStrContains(refusal_of(spec.check, { name = "x", contenders = two, items = { 1 } }, {}),
      "task: expected a function")
   lu.assertStrContains(refusal_of(check, { argv = { "true" } }, { process = print }), "urls: expected")
end

function TestJob.test_placeholders_need_what_they_name()
   assert_refused({ argv = { "a", "{urls}" } }, "contenders[1]: '{urls}' needs URLs")
   assert_refused({ argv = { "a", "{url}" } }, "contenders[1]: '{url}' needs URLs", { items = { 1 } })
   assert_refused({ argv = { "a", "{items}" } }, "contenders[1]: '{items}' needs items", { urls = URLS })
   assert_refused({ argv = { "a", "{items}" } },
      "contenders[1]: {items} writes texts and numbers to a file, but items[2] is a table",
      { items = { 1, {} } })
   assert_refused({ argv = { "a", "{items}" } },
      "contenders[1]: {items} writes one item per line, but items[1] contains a line break",
      { items = { "a\nb" } })
end

function TestJob.test_worker_counts()
   local function counts(entry, fields)
      local list = {}
      for i, cell in ipairs(plan.cells(check(entry, fields))) do
         list[i] = { cell.workers, cell.untold }
      end
      return list
   end
   local fields = { workers = { 2, 8 } }
   lu.assertEquals(counts({ argv = { "a", "{workers}" } }, fields), { { 2 }, { 8 } })
   lu.assertEquals(counts({ argv = { "a" }, env = { N = "{workers}" } }, fields), { { 2 }, { 8 } })
   lu.assertEquals(counts({ argv = { "a" } }, fields), { { 1, true } }) -- it is not told the count
   lu.assertEquals(counts({ argv = { "a" }, workers = { 4 } }, fields), { { 4 } })
   lu.assertEquals(counts({ argv = { "a", "{workers}" }, workers = { 4 } }, fields), { { 4 } })
   fields.urls = URLS
   lu.assertEquals(counts({ "threads", workers = { 3 } }, fields), { { 3 } })
end

TestPresence = {}

local function present(...)
   local entries = {}
   for i, entry in ipairs { ... } do
      entry[1], entry.label = "command", entry.label or "c" .. i
      entries[i] = entry
   end
   return spec_contenders.present(spec.check({ name = "x", contenders = entries }, {}).contenders)
end

function TestPresence.test_a_missing_program_is_a_mistake_unless_a_package_has_it()
   lu.assertEquals(refusal_of(present, { argv = { "no-such-program" } }), "contenders[1]: argv[1]: " ..
      "no-such-program: not found; write the name of a program that is installed, or say with package = " ..
      "\"…\" what to install")
   lu.assertStrContains(refusal_of(present, { argv = { "/etc/passwd" } }), "/etc/passwd: not executable")
   lu.assertStrContains(refusal_of(present, { argv = { "./sh" }, cwd = "/etc" }), "./sh: not found")
   local entries, missing = present({ argv = { "no-such-program" }, package = "some-package" },
      { argv = { "true" } }, { argv = { "./sh" }, cwd = "/bin" }, { argv = { "{out}/made-later" } })
   lu.assertEquals({ entries[1].label, entries[2].label, entries[3].label, entries[4] },
      { "c2", "c3", "c4" })
   lu.assertEquals(missing, { { label = "c1", contender = "command", reason = "no-such-program: not found",
      package = "some-package" } })
end

function TestPresence.test_its_own_path_is_searched()
   lu.assertStrContains(refusal_of(present, { argv = { "true" }, env = { PATH = "/nowhere" } }),
      "true: not found")
   lu.assertEquals(#present { argv = { "true" }, env = { PATH = "/bin" } }, 1)
end

function TestPresence.test_a_check_that_fails()
   local entries, missing = present({ argv = { "true" } },
      { argv = { "true" }, check = { "sh", "-c", "echo one >&2; echo two >&2; exit 3" }, package = "p" },
      { argv = { "true" }, check = { "sh", "-c", "kill -9 $$" } }, { argv = { "true" }, check = { "true" } },
      { argv = { "true" }, check = { "no-such-program" } })
   lu.assertEquals({ #entries, entries[2].label }, { 2, "c4" })
   lu.assertEquals({ missing[1].reason, missing[1].package }, { "its check exited with code 3: two", "p" })
   lu.assertEquals({ missing[2].reason, missing[2].package }, { "its check was killed by signal 9" })
   lu.assertEquals(missing[3].reason, "no-such-program: not found")
end

function TestPresence.test_a_check_sees_what_the_program_will_see()
   local function is_there(words, env, cwd)
      return #present({ argv = { "true" } },
         { argv = { "/bin/true" }, check = words, env = env, cwd = cwd }) == 2
   end
   lu.assertTrue(is_there({ "sh", "-c", 'test "$A" = b && test "$PWD" = /etc' }, { A = "b" }, "/etc"))
   lu.assertTrue(is_there({ "sh", "-c", 'test -z "$HOME"' }, { HOME = false, B = "{workers}" }))
   lu.assertTrue(is_there({ "./sh", "-c", "true" }, nil, "/bin"))
   lu.assertFalse(is_there({ "sh", "-c", "true" }, { PATH = "/nowhere:/proc" }))
end

function TestPresence.test_nobody_left_is_refused()
   lu.assertEquals(refusal_of(present, { argv = { "no-such-program" }, package = "p" },
      { argv = { "true" }, check = { "false" } }), "contenders: none of them can run here: c1 " ..
      "(no-such-program: not found; install p), c2 (its check exited with code 1)")
end

TestRecord = {}

function TestRecord.test_programs_beside_the_script_have_no_place_on_this_machine()
   local here_is = require("bakeoff.core").absolute "."
   local above = here_is:match("^(.+)/[^/]+$")
   local argv = { "python3", here_is .. "/peers/a.py", here_is, above .. "/b/c.py", "/etc/x" }
   local entry = check({ argv = argv }).contenders[1]
   lu.assertEquals(spec_contenders.record(entry, here_is).argv,
      { "python3", "{script_folder}/peers/a.py", "{script_folder}", "{script_folder}/../b/c.py", "/etc/x" })
   lu.assertEquals(spec_contenders.record(entry, "/here").argv[5], "/etc/x")
   lu.assertEquals(spec_contenders.record(entry).argv[2], here_is .. "/peers/a.py")
end

function TestRecord.test_secrets_stay_out_of_it()
   local entry = check({ argv = { "curl", "http://me:word@127.0.0.1/", "a@b" },
      env = { MY_TOKEN = "x", PASSWORD = "y", LANG = "C", GONE = false } }).contenders[1]
   lu.assertEquals(spec_contenders.record(entry), { argv = { "curl", "http://…@127.0.0.1/", "a@b" },
      env = { MY_TOKEN = "…", PASSWORD = "…", LANG = "C", GONE = false } })
   lu.assertEquals(entry.options.env.MY_TOKEN, "x")
end

function TestRecord.test_every_name_of_a_secret_is_known()
   local names = { "GITHUB_TOKEN", "client_secret", "PGPASSWORD", "PASSWD", "AWS_CREDENTIALS", "API_KEY",
      "MyApiKey", "AUTHORIZATION", "PROXY_AUTH" }
   for _, name in ipairs(names) do
      local entry = check({ argv = { "curl" }, env = { [name] = "sesame", LANG = "C" } }).contenders[1]
      lu.assertEquals(spec_contenders.record(entry).env, { [name] = "…", LANG = "C" }, name)
   end
end

function TestRecord.test_the_command_is_named_as_users_call_it()
   local own = require("bakeoff.base.own_command").path()
   local entry = check({ argv = { own, "run", "/tmp/y.lua" }, empty = { own, "--version" } }).contenders[1]
   local record = spec_contenders.record(entry, "/tmp")
   lu.assertEquals({ record.argv[1], record.empty }, { "bakeoff", { "bakeoff", "--version" } })
   lu.assertEquals(entry.options.argv[1], own)
   lu.assertTrue(own:find("/bakeoff$") ~= nil, own)
end

os.exit(lu.LuaUnit.run(), true)
