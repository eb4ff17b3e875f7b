--- What the tests of `bakeoff run --untrusted` share: the keeper's command line of a real run, but with
-- another program in bakeoff's place, or with lower limits; scripts that are run confined.
local lu = require "luaunit"

local core = require "bakeoff.core"
local plan = require "bakeoff.untrusted.plan"

local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"
local run_support = dofile(here .. "support_run.lua")
local build = os.getenv "BAKEOFF_BUILD"

local support = setmetatable({ TOOL = build .. "/bin/tool_escape",
   KEEPER = build .. "/libexec/bakeoff/confine" }, { __index = run_support })

support.probe = support.run { support.KEEPER, "--probe" }

--- A small script with results.
support.SMALL = [[
local bake = require "bakeoff"
local site <close> = bake.server {}
local results = bake.experiment { name = "small", urls = site:urls("/?n=%d", 5), contenders = { "threads" },
   workers = { 2 }, repeats = 1 }:run()
]]

--- Can this machine confine anything?
support.can_confine = support.probe.code == 0

--- setUp of a test: self.folder, self.out, self.script, and self.outside, a file that nobody may write.
function support.begin(self)
   lu.skipIf(not support.can_confine, support.probe.stdout)
   self.folder = support.folder()
   self.outside = "/var/tmp/bakeoff_escape_" .. self.folder:match "[^/]*$" -- inside, /tmp is another one
   self.out, self.script = self.folder .. "/out", support.write(self.folder .. "/x.lua", "")
   support.write(self.folder .. "/secret.txt", "secret")
   core.mkdirs(self.out)
end

function support.tidy(self)
   if self.folder then
      support.remove(self.folder)
   end
end

-- The keeper's options for self.script. allowed: allow_read, allow_run, allow_host, of options.read
local function options_of(self, allowed, command_line)
   local args = { out = self.out, allow_read = {}, allow_run = {}, allow_host = {}, allow_env = {} }
   for name, list in pairs(allowed or {}) do
      args[name] = list
   end
   local found = plan.of("run", self.script, args, command_line or {})
   found.argv[1] = support.KEEPER
   return found.argv, found.environment
end

local function insert_limits(words, limits, at)
   for _, limit in ipairs(limits) do
      table.insert(words, at, "--limit")
      table.insert(words, at + 1, limit)
   end
end

local LOW = { "memory=268435456", "file_size=4194304", "processes=100" }

--- The keeper's command line with tool_escape and low limits. attempt: list of words; limits: further ones,
-- such as "disk=1000"
function support.words_of(self, attempt, limits, allowed)
   local words = options_of(self, allowed)
   while table.remove(words) ~= "--" do -- luacheck: ignore
   end
   insert_limits(words, LOW, #words + 1)
   insert_limits(words, limits or {}, #words + 1)
   return table.move(attempt, 1, #attempt, #words + 5,
      table.move({ "--run", support.TOOL, "--", support.TOOL }, 1, 4, #words + 1, words))
end

--- Runs self.script as `bakeoff run --untrusted` would, but with lower limits and without a report. → result
-- of support.run
function support.run_limited(self, text, limits)
   support.write(self.script, text)
   local words, variables = options_of(self, nil, { "run", self.script, "--untrusted", "--out", self.out })
   local environment = {}
   for _, pair in ipairs(variables) do
      environment[pair:match "^[^=]*"] = pair:match "=(.*)"
   end
   insert_limits(words, limits, 2)
   return support.run(words, { environment = environment })
end

--- Runs a script with `bakeoff run --untrusted`, in self.folder.
function support.run_script(self, text, words, settings)
   support.write(self.script, text)
   settings = settings or {}
   settings.folder = self.folder
   return support.run({ "bakeoff", "run", "x.lua", "--untrusted", table.unpack(words or {}) }, settings)
end

return support
