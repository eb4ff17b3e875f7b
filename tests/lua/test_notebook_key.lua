--- When a notebook measures again: each change to a notebook, its options, its modules or its machine either
-- leads to a new measurement or leaves the frozen run.
local lu = require "luaunit"
local core = require "bakeoff.core"
local freeze = require "bakeoff.notebook.freeze"
local json = require "bakeoff.base.json"
local keys = require "bakeoff.experiment.key"
local options = require "bakeoff.script.options"
local program = require "bakeoff.notebook.program"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"
local weaving = require "bakeoff.notebook.weaving"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/../e2e/support_command.lua")

local NOTEBOOK = [[
-- %% [markdown]
-- # The text
-- Says {{ 1 + 1 }}.

-- %% Settings
local bake = require "bakeoff"
local opt = bake.options { days = { 3, "days" }, api_key = { "none", "a secret" } }
local days, api_key = opt.days, opt.api_key
local limit = { 10, deep = { 1 } }
function Helper(x) return x + 1 end

-- %% The experiment
local function inner(x) return x * limit[1] end

local results = bake.experiment {
   name = "x", job = "a job", items = { 1, 2, 3 }, shared = { 7 },
   task = function(ctx, item) -- a comment
      if api_key == "x" then require("other_of_notebook") end
      return inner(item) + Helper(days) + limit.deep[1], ctx
   end,
   contenders = { "sequential", { "coroutines", label = "t" } },
   workers = { 1, 4 }, repeats = 5, seed = 3,
}:run()

-- %% After
print("end")
]]

local folder

TestKey = {}

function TestKey.setUp()
   folder = support.folder()
   support.write(folder .. "/other_of_notebook.lua", "return 1")
end

function TestKey.tearDown() support.remove(folder) end

-- → the experiment of the notebook with this text, and its key
local function asked(text, argv)
   local path, experiment, key = folder .. "/n.lua", nil, nil
   support.write(path, text)
   package.loaded.other_of_notebook, package.path = nil, TestKey.path
   options.reset { argv = argv or {}, script = path, command = {} }
   session.reset()
   session.run_by(function(given)
      experiment, key = given, keys.of(given)
      return { trials = {}, reported = true, drawn = true }
   end)
   local notebook, chunk, problem = program.of(text, path)
   lu.assertNil(problem)
   local made = weaving.new(notebook)
   local failed = made:run(chunk, path, function(code) return script.call(code, path, {}) end)
   lu.assertNil(failed and failed.message)
   return experiment, key
end

-- Keeps a run of the notebook, as a frozen one.
local function keep(text, change)
   local experiment, key = asked(text)
   local manifest = { status = "complete", repeats = experiment.repeats, key = key }
   if change then
      change(manifest)
   end
   support.write(folder .. "/manifest.json", json.encode(manifest))
end

local function edited(from, to)
   local first, last = NOTEBOOK:find(from, 1, true)
   assert(first, from)
   return NOTEBOOK:sub(1, first - 1) .. to .. NOTEBOOK:sub(last + 1)
end

-- Why the kept run isn't the one of this notebook; nil if it is.
local function reason_for(text, argv)
   local experiment, key = asked(text, argv)
   return (freeze.difference(folder, experiment, key))
end

TestKey.path = package.path

local HITS = {
   { "text edited", "# The text", "# Another text" },
   { "quote edited", "1 + 1", "2 + 2" },
   { "comment edited", "-- a comment", "-- another comment, and a longer one" },
   { "cells added", "-- %% Settings", "-- %% [markdown]\n-- more\n\n-- %%\nprint(1)\n\n-- %% Settings" },
   { "lines moved", "-- %% The experiment", "\n\n\n-- %% The experiment" },
   { "titles and tags", "-- %% The experiment", '-- %% Measured tags=["hide-input"]' },
   { "later cell edited", 'print("end")', 'print("the end")\nlocal more = 1' },
   { "a local before that no hook uses", "local limit", "local unused = 5\nlocal limit" },
   { "a global that no hook names", "local limit", "Unused = 5\nlocal limit" },
   { "a table built in another way", "{ 10, deep = { 1 } }", "{ deep = { 1 }, 10 }\nlimit[2] = nil" },
   { "job's description", 'job = "a job"', 'job = "the job"' },
   { "time limit", "repeats = 5", 'timeout = "9s", repeats = 5' },
   { "margin", "repeats = 5", "margin = 0.5, repeats = 5" },
   { "secret", '"none", "a', '"other", "a' },
   { "spaces", "return x + 1", "return   x  +  1" },
}

local MISSES = {
   { "hook edited", "return inner(item) +", "return inner(item) -", "the code of task" },
   { "function in an upvalue", "x * limit[1]", "x / limit[1]", "upvalue 'inner' of task" },
   { "value of an upvalue", "{ 10,", "{ 11,", "upvalue 'inner' of task" },
   { "deep in an upvalue", "deep = { 1 }", "deep = { 2 }", "upvalue 'inner' of task" },
   { "global function", "return x + 1", "return x + 2", "global 'Helper' of task" },
   { "default of an option", "{ 3, \"days\" }", "{ 4, \"days\" }", "days" },
   { "item", "{ 1, 2, 3 }", "{ 1, 2, 4 }", "the list of items" },
   { "order of items", "{ 1, 2, 3 }", "{ 2, 1, 3 }", "the list of items" },
   { "number of items", "{ 1, 2, 3 }", "{ 1, 2 }", "items" },
   { "shared values", "{ 7 }", "{ 8 }", "the table 'shared'" },
   { "seed", "seed = 3", "seed = 4", "seed" },
   { "worker counts", "{ 1, 4 }", "{ 1, 8 }", "cells" },
   { "contender's option", 'label = "t"', 'label = "t", session = "per-request"', "cells" },
   { "contender", '"sequential", {', '"sequential", "threads", {', "cells" },
   { "warm-ups", "repeats = 5", "warmup = 2, repeats = 5", "warmup" },
   { "sampling", "repeats = 5", 'sample_every = "20ms", repeats = 5', "memory_samples_every_s" },
   { "repeats", "repeats = 5", "repeats = 6", "it has 6 repeats, and the frozen run 5" },
   { "another module", 'require("other_of_notebook")', 'require("cjson")', "the code of task" },
}

function TestKey.test_what_changes_nothing_is_not_measured_again()
   keep(NOTEBOOK)
   lu.assertNil(reason_for(NOTEBOOK))
   for _, case in ipairs(HITS) do
      lu.assertNil(reason_for(edited(case[2], case[3])), case[1])
   end
end

function TestKey.test_what_changes_the_experiment_is_measured_again()
   keep(NOTEBOOK)
   for _, case in ipairs(MISSES) do
      lu.assertStrContains(reason_for(edited(case[2], case[3])) or "", case[4], false, false, case[1])
   end
end

function TestKey.test_options_of_the_command_line_count()
   keep(NOTEBOOK)
   lu.assertStrContains(reason_for(NOTEBOOK, { "--days", "9" }), "days differs")
   lu.assertStrContains(reason_for(NOTEBOOK, { "--seed", "9" }), "seed differs")
   lu.assertStrContains(reason_for(NOTEBOOK, { "--contenders", "sequential" }), "cells differs")
   lu.assertNil(reason_for(NOTEBOOK, { "--timeout", "9s" }))
end

function TestKey.test_modules_that_a_hook_requires_count()
   keep(NOTEBOOK)
   support.write(folder .. "/other_of_notebook.lua", "-- a comment\nreturn 1")
   lu.assertNil(reason_for(NOTEBOOK))
   support.write(folder .. "/other_of_notebook.lua", "return 2")
   lu.assertStrContains(reason_for(NOTEBOOK), "module 'other_of_notebook' differs")
end

-- Names such as these also belong to counts and functions, which are no secrets.
function TestKey.test_what_only_sounds_like_a_secret_counts()
   local text = edited("local limit",
      "local max_tokens, unused = 5, 1\nlocal function author(x) return x end\nlocal limit")
      :gsub("return inner%(item%)", "return author(item) + max_tokens")
   keep(text)
   lu.assertNil(reason_for(text))
   lu.assertStrContains(reason_for((text:gsub("= 5, 1", "= 6, 1"))), "upvalue 'max_tokens' of task")
   lu.assertStrContains(reason_for((text:gsub("return x end", "return -x end"))), "upvalue 'author' of task")
end

function TestKey.test_tables_that_contain_themselves()
   local text = edited("local limit = { 10,", "local limit = { 10, deep = { 1 } }\nlimit.itself = { limit }"
      .. "\nlocal unused = { 10,")
   keep(text)
   lu.assertNil(reason_for(text))
   lu.assertStrContains(reason_for((text:gsub("{ limit }", "{ { limit } }"))), "upvalue 'inner' of task")
end

-- What is loaded by other ways than require counts by its functions' code.
function TestKey.test_files_of_code_count()
   local text = edited("local limit", "local half = dofile(FILE)\nlocal limit"):gsub("FILE",
      ("%q"):format(folder .. "/half.lua")):gsub("return inner%(item%)", "return half(item)")
   support.write(folder .. "/half.lua", "return function(x) return x / 2 end")
   keep(text)
   support.write(folder .. "/half.lua", "-- a comment\nreturn function(x) return x / 2 end")
   lu.assertNil(reason_for(text))
   support.write(folder .. "/half.lua", "return function(x) return x / 3 end")
   lu.assertStrContains(reason_for(text), "upvalue 'half' of task")
end

function TestKey.test_modules_of_modules_count()
   support.write(folder .. "/other_of_notebook.lua", "return require 'inner_of_notebook'")
   support.write(folder .. "/inner_of_notebook.lua", "return 1")
   keep(NOTEBOOK)
   support.write(folder .. "/inner_of_notebook.lua", "return 2")
   lu.assertStrContains(reason_for(NOTEBOOK), "module 'inner_of_notebook' differs")
end

local PROGRAMS = [[
-- %% Settings
local bake = require "bakeoff"

-- %% The experiment
bake.experiment { name = "x", urls = { "http://127.0.0.1:1/" }, workers = { 1 }, repeats = 5, contenders = {
   { "command", label = "c", argv = { "FOLDER/prog", "FOLDER/count.py", "{url}" }, env = { MODE = "a" } } },
}:run()
]]

function TestKey.test_programs_count()
   local prog, count, text = folder .. "/prog", folder .. "/count.py", PROGRAMS:gsub("FOLDER", folder)
   support.write(prog, "#!/bin/sh\nexit 0\n")
   os.execute("chmod +x " .. support.quoted(prog))
   support.write(count, "print(1)\n")
   keep(text)
   lu.assertNil(reason_for(text))
   lu.assertStrContains(reason_for((text:gsub('"a"', '"b"'))), "cells differs")
   lu.assertStrContains(reason_for((text:gsub("{url}", "{url}.0"))), "cells differs")
   support.write(count, "print(2)\n")
   lu.assertStrContains(reason_for(text), "file 'count.py' of c differs")
   support.write(count, "print(1)\n")
   support.write(prog, "#!/bin/sh\nexit 1\n")
   lu.assertStrContains(reason_for(text), "file 'prog' of c differs")
end

-- A run is measured again on another machine and with other versions, but a check only notes them.
function TestKey.test_machine_and_versions_count_when_it_is_run()
   for group, name in pairs { machine = "processor", versions = "bakeoff" } do
      keep(NOTEBOOK, function(manifest) manifest.key[group][name] = "another" end)
      lu.assertStrContains(reason_for(NOTEBOOK), name .. " differs")
      local experiment, key = asked(NOTEBOOK)
      local reason, _, elsewhere = freeze.difference(folder, experiment, key, { anywhere = true })
      lu.assertEquals({ reason or "none", elsewhere }, { "none", { name } })
   end
end

function TestKey.test_runs_that_are_not_whole_or_not_certain_are_measured_again()
   lu.assertStrContains(reason_for(NOTEBOOK), "no frozen run")
   keep(NOTEBOOK, function(manifest) manifest.status = "interrupted" end)
   lu.assertStrContains(reason_for(NOTEBOOK), "not complete")
   keep(NOTEBOOK, function(manifest) manifest.key = nil end)
   lu.assertStrContains(reason_for(NOTEBOOK), "no frozen run")
   local uncertain = edited("local limit = { 10,", "local limit = { 10, file = io.tmpfile(),")
   keep(uncertain)
   lu.assertStrContains(reason_for(uncertain), "which is a userdata")
   lu.assertEquals(core.file_kind(folder .. "/manifest.json"), "file")
end

os.exit(lu.LuaUnit.run(), true)
