--- Weaves notebooks in a temporary folder, as `bakeoff notebook run` does, for tests.

local files = require "bakeoff.base.files"
local notebook = require "bakeoff.notebook"
local options = require "bakeoff.script.options"
local run_options = require "bakeoff.cli.run_options"
local session = require "bakeoff.script.session"
local writers = require "bakeoff.notebook.writers"

local weaving = {}

local FIELDS = { "fresh", "frozen", "html", "ipynb" }

local function define(parser)
   local page = { "Page", parser:option "--out" }
   for _, name in ipairs(FIELDS) do
      page[#page + 1] = parser:flag("--" .. name)
   end
   return { page, run_options.define_measurement(parser) }
end

--- Forgets the last notebook, and takes a command line for the next one.
function weaving.begin(path, argv)
   options.reset { argv = argv or {}, script = path, command = {}, define = define, fields = FIELDS }
   session.reset()
end

--- Weaves a file and writes its page. said: list to which lines on standard error are added. → woven
function weaving.weave(path, text, argv, said)
   assert(files.write(path, text))
   weaving.begin(path, argv)
   local woven = notebook.weave(path, { argv = argv, say = function(line) said[#said + 1] = line end })
   local lock <close> = woven.lock -- luacheck: ignore lock
   notebook.write(woven, writers.wanted(options.run_settings()))
   return woven
end

return weaving
