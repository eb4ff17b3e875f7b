--- Sends values through wire, for tests.
local lu = require "luaunit"

local core = require "bakeoff.core"

local support = {}

--- The value as it arrives.
function support.trip(value)
   local message = assert(core.wire_encode(value, "value"))
   local arrived, err = core.wire_decode(message)
   lu.assertNil(err)
   return arrived
end

--- The message with which a value is refused.
function support.refusal(value, what)
   local message, err, code = core.wire_encode(value, what)
   lu.assertNil(message)
   lu.assertEquals(code, "invalid")
   return err
end

return support
