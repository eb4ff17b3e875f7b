-- Compares intervals of shares with published values.

local lu = require "luaunit"

package.path = os.getenv "BAKEOFF_SOURCE" .. "/tests/bench/?.lua;" .. package.path
local binomial = require "binomial"

-- The example of R's manual of binom.test (Conover, "Practical nonparametric statistics", 1971, p. 97); two
-- that follow from (1 - p)^n = 0.025; and the half, which must be even.
local KNOWN = {
   { 682, 925, 0.7076683, 0.7654066 },
   { 0, 50, 0, 1 - 0.025 ^ (1 / 50) },
   { 50, 50, 0.025 ^ (1 / 50), 1 },
   { 5, 10, 0.1870860, 0.8129140 },
}

function TestInterval()
   for _, case in ipairs(KNOWN) do
      local found, count, low, high = table.unpack(case)
      local seen_low, seen_high = binomial.interval(found, count)
      lu.assertAlmostEquals(seen_low, low, 1e-6, ("low of %d of %d"):format(found, count))
      lu.assertAlmostEquals(seen_high, high, 1e-6, ("high of %d of %d"):format(found, count))
   end
end

os.exit(lu.LuaUnit.run(), true)
