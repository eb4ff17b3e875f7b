--- Weaves and checks the notebook x.lua in a folder of its own, for tests of what weaving does.
local here = arg[0]:match("^(.*)/") or "."
local check = require "bakeoff.notebook.check"
local files = require "bakeoff.base.files"
local support = dofile(here .. "/../e2e/support_command.lua")
local support_notebook = dofile(here .. "/support_notebook.lua")

local weaving = {}

--- Before each test: an empty folder, and nothing said.
function weaving.set_up()
   weaving.folder, weaving.said = support.folder(), {}
end

function weaving.tear_down() support.remove(weaving.folder) end

local function path() return weaving.folder .. "/x.lua" end

--- Gives the command line to the options, as the command does.
function weaving.begin(argv) support_notebook.begin(path(), argv) end

function weaving.say(line) weaving.said[#weaving.said + 1] = line end

--- Weaves x.lua with this text, and writes its page. → woven
function weaving.weave(text, argv) return support_notebook.weave(path(), text, argv, weaving.said) end

--- What the check finds. given: as for check.of
function weaving.checked(given)
   weaving.begin()
   given = given or {}
   given.say = weaving.say
   return check.of(path(), given)
end

--- A file of the folder; the page.
function weaving.read(name) return assert(files.read(weaving.folder .. "/" .. name)) end

function weaving.page() return weaving.read "x.md" end

local MEASURED = [[
local bake = require "bakeoff"
-- %%%%
local results = bake.experiment { name = "e", items = { 1, 2 }, task = function(_, x) return x + %s end,
   contenders = { "sequential", "coroutines" }, workers = { 1 }, repeats = %s, warmup = 0 }:run()
-- %%%%
results:table { figures = { "total" } }
-- %%%%
results:chart "speed"
-- %%%%
bake.claim("both end", "total(sequential) < %s")
]]

--- The text of a notebook with an experiment.
function weaving.with(added, repeats, limit)
   return MEASURED:format(added or 1, repeats or 6, limit or "60s")
end

return weaving
