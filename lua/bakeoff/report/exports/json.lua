--- Results as JSON: what summary.json has; of several experiments a list of what each has alone.

local base_json = require "bakeoff.base.json"

local json = {}

--- The text for a list of results.
function json.text(runs)
   local list = base_json.array {}
   for index, results in ipairs(runs) do
      list[index] = results:summary_table()
   end
   return base_json.encode(#list == 1 and list[1] or list, { pretty = true })
end

return json
