--- Do values form two groups? The widest gap between neighbours, with enough values on both sides of it, is
-- compared with the gaps of values that are spread evenly, which of all distributions with one hump are
-- spread widest.
--
-- Source: for n values drawn evenly from an interval, a gap between neighbours exceeds the share g of their
-- range with probability (1 - g)^(n - 2) (David and Nagaraja, "Order statistics", section 6.4); times the
-- number of gaps, an upper bound for the widest.

local humps = { FEWEST = 10, SHARE = 0.2, LEAST = 3, P = 0.002 }

--- { low = number of values in the lower group, high = in the upper one }, if sorted values form two groups,
-- each of a fifth of the values and at least three; nil otherwise, or for fewer than humps.FEWEST values.
function humps.of_sorted(sorted)
   local n = #sorted
   local least = math.max(humps.LEAST, math.ceil(humps.SHARE * n))
   local range = n >= humps.FEWEST and sorted[n] - sorted[1] or 0
   if range <= 0 then
      return nil
   end
   local widest, after = 0.0, nil
   for place = least, n - least do
      local gap = sorted[place + 1] - sorted[place]
      if gap > widest then
         widest, after = gap, place
      end
   end
   local p = (n - 2 * least + 1) * math.max(1 - widest / range, 0.0) ^ (n - 2)
   return p <= humps.P and { low = after, high = n - after } or nil
end

return humps
