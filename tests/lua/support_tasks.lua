--- Trials of tasks, for tests of every contender. Includes everything in support_trial.lua.
local lu = require "luaunit"

local server = require "bakeoff.net.server"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local trials = dofile(here .. "support_trial.lua")
local files = dofile(here .. "../e2e/support_command.lua")

local support = setmetatable({}, { __index = trials })

--- Makes a folder and starts a server. support.close removes and stops them.
function support.open(options) return files.folder(), server.start(options) end

function support.close(folder, site)
   site:stop()
   files.remove(folder)
end

support.write = files.write

function support.slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

--- The list 1 … count.
function support.numbers(count)
   local list = {}
   for i = 1, count do
      list[i] = i
   end
   return list
end

function support.assert_done(name, row, count)
   lu.assertEquals({ row.status, row.reason }, { "ok" }, name)
   lu.assertEquals(row.jobs, { submitted = count, done = count, failed = 0, lost = 0, recorded = count },
      name)
end

--- Asserts that all four jobs failed.
function support.assert_all_failed(name, row)
   lu.assertEquals(row.status, "failed", name)
   lu.assertEquals(row.jobs, { submitted = 4, done = 0, failed = 4, lost = 0, recorded = 4 }, name)
end

--- For tasks: returns write(number, text), with which each job writes to a file of its own.
function support.writer(path)
   return function(number, text)
      local file <close> = assert(io.open(("%s/%d"):format(path, number), "a"))
      file:write(text)
   end
end

return support
