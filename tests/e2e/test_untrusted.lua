--- `bakeoff run --untrusted`: the ways out of support_escapes.lua, all refused, each for the reason that was
-- meant. tests/e2e/escape tries what Lua can't. What is used up: test_untrusted_limits.lua; what works:
-- test_untrusted_runs.lua.
local lu = require "luaunit"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_untrusted.lua")
local attempts = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_escapes.lua")

local run, words_of, run_script = support.run, support.words_of, support.run_script
local build, TOOL, KEEPER = os.getenv "BAKEOFF_BUILD", support.TOOL, support.KEEPER

-- --- where it can't be had --------------------------------------------------------------------------

TestRefusal = {}

function TestRefusal:setUp() self.folder = support.folder() end

function TestRefusal:tearDown() support.remove(self.folder) end

local function refused(self, words, expected)
   support.write(self.folder .. "/x.lua", "print 'it ran'")
   local ran = run({ "bakeoff", "run", "x.lua", table.unpack(words) }, { folder = self.folder })
   lu.assertEquals(ran.code, 2, ran.stderr)
   lu.assertStrContains(ran.stderr, expected)
   lu.assertNotStrContains(ran.stdout, "it ran")
end

function TestRefusal:test_the_home_folder_is_no_place_for_results()
   refused(self, { "--untrusted", "--out", "/" }, "could change all of")
   refused(self, { "--untrusted", "--out", os.getenv "HOME" or "/root" }, "could change all of")
end

function TestRefusal:test_what_only_confinement_understands_is_not_ignored()
   refused(self, { "--allow-host", "example.org" }, "has no effect without --untrusted")
   refused(self, { "--allow-run", "sh" }, "has no effect without --untrusted")
   refused(self, { "--untrusted", "--allow-run", "nosuchprogram" }, "name a program that is installed")
   refused(self, { "--untrusted", "--allow-host", "no host" }, "write a host name")
   refused(self, { "--untrusted", "--allow-env", "A=B" }, "the name of a variable")
end

function TestRefusal:test_a_link_on_the_way_is_named()
   os.execute(("cd %s && mkdir real && ln -s real link"):format(support.quoted(self.folder)))
   refused(self, { "--untrusted", "--out", "link" }, "leads through a link")
end

function TestRefusal:test_a_machine_that_cannot_confine_runs_nothing()
   -- No new namespaces, as in many containers: inside a confined process, nothing can be confined.
   lu.skipIf(not support.can_confine, support.probe.stdout)
   local ran = run { KEEPER, "--run", "/", "--write", self.folder, "--", KEEPER, "--", "/bin/true" }
   lu.assertEquals(ran.code, 125, ran.stderr)
   lu.assertStrContains(ran.stderr, "can't confine it: ")
end

function TestRefusal:test_a_user_without_namespaces_is_told_so_in_one_line()
   local line = [[echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" "$@"]]
   lu.skipIf(run { "unshare", "-Ur", "sh", "-c", line, "true" }.code ~= 0, "no unshare")
   support.write(self.folder .. "/x.lua", "print 'it ran'")
   local ran = run({ "unshare", "-Ur", "sh", "-c", line, build .. "/bakeoff", "run", "--untrusted", "x.lua" },
      { folder = self.folder })
   lu.assertEquals(ran.code, 2, ran.stderr)
   lu.assertEquals(ran.stdout, "")
   lu.assertStrMatches(ran.stderr, "bakeoff: %-%-untrusted: nothing was run, because [^\n]*\n")
end

-- --- ways out ---------------------------------------------------------------------------------------

TestEscapes = {}

TestEscapes.setUp, TestEscapes.tearDown = support.begin, support.tidy

local SECRET = { environment = { BAKEOFF_TEST_SECRET = "hush" } }

function TestEscapes:test_each_is_refused_for_its_reason()
   local site <close> = bake.server {}
   self.port = site:url("/"):match ":(%d+)"
   for _, one in ipairs(attempts(self)) do
      support.write(self.out .. "/mine", "mine")
      local ran = run(words_of(self, one[2]), SECRET)
      local expected = ("%s: refused: %s\n"):format(one[2][1], one[3])
      lu.assertEquals(ran.stdout, expected, one[1] .. ": " .. ran.stderr)
      lu.assertEquals(ran.code, 0, one[1])
      lu.assertNil(core.file_kind(self.outside), one[1])
   end
end

-- Otherwise the test above would also hold for attempts that try nothing.
function TestEscapes:test_without_confinement_they_get_out()
   local site <close> = bake.server {}
   self.port = site:url("/"):match ":(%d+)"
   for _, one in ipairs(attempts(self)) do
      support.write(self.out .. "/mine", "mine")
      if one.free then
         local ran = run({ TOOL, table.unpack(one[2]) }, SECRET)
         lu.assertStrContains(ran.stdout, one[2][1] .. ": OUT\n", one[1])
         os.remove(self.outside)
      end
   end
end

function TestEscapes:test_a_descriptor_of_the_caller_is_not_passed_on()
   local line = { "sh", "-c", 'exec 9<"$0"; exec "$@"', self.script }
   local confined = words_of(self, { "descriptor" })
   table.move(confined, 1, #confined, #line + 1)
   local ran = run(table.move(line, 1, #line, 1, confined))
   lu.assertEquals(ran.stdout, "descriptor: refused: Bad file descriptor\n")
   local free = run { "sh", "-c", 'exec 9<"$0"; exec "$@"', self.script, TOOL, "descriptor" }
   lu.assertEquals(free.stdout, "descriptor: OUT\n")
end

-- --- from Lua ---------------------------------------------------------------------------------------

function TestEscapes:test_a_script_starts_nothing_and_loads_nothing()
   local ran = run_script(self, [[
      print("shell", os.execute "echo out")
      local pipe = io.popen "echo out"
      print("pipe", pipe and pipe:read "a" or "nothing")
      local from = assert(io.open(package.searchpath("cjson", package.cpath), "rb"))
      local to = assert(io.open("out/own.so", "wb"))
      to:write(from:read "a")
      to:close()
      print("library", package.loadlib("./out/own.so", "luaopen_cjson"))
      print("secret", os.getenv "BAKEOFF_TEST_SECRET", os.getenv "HOME")
      print("listed", io.open "secret.txt")]])
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertNotStrContains(ran.stdout, "out\n")
   lu.assertStrContains(ran.stdout, "shell\tnil\tNo such file or directory")
   lu.assertStrContains(ran.stdout, "pipe\tnothing")
   lu.assertStrMatches(ran.stdout, ".*library\tnil\t[^\n]*failed to map segment.*")
   lu.assertStrContains(ran.stdout, "secret\tnil\tnil")
   lu.assertStrContains(ran.stdout, "listed\tnil\tsecret.txt: No such file or directory")
end

function TestEscapes:test_what_it_prints_is_no_command_to_a_terminal()
   local ran = run_script(self, [[io.write "\27]52;c;eA==\7 größer\n" io.stderr:write "\27[2J\n"]])
   lu.assertStrContains(ran.stdout, "?]52;c;eA==? größer\n")
   lu.assertStrContains(ran.stderr, "?[2J")
end

function TestEscapes:test_a_variable_is_passed_on_if_it_is_allowed()
   local ran = run_script(self, [[print(os.getenv "BAKEOFF_TEST_SECRET")]],
      { "--allow-env", "BAKEOFF_TEST_SECRET" }, { environment = { BAKEOFF_TEST_SECRET = "hush" } })
   lu.assertStrContains(ran.stdout, "hush")
end

function TestEscapes:test_an_empty_environment_will_do()
   local ran = run { "env", "-i", build .. "/bakeoff", "run", "--untrusted", "--out", self.out, self.script }
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertEquals(ran.stderr, "bakeoff run: the script has left no run in " .. self.out .. "\n")
end

function TestEscapes:test_the_variable_of_the_confined_does_not_confine()
   local ran = run_script(self, [[print(io.open "secret.txt")]], nil,
      { environment = { BAKEOFF_CONFINED = "run" } })
   lu.assertStrContains(ran.stdout, "No such file or directory")
end

-- --- what it leaves behind --------------------------------------------------------------------------


function TestEscapes:test_a_damaged_folder_is_refused_not_read()
   local ran = run_script(self, support.SMALL .. [[
      local path = results.dir .. "/trials.jsonl"
      local text = io.open(path):read "a":gsub('"workers":2', '"workers":1e9'):gsub('"ok"', '"\\u001b[31m"')
      local file = assert(io.open(path, "w"))
      file:write(text)
      file:close()]])
   lu.assertEquals(ran.code, 1, ran.stdout)
   lu.assertStrContains(ran.stderr, "trials.jsonl: damaged")
   lu.assertNotStrContains(ran.stderr, "\27")
end

function TestEscapes:test_links_in_the_folder_are_not_followed()
   local folder = self.folder .. "/out/planted"
   os.execute(("mkdir -p %s && ln -s /etc %s/charts"):format(support.quoted(folder), support.quoted(folder)))
   lu.assertEquals({ core.is_plain(folder) }, { false, folder .. "/charts: a link" })
   os.execute(("rm %s/charts && mkfifo %s/x"):format(support.quoted(folder), support.quoted(folder)))
   lu.assertEquals({ core.is_plain(folder) }, { false, folder .. "/x: no regular file" })
   os.execute(("rm %s/x && echo >%s/a && ln %s/a %s/b"):format(folder, folder, folder, folder))
   lu.assertFalse((core.is_plain(folder)))
   os.execute(("rm %s/b"):format(folder))
   lu.assertTrue((core.is_plain(folder)))
end

os.exit(lu.LuaUnit.run(), true)
