--- Checks experiments, for tests of which fields are accepted and which are refused with which message.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local spec = require "bakeoff.experiment.spec"

local support = {}

support.URLS = { "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b" }

local function given(fields)
   local full = { name = "x", urls = support.URLS }
   for key, value in pairs(fields or {}) do
      full[key] = value
   end
   return full
end

--- Checks an experiment over two URLs with these fields → the experiment
function support.check(fields, settings) return spec.check(given(fields), settings or {}) end

--- The message with which a call is refused as a usage error; it must be one line.
function support.refusal_of(...)
   local ok, problem = pcall(...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem), tostring(problem))
   lu.assertEquals(problem.exit_code, 2)
   lu.assertNotStrContains(problem.message, "\n")
   return problem.message
end

--- Asserts that support.check refuses the fields with a message that begins with `expected`.
function support.assert_refused(fields, expected, settings)
   local message = support.refusal_of(support.check, fields, settings)
   lu.assertEquals(message:sub(1, #expected), expected)
end

return support
