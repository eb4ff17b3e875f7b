--- What comes from strangers, and what strangers may see: run folders that somebody else made, and secrets in
-- what a run leaves.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

TestStrangers = {}

local GOLDEN = os.getenv "BAKEOFF_SOURCE" .. "/tests/golden/runs/tasks"

-- A copy of a good run folder, with one text of a file replaced.
function TestStrangers.setUp()
   folder = support.folder()
   assert(os.execute(("cp -r '%s' '%s/run'"):format(GOLDEN, folder)))
end

function TestStrangers.tearDown() support.remove(folder) end

local function change(name, from, to)
   local path = folder .. "/run/" .. name
   local content = support.slurp(path)
   local at, stop = content:find(from, 1, true)
   support.write(path, content:sub(1, assert(at) - 1) .. to .. content:sub(stop + 1))
end

local function refused_by(...)
   local result = support.run({ "bakeoff", ... }, { folder = folder })
   lu.assertEquals(result.code, 2, result.stderr)
   lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1, result.stderr)
   lu.assertNil(result.stderr:find("[^\n\t -~]"))
   return result.stderr
end

function TestStrangers.test_every_command_refuses_a_damaged_folder_in_one_line()
   change("trials.jsonl", '"workers":4', '"workers":1e9')
   local message = ": run/trials.jsonl: damaged, line 1: workers is 1000000000, not a whole number from 1 to "
      .. "65535; run the experiment again\n"
   for _, words in ipairs { { "report", "run" }, { "plot", "run" }, { "compare", "run", "run" } } do
      lu.assertEquals(refused_by(table.unpack(words)), "bakeoff " .. words[1] .. message)
   end
end

function TestStrangers.test_a_trace_of_a_billion_workers_is_refused()
   change("jobs.csv", ",4,2,1,1,", ",4,2,1,1000000000,")
   lu.assertStrContains(refused_by("plot", "run", "--trace", "trace.json"), "worker is 1000000000")
end

function TestStrangers.test_no_control_character_of_a_folder_reaches_the_terminal()
   change("manifest.json", '"job": "', '"job": "\\u001b]0;owned\\u0007\\u009b31m')
   change("trials.jsonl", '"status":"ok"', '"status":"failed","reason":"\\u001b[2Jgone"')
   local result = support.run({ "bakeoff", "report", "run", "--no-chart", "--notes" }, { folder = folder })
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "\\x1b]0;owned\\x07")
   for _, text in ipairs { result.stdout, result.stderr, support.slurp(folder .. "/run/report.md") } do
      lu.assertNil((text:gsub("[\n\t]", "")):find("%c"))
      lu.assertNil(text:find("\xc2\x9b", 1, true))
   end
end

TestSecrets = {}

function TestSecrets.setUp() folder = support.folder() end

function TestSecrets.tearDown() support.remove(folder) end

-- All files of a folder and of those in it, as one text, with their names.
local function everything_in(path)
   local pipe <close> = assert(io.popen(("cd '%s' && find . -type f -print -exec cat {} +"):format(path)))
   return pipe:read "a"
end

function TestSecrets.test_secrets_of_a_command_are_in_no_file_and_in_no_line()
   local result = support.run({ "bakeoff", "exec", "--repeats", "1", "--warmup", "0", "--no-chart", "--notes",
      "--env", "MY_TOKEN=sesame1", "--export-csv", "a.csv", "--export-json", "a.json", "--export-hyperfine",
      "h.json", "--export-md", "a.md", "--", "sh", "-c", 'echo "$MY_TOKEN $0 $1" >&2; exit 3',
      "--apikey=sesame2", "http://me:sesame3@h/?token=sesame4" }, { folder = folder })
   lu.assertEquals(result.code, 1, result.stderr)
   lu.assertNotStrContains(result.stdout .. result.stderr .. everything_in(folder), "sesame")
   local names = "--apikey, MY_TOKEN, the account in a URL, token"
   local sentence = "Hidden in the record, because the names are those of secrets: " .. names
   for _, text in ipairs { result.stdout, support.slurp(folder .. "/out/exec/report.md") } do
      lu.assertStrContains((text:gsub("\\", "")), sentence)
   end
   lu.assertEquals(table.concat(support.manifest(folder .. "/out/exec").redacted, ", "), names)
end

function TestSecrets.test_secrets_of_a_script_are_in_no_file_and_in_no_line()
   support.write(folder .. "/test.lua", [[
      local bake = require "bakeoff"
      local opt = bake.options { apikey = { "none", "the key" }, n = { 1, "a number" } }
      local key, site <close> = opt.apikey, bake.server {}
      bake.experiment { name = "test", contenders = { "threads" }, workers = { 1 }, repeats = 1, warmup = 0,
         urls = site:urls("/%d?token=sesame1", 3), request = { headers = { Cookie = "sesame2" } },
         process = function(response) error("no " .. key .. " sesame2 " .. response.url) end }:run()]])
   local words = { "bakeoff", "run", "test.lua", "--apikey", "sesame3", "--quiet" }
   local result = support.run(words, { folder = folder })
   lu.assertEquals(result.code, 1, result.stderr)
   assert(os.remove(folder .. "/test.lua"))
   lu.assertNotStrContains(result.stdout .. result.stderr .. everything_in(folder), "sesame")
   lu.assertEquals(table.concat(support.manifest(folder .. "/out/test").redacted, ", "),
      "--apikey, Cookie, apikey")
end

os.exit(lu.LuaUnit.run(), true)
