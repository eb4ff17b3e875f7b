--- Scripts with a pool, for the end-to-end tests: every kind of pool, and what a usage error must look like.
-- Includes everything in support_run.lua.
local lu = require "luaunit"

local source = os.getenv "BAKEOFF_SOURCE"
local runs = dofile(source .. "/tests/e2e/support_run.lua")

local support = setmetatable({}, { __index = runs })

--- Name → Lua text that starts a pool of this kind; %s: further options.
support.KINDS = {
   threads = "bake.threads { workers = 2, %s }",
   fork = 'bake.processes { workers = 2, start = "fork", %s }',
   spawn = 'bake.processes { workers = 2, start = "spawn", %s }',
}

support.sanitizer = dofile(source .. "/tests/lua/support_cases.lua").sanitizer()

--- Runs a script after a line that starts the pool (kind nil: no pool), so from line 2 on. → as support.run
function support.run_with(folder, kind, options, script)
   local text = ('local bake = require "bakeoff"; %s %s\n%s\n'):format(kind and "local pool <close> =" or "",
      kind and support.KINDS[kind]:format(options or "") or "", script)
   support.write(folder .. "/test.lua", text)
   return support.run({ "bakeoff", "run", "test.lua" }, { folder = folder })
end

--- Asserts a usage error: exit code 2, and a message that contains all words.
function support.assert_misuse(words, result)
   lu.assertEquals(result.code, 2, result.stdout .. result.stderr)
   for _, word in ipairs(words) do
      lu.assertStrContains(result.stderr, word)
   end
   lu.assertNotStrContains(result.stderr, "assertion")
end

return support
