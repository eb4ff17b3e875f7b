--- Sets of characters as ranges of their codes.

local code_ranges = {}

--- Reads "20-7e a0-377 37a" (hexadecimal, any number of lines) → list of { first, last }, in their order.
function code_ranges.read(words)
   local list = {}
   for first, last in words:gmatch "%f[%x](%x+)%-?(%x*)" do
      list[#list + 1] = { tonumber(first, 16), tonumber(last ~= "" and last or first, 16) }
   end
   return list
end

--- Is the code in one of the ranges? They are in ascending order, and disjoint. A binary search.
function code_ranges.contain(ranges, code)
   local low, high = 1, #ranges
   while low <= high do
      local middle = (low + high) // 2
      local range = ranges[middle]
      if code < range[1] then
         high = middle - 1
      elseif code > range[2] then
         low = middle + 1
      else
         return true
      end
   end
   return false
end

return code_ranges
