--- bake.sleep(duration): the calling task waits and others run. Outside all loops, the thread sleeps.

local core = require "bakeoff.core"
local units = require "bakeoff.base.units"

return { sleep = core.make_sleep(units.seconds) }
