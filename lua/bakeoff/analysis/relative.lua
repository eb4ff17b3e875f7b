--- Ratios to the reference as tables, sentences and charts show them: how many times as fast a contender is.
-- Verdicts compare times, as files keep them. p99, by which open loops are compared, stays a ratio of times.

local relative = {}

--- A comparison's ratio and interval: { ratio, low, high }. cell: the one that is compared.
function relative.figure(cell, versus)
   if cell.rate or versus.ratio == 0 then
      return { ratio = versus.ratio, low = versus.low, high = versus.high }
   end
   local is_bounded = versus.low and versus.low > 0
   return { ratio = 1 / versus.ratio, low = is_bounded and 1 / versus.high or nil,
      high = is_bounded and 1 / versus.low or nil }
end

return relative
