--- Options of pools, and more workers than the system allows: what the user of `bakeoff run` sees.
local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_pool_scripts.lua")
local sanitizer, assert_misuse = support.sanitizer, support.assert_misuse

local folder

local function run(...) return support.run_with(folder, ...) end

TestPoolLimits = {}

function TestPoolLimits.setUp() folder = support.folder() end

function TestPoolLimits.tearDown() support.remove(folder) end

--- Options --------------------------------------------------------------------------------------------------

function TestPoolLimits.test_workers_must_be_a_number_from_one_on()
   for _, name in ipairs { "threads", "processes" } do
      for _, workers in ipairs { "0", "-1", '"x"', "1.5", "{}" } do
         assert_misuse({ "test.lua:2", "workers" }, run(nil, nil,
            ("local pool = bake.%s { workers = %s }"):format(name, workers)))
      end
   end
end

function TestPoolLimits.test_unknown_options_are_named_with_the_nearest()
   for name, pair in pairs { threads = { "worker", "workers" }, processes = { "stat", "start" },
      loop = { "in_fligth", "in_flight" } } do
      assert_misuse({ "test.lua:2", "'" .. pair[1] .. "'", pair[2] }, run(nil, nil,
         ("local it = bake.%s { %s = 1 }"):format(name, pair[1])))
   end
end

function TestPoolLimits.test_options_of_the_wrong_kind_are_named()
   for options, word in pairs { ['gil = "yes"'] = "gil", ["init = 7"] = "init",
      ["recycle = -1"] = "recycle" } do
      assert_misuse({ "test.lua:1", word }, run("threads", options, ""))
   end
   for options, word in pairs { ['start = "threads"'] = "start", ['frame_max = "big"'] = "frame_max",
      ["frame_max = -1"] = "frame_max" } do
      assert_misuse({ "test.lua:2", word }, run(nil, nil, "local pool = bake.processes { workers = 1, "
         .. options .. " }"))
   end
end

--- More workers than the system allows ----------------------------------------------------------------------

-- Runs a script that asks for more workers than `limit` (a command that sets it) allows. Asserts that it says
-- what was missing and leaves nothing behind.
local function assert_refused(limit, words, name, options)
   os.execute("chmod 755 " .. folder)
   support.write(folder .. "/many.lua", ([[
      local bake = require "bakeoff"
      local pool <close>, message, code = bake.%s { %s }
      print(pool and #pool .. " workers" or code .. ": " .. message)]]):format(name, options))
   local command = limit .. ' "$0" run many.lua'
   local owner = support.start({ "sh", "-c", command, os.getenv "BAKEOFF_BUILD" .. "/bakeoff" }, folder)
   local ended = owner:finish()
   lu.assertEquals(owner:members(), {})
   local said = ended.stdout .. ended.stderr
   for _, word in ipairs(words) do
      lu.assertStrContains(said, word)
   end
   lu.assertNotStrContains(said, "assertion")
end

local function skip_if_sanitized()
   lu.skipIf(sanitizer, "a sanitizer needs address space, threads and descriptors of its own")
end

-- RLIMIT_NPROC does not bind root, so the script runs as nobody.
local function as_nobody()
   local bakeoff = os.getenv "BAKEOFF_BUILD" .. "/bakeoff"
   local nobody = "setpriv --reuid=65534 --clear-groups"
   if support.run { "sh", "-c", nobody .. ' "$0" --version', bakeoff }.code == 0 then
      return "exec " .. nobody .. " prlimit --nproc=20"
   end
   lu.skip "cannot become nobody here, and root has no process limit"
end

function TestPoolLimits.test_more_workers_than_processes_allowed()
   skip_if_sanitized()
   local limit = as_nobody()
   local words = { "could not be started", "ulimit -u" }
   assert_refused(limit, words, "processes", 'workers = 100, start = "fork"')
   assert_refused(limit, words, "processes", 'workers = 100, start = "spawn"')
   assert_refused(limit, words, "threads", "workers = 100")
end

function TestPoolLimits.test_more_workers_than_descriptors_or_address_space()
   skip_if_sanitized()
   for _, start in ipairs { "fork", "spawn" } do
      assert_refused("ulimit -n 40 && exec", { "could not be started", "ulimit -n" }, "processes",
         ('workers = 200, start = "%s"'):format(start))
   end
   assert_refused("ulimit -v 400000 && exec", { "could not be started" }, "threads", "workers = 4000")
end

function TestPoolLimits.test_absurd_numbers_of_workers_are_refused_at_once()
   for _, name in ipairs { "threads", "processes" } do
      for _, workers in ipairs { "1000000000", "1e18", "math.maxinteger", "2^32 + 1" } do
         assert_misuse({ "workers" }, run(nil, nil, ("bake.%s { workers = %s }"):format(name, workers)))
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
