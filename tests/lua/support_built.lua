--- What a built chart (charts.build) would give gnuplot, for tests that look into it.

local built_chart = {}

--- The value of a variable; nil if the chart has none of that name.
function built_chart.variable(built, name)
   for _, pair in ipairs(built.vars) do
      if pair[1] == name then
         return pair[2]
      end
   end
end

--- The rows of a block of the .dat file, as lists of numbers.
function built_chart.block(built, title)
   local rows, body = {}, built.data:match("# " .. title:gsub("%p", "%%%0") .. ":[^\n]*\n(.-)\n\n")
      or built.data:match("# " .. title:gsub("%p", "%%%0") .. ":[^\n]*\n(.-)\n$")
   for line in ((body or "") .. "\n"):gmatch("([^\n]+)\n") do
      local row = {}
      for word in line:gmatch("%S+") do
         row[#row + 1] = tonumber(word) or 0 / 0
      end
      rows[#rows + 1] = row
   end
   return rows
end

return built_chart
