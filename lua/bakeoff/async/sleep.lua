--- bake.sleep(duration): a task waits and others run. Outside of all loops the thread sleeps.

local core = require "bakeoff.core"
local units = require "bakeoff.base.units"

return { sleep = core.make_sleep(units.seconds) }
