--- `bakeoff run --untrusted`: what works inside. A good script measures as without the option; every kind of
-- pool and contender runs, also programs that are allowed; servers that are allowed are reached, with TLS.
local lu = require "luaunit"
local bake = require "bakeoff"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local rows = require "bakeoff.runs.rows"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_untrusted.lua")

local run, run_script, slurp = support.run, support.run_script, support.slurp
local source = os.getenv "BAKEOFF_SOURCE"

TestRuns = { setUp = support.begin, tearDown = support.tidy }

-- --- an allowed host --------------------------------------------------------------------------------

local ASK = [[
local bake = require "bakeoff"
for _, port in ipairs { PORTS } do
   local response, message = bake.fetch { url = ("http://127.0.0.1:%d/"):format(port), timeout = "2s" }
   print(port, response and response.status or message)
end]]

function TestRuns:test_an_allowed_host_is_reached_and_no_other()
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

-- --- TLS through the relay ----------------------------------------------------------------------------

-- OpenSSL's test server with a certificate for localhost, which ends with its pipe.
local SERVER = [[
cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
   -addext subjectAltName=DNS:localhost -keyout key -out certificate >log 2>&1 || exit
openssl s_server -accept 127.0.0.1:0 -www -cert certificate -key key >>log 2>&1 </dev/null &
read line
kill $!
]]

local ASK_TLS = [[
local bake = require "bakeoff"
local function ask(fields)
   local response, message, code = bake.fetch(fields)
   print(response and response.status or code, message)
end
ask { url = "https://localhost:PORT/", ca_file = "FOLDER/certificate" }
ask { url = "https://127.0.0.1:PORT/", ca_file = "FOLDER/certificate" }
ask { url = "https://localhost:PORT/" }
]]

function TestRuns:test_tls_goes_through_the_relay_to_its_end()
   local server <close> = assert(io.popen(SERVER:format(support.quoted(self.folder)), "w")) -- luacheck: ignore
   local port = support.wait_for("a server with TLS", function()
      local log = self.folder .. "/log"
      return core.file_kind(log) and files.read(log):match "ACCEPT [%d.]+:(%d+)\n"
   end)
   local text = ASK_TLS:gsub("PORT", port):gsub("FOLDER", self.folder)
   local ran = run_script(self, text, { "--allow-host", "localhost:" .. port, "--allow-read", "certificate" })
   local said = {}
   for line in ran.stdout:gmatch "[^\n]+" do
      said[#said + 1] = line:match "^%S+"
   end
   -- The right name; a name that isn't in the certificate; a certificate that nobody has signed.
   lu.assertEquals(said, { "200", "tls", "tls" }, ran.stdout .. ran.stderr)
end

-- The test server's own ports with TLS, which show bad certificates, as allowed hosts.
function TestRuns:test_a_bad_certificate_is_seen_through_the_relay()
   local site <close> = bake.server {}
   for _, fault in ipairs { "tls_wrong_host", "tls_expired" } do
      local redirect = assert(bake.fetch { url = site:url("/fault/" .. fault), follow = false })
      local url = redirect.headers.location
      local ran = run_script(self, ([[
         local bake = require "bakeoff"
         local _, _, code = bake.fetch { url = %q }
         print(code, bake.fetch { url = %q, insecure = true }.status)]]):format(url, url),
         { "--allow-host", "127.0.0.1:" .. url:match ":(%d+)" })
      lu.assertEquals(ran.stdout, "tls\t200\n", fault .. ran.stderr)
   end
end

-- --- programs ---------------------------------------------------------------------------------------

local function with_command(argv, fields)
   return ([[
local bake = require "bakeoff"
local site <close> = bake.server {}
bake.experiment { name = "programs", urls = site:urls("/?n=%%d", 3), repeats = 1, workers = { 2 },
   contenders = { "threads", { "command", label = "program", argv = { %s } %s } } }:run()
]]):format(argv, fields or "")
end

local function row_of_program(self)
   for _, row in ipairs(support.trials(self.folder .. "/out/programs")) do
      if row.label == "program" then
         return row
      end
   end
end

local SHELL = [["sh", "-c", "while read url; do curl -s -o /dev/null $url; done <{urls}"]]

function TestRuns:test_a_program_runs_if_it_is_allowed()
   local ran = run_script(self, with_command(SHELL), { "--allow-run", "sh", "--allow-run", "curl" })
   lu.assertEquals(ran.code, 0, ran.stderr)
   local row = row_of_program(self)
   lu.assertEquals({ row.status, row.jobs.done, row.reason }, { "ok", 3 })
end

function TestRuns:test_a_program_that_is_not_allowed_is_named_with_the_remedy()
   local ran = run_script(self, with_command(SHELL))
   lu.assertEquals(ran.code, 2)
   lu.assertStrMatches(ran.stderr, "bakeoff run: [^\n]*argv%[1%]: sh: not found; with %-%-untrusted, "
      .. "allow it: %-%-allow%-run PROGRAM\n")
   ran = run_script(self, with_command(SHELL, [[, package = "sh"]]))
   lu.assertStrContains(ran.stdout .. ran.stderr, "sh: not found; with --untrusted, allow it: --allow-run")
end

-- What a program tries is refused as if the script had tried it: it has the same locks, and no right more.
function TestRuns:test_a_program_is_confined_as_its_script()
   for _, attempt in ipairs { { "unshare" }, { "udp" }, { "read", self.folder .. "/secret.txt" },
      { "write", self.outside }, { "exec", "/bin/cat" }, { "owners_rights", self.out .. "/rights" },
      { "connect", "192.0.2.1", "80" }, { "exec_written", self.out .. "/program" }, { "spare_me" } } do
      local words = {}
      for at, word in ipairs { support.TOOL, table.unpack(attempt) } do
         words[at] = ("%q"):format(word)
      end
      local ran = run_script(self, with_command(table.concat(words, ", "), ', stdout = "out/said"'),
         { "--allow-run", support.TOOL, "--quiet" })
      lu.assertStrContains(slurp(self.out .. "/said"), attempt[1] .. ": refused: ", ran.stderr)
      lu.assertEquals(row_of_program(self).exit.code, 0, attempt[1])
   end
end

function TestRuns:test_a_folder_of_programs_is_allowed_at_once()
   core.mkdirs(self.folder .. "/bin")
   local tool = support.write(self.folder .. "/bin/hello", "#!/bin/sh\necho hello\n")
   os.execute("chmod +x " .. support.quoted(tool))
   local words = { "--allow-run", "sh", "--allow-run", "./bin" }
   local ran = run_script(self, [[os.execute "hello"; print(os.getenv "PATH")]], words)
   lu.assertStrMatches(ran.stdout, "hello\n/.*:" .. self.folder .. "/bin\n", nil, nil, ran.stderr)
   local pipe = run_script(self, [[print(io.open("bin/hello", "r+"))]], words)
   lu.assertStrContains(pipe.stdout, "Read-only file system")
end

-- --- every kind of pool and contender -----------------------------------------------------------------

local EVERYTHING = [[
local bake = require "bakeoff"
local site <close> = bake.server {}
local function up(a) return a + 1 end
for _, kind in ipairs { "fork", "spawn" } do
   local pool <close> = bake.processes { workers = 2, start = kind }
   print(kind, pool:submit(up, 41):result())
end
do
   local threads <close> = bake.threads { workers = 2 }
   print("threads", threads:submit(up, 41):result())
end
local function measure(name, contenders, more)
   more.name, more.contenders, more.workers, more.repeats = name, contenders, { 2 }, 1
   bake.experiment(more):run()
end
measure("urls", { "sequential", "threads", "processes", "eventloop", "coroutines", "hybrid" },
   { urls = site:urls("/?n=%d", 6), process = function(response) return #response.body end })
measure("items", { "sequential", "threads", "processes", "coroutines", "hybrid",
   { "hybrid", offload = "processes", label = "with processes" } },
   { items = { 1, 2, 3, 4, 5, 6 }, task = function(ctx, item) return ctx:offload(up, item) end })
]]

function TestRuns:test_every_kind_of_pool_and_contender_runs()
   local ran = run_script(self, EVERYTHING, { "--quiet" })
   lu.assertEquals(ran.code, 0, ran.stderr)
   lu.assertStrContains(ran.stdout, "fork\t42\nspawn\t42\nthreads\t42\n")
   for name, count in pairs { urls = 6, items = 6 } do
      local found = support.trials(self.out .. "/" .. name)
      lu.assertEquals(#found, count)
      for _, row in ipairs(found) do
         lu.assertEquals({ row.status, row.jobs.done }, { "ok", 6 }, row.label)
      end
   end
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

function TestRuns:test_a_good_script_measures_as_without_the_option()
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

function TestRuns:test_a_notebook_is_woven_with_its_pictures()
   support.write(self.script, "-- %%\n" .. support.SMALL .. 'results:chart "speed"\n')
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
