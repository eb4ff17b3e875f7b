--- bake.units: converts quantities, as people write them, to plain numbers in base units.

local units = require "bakeoff.base.units"

return { seconds = units.seconds, bytes = units.bytes, per_second = units.per_second }
