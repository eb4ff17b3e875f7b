--- `bakeoff run --untrusted`: the ways out of support_escapes.lua, all refused, each for the reason that was
-- meant; and a good script, which measures as without the option. tool_escape.c tries what Lua can't.
local lu = require "luaunit"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local plan = require "bakeoff.untrusted.plan"
local rows = require "bakeoff.runs.rows"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_command.lua")

local run = support.run
local build, source = os.getenv "BAKEOFF_BUILD", os.getenv "BAKEOFF_SOURCE"
local attempts = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_escapes.lua")
local TOOL, KEEPER = build .. "/bin/tool_escape", build .. "/libexec/bakeoff/confine"

local probe = run { KEEPER, "--probe" }
local can_confine = probe.code == 0

local function slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read "a"
end

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
   refused(self, { "--untrusted", "--allow-host", "no host" }, "write a host name")
   refused(self, { "--untrusted", "--allow-env", "A=B" }, "the name of a variable")
end

function TestRefusal:test_a_link_on_the_way_is_named()
   os.execute(("cd %s && mkdir real && ln -s real link"):format(support.quoted(self.folder)))
   refused(self, { "--untrusted", "--out", "link" }, "leads through a link")
end

function TestRefusal:test_a_machine_that_cannot_confine_runs_nothing()
   -- No new namespaces, as in many containers: inside a confined process, nothing can be confined.
   lu.skipIf(not can_confine, probe.stdout)
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

-- --- twenty ways out --------------------------------------------------------------------------------

TestEscapes = {}

function TestEscapes:setUp()
   lu.skipIf(not can_confine, probe.stdout)
   self.folder = support.folder()
   self.outside = "/var/tmp/bakeoff_escape_" .. self.folder:match "[^/]*$" -- inside, /tmp is another one
   self.out, self.script = self.folder .. "/out", support.write(self.folder .. "/x.lua", "")
   support.write(self.folder .. "/secret.txt", "secret")
end

function TestEscapes:tearDown()
   if self.folder then
      support.remove(self.folder)
   end
end

-- The keeper's command line of a real run, but with tool_escape in bakeoff's place, and lower limits.
local function words_of(self, attempt)
   local words = plan.of("run", self.script, { out = self.out, allow_read = {}, allow_host = {},
      allow_env = {} }, {})
   words[1] = KEEPER
   while words[#words] ~= "--" do
      table.remove(words)
   end
   table.remove(words)
   for _, word in ipairs { "--run", TOOL, "--limit", "memory=268435456", "--limit", "file_size=4194304",
      "--limit", "processes=100", "--", TOOL, table.unpack(attempt) } do
      words[#words + 1] = word
   end
   return words
end

local SECRET = { environment = { BAKEOFF_TEST_SECRET = "hush" } }

function TestEscapes:test_each_is_refused_for_its_reason()
   local site <close> = bake.server {}
   self.port = site:url("/"):match ":(%d+)"
   core.mkdirs(self.out)
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
   core.mkdirs(self.out)
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

function TestEscapes:test_a_run_that_fills_the_disk_is_ended()
   core.mkdirs(self.out)
   local words = words_of(self, { "disk_flood", self.out })
   table.move({ "--limit", "disk=50000000" }, 1, 2, 2, table.move(words, 2, #words, 4))
   local ran = run(words)
   lu.assertEquals(ran.code, 128 + 9, ran.stdout)
   lu.assertStrContains(ran.stderr, "the confined run was ended: the disk of its folder lost more space")
end

-- --- from Lua ---------------------------------------------------------------------------------------

local function run_script(self, text, words, settings)
   support.write(self.script, text)
   settings = settings or {}
   settings.folder = self.folder
   return run({ "bakeoff", "run", "x.lua", "--untrusted", table.unpack(words or {}) }, settings)
end

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

function TestEscapes:test_the_variable_of_the_confined_does_not_confine()
   local ran = run_script(self, [[print(io.open "secret.txt")]], nil,
      { environment = { BAKEOFF_CONFINED = "run" } })
   lu.assertStrContains(ran.stdout, "No such file or directory")
end

-- --- what it leaves behind --------------------------------------------------------------------------

local SMALL = [[
local bake = require "bakeoff"
local site <close> = bake.server {}
local results = bake.experiment { name = "small", urls = site:urls("/?n=%d", 5), contenders = { "threads" },
   workers = { 2 }, repeats = 1 }:run()
]]

function TestEscapes:test_a_damaged_folder_is_refused_not_read()
   local ran = run_script(self, SMALL .. [[
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

-- --- an allowed host --------------------------------------------------------------------------------

local ASK = [[
local bake = require "bakeoff"
for _, port in ipairs { PORTS } do
   local response, message = bake.fetch { url = ("http://127.0.0.1:%d/"):format(port), timeout = "2s" }
   print(port, response and response.status or message)
end]]

function TestEscapes:test_an_allowed_host_is_reached_and_no_other()
   local allowed <close> = bake.server {}
   local other <close> = bake.server {}
   local ports = { allowed:url("/"):match ":(%d+)", other:url("/"):match ":(%d+)" }
   local text = ASK:gsub("PORTS", table.concat(ports, ", "))
   local ran = run_script(self, text, { "--allow-host", "127.0.0.1:" .. ports[1] })
   lu.assertStrContains(ran.stdout, ports[1] .. "\t200", ran.stderr)
   lu.assertStrMatches(ran.stdout, (".*%s\t[^\n]*connect.*"):format(ports[2]))
   local alone = run_script(self, text)
   lu.assertStrMatches(alone.stdout, (".*%s\t[^\n]*connect.*"):format(ports[1]))
end

-- --- a good script ----------------------------------------------------------------------------------

local function rows_of(folder)
   local list = {}
   for line in io.lines(folder .. "/trials.jsonl") do
      local row = rows.decode(line)
      list[#list + 1] = table.concat({ row.block, row.contender, row.workers, row.status, row.jobs.done },
         " ")
   end
   return list
end

local function headings(text)
   local list = {}
   for line in text:gmatch "[^\n]+" do
      list[#list + 1] = line:match "^## .*" -- below are charts: which there are depends on what was measured
   end
   return list
end

local function names(folder)
   local pipe <close> = io.popen(("cd %s && find . | sort | grep -v charts/"):format(support.quoted(folder)))
   return pipe:read "a"
end

function TestEscapes:test_a_good_script_measures_as_without_the_option()
   local usual, confined = self.folder .. "/usual", self.folder .. "/confined"
   local function measure(...)
      local words = { "bakeoff", "run", source .. "/scripts/tickets.lua", "--days", "10", "--latency", "2ms",
         "--jitter", "0ms", "--repeats", "2", "--workers", "1,4", "--seed", "7", "--out", ... }
      return run(words)
   end
   local a = measure(usual)
   local b = measure(confined, "--untrusted", "--export-csv", self.folder .. "/all.csv")
   lu.assertEquals({ a.code, b.code }, { 0, 0 }, b.stderr)
   lu.assertEquals(names(confined), names(usual))
   lu.assertEquals(rows_of(confined .. "/tickets"), rows_of(usual .. "/tickets"))
   local report = slurp(confined .. "/tickets/report.md")
   lu.assertEquals(headings(report), headings(slurp(usual .. "/tickets/report.md")))
   lu.assertStrContains(report, "run with --untrusted")
   lu.assertEquals(core.file_kind(confined .. "/tickets/charts/speed.svg"), "file")
   lu.assertStrContains(b.stdout, "tickets · fetch and process 10 URLs")
   lu.assertStrContains(slurp(self.folder .. "/all.csv"), "eventloop")
end

function TestEscapes:test_a_notebook_is_woven_with_its_pictures()
   support.write(self.script, "-- %%\n" .. SMALL .. 'results:chart "speed"\n')
   local ran = run({ "bakeoff", "notebook", "run", "x.lua", "--untrusted" }, { folder = self.folder })
   lu.assertEquals(ran.code, 2)
   lu.assertStrContains(ran.stderr, "name a folder for the page with --out")
   ran = run({ "bakeoff", "notebook", "run", "x.lua", "--untrusted", "--out", "page" },
      { folder = self.folder })
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertStrContains(slurp(self.folder .. "/page/x.md"), "x.files/small_speed.svg")
   lu.assertEquals(core.file_kind(self.folder .. "/page/x.files/small_speed.svg"), "file")
   lu.assertNil(core.file_kind(self.folder .. "/x.md"))
end

os.exit(lu.LuaUnit.run(), true)
