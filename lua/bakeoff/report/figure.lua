--- A cell of a report's table: a figure with its interval, note and tone. Writers that know only texts
-- (terminal, Markdown) convert it with tostring.

local figure = {}

local meta = {}

-- "0.52× [0.50, 0.54] faster"
function meta:__tostring()
   local parts = { self.text }
   parts[#parts + 1] = self.interval
   parts[#parts + 1] = self.note
   return table.concat(parts, " ")
end

--- fields: text; interval ("[0.50, 0.54]"), note (words after it), tone ("better" or "worse"), value (the
-- key for sorting, in base units); each may be nil.
function figure.new(fields) return setmetatable(fields, meta) end

return figure
