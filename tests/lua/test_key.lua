--- The key of a run: each part of it changes with what it stands for, and with nothing else.
local lu = require "luaunit"
local keys = require "bakeoff.experiment.key"
local manifests = require "bakeoff.experiment.manifest"
local measured = require "bakeoff.experiment"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/../e2e/support_command.lua")

local URL = "http://127.0.0.1:%d/%d"

local function key_of(given, settings)
   given.name, given.contenders = "x", given.contenders or { "sequential" }
   return keys.of(measured.new(given, settings or {}))
end

-- "group name" of each part that differs.
local function changed(a, b)
   local names = {}
   for _, one in ipairs(keys.differences(a, b)) do
      names[#names + 1] = one.group .. ": " .. one.name
   end
   lu.assertEquals(a.digest == b.digest, #names == 0)
   return names
end

local function names_of(parts) return require("bakeoff.base.text").sorted_keys(parts) end

local function urls(port) return { URL:format(port, 1), URL:format(port, 2) } end

TestParts = {}

function TestParts.test_the_same_experiment_has_the_same_key()
   local function make(port)
      local limit = { 3, x = { 4 } }
      return key_of { urls = urls(port), process = function() return limit[1] end, request = { timeout = 3 } }
   end
   lu.assertEquals(changed(make(8080), make(8081)), {})
end

function TestParts.test_each_change_is_named()
   local function with(limit) return function() return limit end end
   local function task(process) return { items = { 1, 2 }, task = process } end
   local base = key_of(task(with(1)))
   local base_urls = key_of { urls = urls(1), process = with(1) }
   for _, case in ipairs {
      { base, task(with(2)), "code: upvalue 'limit' of task" },
      { base, task(function() return 1 end), "code: the code of task", "code: upvalue 'limit' of task" },
      { base, { items = { 1, 3 }, task = with(1) }, "data: the list of items" },
      { base, { items = { 1, 2 }, task = with(1), shared = { 1 } }, "data: the table 'shared'" },
      { base, { items = { 1, 2 }, task = with(1), sample_every = "20ms" },
         "spec: memory_samples_every_s" },
      { base, { items = { 1, 2 }, task = with(1),
         contenders = { { "sequential", session = "per-request" } } }, "spec: cells" },
      { base_urls, { urls = urls(1), process = with(1), request = { timeout = 3 } }, "spec: request" },
      { base_urls, { urls = urls(1), process = with(2) }, "code: upvalue 'limit' of process" },
      { base_urls, { urls = { URL:format(1, 3), URL:format(1, 2) }, process = with(1) },
         "spec: urls_sha256" },
   } do
      lu.assertEquals(changed(case[1], key_of(case[2])), table.move(case, 3, #case, 1, {}))
   end
end

function TestParts.test_a_run_may_grow()
   local function with(repeats, timeout)
      return key_of { items = { 1 }, task = print, repeats = repeats, timeout = timeout }
   end
   lu.assertEquals(changed(with(5, "1s"), with(10, "2s")), {})
end

function TestParts.test_options_of_the_script_count()
   local function with(days) return key_of({ items = { 1 }, task = print }, { options = { days = days } }) end
   lu.assertEquals(changed(with(1), with(1)), {})
   lu.assertEquals(changed(with(1), with(2)), { "options: days" })
end

function TestParts.test_what_cannot_be_compared_is_named_once()
   local file = io.tmpfile()
   local key = key_of { items = { 1, 2 }, task = function() return file, file end }
   lu.assertEquals(key.unknown, { { what = "upvalue 'file' of task", kind = "a userdata" } })
   lu.assertNil(key_of({ items = { 1 }, task = print }).unknown)
end

TestFiles = {}

local folder

function TestFiles.setUp() folder = support.folder() end

function TestFiles.tearDown() support.remove(folder) end

-- The key of a script in `folder`, as `bakeoff run` finds its modules.
local function key_of_script()
   local path = package.path
   package.path = folder .. "/?.lua;" .. path
   local key = key_of({ items = { 1 }, task = print }, { script = "s.lua", script_folder = folder })
   package.path = path
   return key
end

-- Modules that a task requires when it runs are found, and modules of modules.
function TestFiles.test_modules_that_the_script_requires_count()
   support.write(folder .. "/s.lua", 'local function task() return require "outer_of_key" end')
   support.write(folder .. "/outer_of_key.lua", "return require('inner_of_key')")
   support.write(folder .. "/inner_of_key.lua", "return 1")
   local before = key_of_script()
   support.write(folder .. "/outer_of_key.lua", "-- a comment\nreturn require('inner_of_key')")
   lu.assertEquals(changed(before, key_of_script()), {})
   support.write(folder .. "/inner_of_key.lua", "return 2")
   lu.assertEquals(changed(before, key_of_script()), { "modules: module 'inner_of_key'" })
end

function TestFiles.test_programs_and_their_scripts_count()
   local program, script = folder .. "/prog", folder .. "/job.sh"
   local function key()
      return key_of { contenders = { { "command", argv = { program, script, "out.txt" }, label = "p" } } }
   end
   support.write(program, "#!/bin/sh\n")
   support.write(script, "true\n")
   assert(os.execute(("chmod +x '%s'"):format(program)))
   local before = key()
   lu.assertEquals(changed(before, key()), {})
   support.write(script, "false\n")
   lu.assertEquals(changed(before, key()), { "programs: file 'job.sh' of p" })
   support.write(program, "#!/bin/sh\n:\n")
   lu.assertEquals(changed(before, key()), { "programs: file 'job.sh' of p", "programs: file 'prog' of p" })
end

-- Where python3 comes from says where a run was measured, not what.
function TestFiles.test_installed_programs_are_a_group_of_their_own()
   local script, own = folder .. "/job.sh", require("bakeoff.base.own_command").path()
   support.write(script, "true\n")
   local one = key_of { contenders = { { "command", argv = { "sh", script }, label = "p" },
      { "command", argv = { own, "--version" }, label = "q" } } }
   one.installed["module 'luaunit'"] = nil -- of this test
   lu.assertEquals(names_of(one.installed), { "file 'bakeoff' of q", "file 'sh' of p" })
   lu.assertEquals(names_of(one.programs), { "file 'job.sh' of p" })
   -- Keys of earlier versions had them among the others.
   local earlier = { digest = "earlier", programs = { ["file 'bakeoff' of q"] = "other" } }
   for name, digest in pairs(one) do
      earlier[name] = earlier[name] or name ~= "installed" and digest or nil
   end
   for name, digest in pairs(one.installed) do
      earlier.programs[name] = earlier.programs[name] or digest
   end
   earlier.programs["file 'job.sh' of p"] = one.programs["file 'job.sh' of p"]
   lu.assertEquals(changed(earlier, one), { "installed: file 'bakeoff' of q" })
end

TestScript = {}

TestScript.setUp, TestScript.tearDown = TestFiles.setUp, TestFiles.tearDown

local function git(words)
   local line = "cd '%s' && git -c user.name=t -c user.email=t@t -c init.defaultBranch=m %s >/dev/null 2>&1"
   return os.execute(line:format(folder, words))
end

-- The manifest says which script it was: the digest of its text, and the state of its repository.
function TestScript.test_the_script_and_its_revision_are_on_record()
   support.write(folder .. "/s.lua", "return 1")
   local experiment = measured.new({ name = "x", items = { 1 }, task = print, contenders = { "sequential" } },
      { script = "s.lua", script_folder = folder, no_charts = true })
   local first = manifests.new(experiment)
   lu.assertEquals(#first.script_sha256, 64)
   lu.assertNil(first.revision)
   if not git "init" then
      lu.skip "git is not installed"
   end
   git "add s.lua"
   git "commit -m first"
   local committed = manifests.new(experiment)
   lu.assertEquals({ #committed.revision.commit, committed.revision.dirty }, { 40, false })
   lu.assertEquals(committed.script_sha256, first.script_sha256)
   support.write(folder .. "/s.lua", "return 2")
   local edited = manifests.new(experiment)
   lu.assertEquals(edited.revision, { commit = committed.revision.commit, dirty = true })
   lu.assertNotEquals(edited.script_sha256, first.script_sha256)
end

os.exit(lu.LuaUnit.run(), true)
