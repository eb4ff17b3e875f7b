--- A cell of a report's table: a figure with what belongs to it. Writers that know only texts (terminal,
-- Markdown) take it by tostring.

local figure = {}

local meta = {}

-- "0.52× [0.50, 0.54] faster"
function meta:__tostring()
   local parts = { self.text }
   parts[#parts + 1] = self.interval
   parts[#parts + 1] = self.note
   return table.concat(parts, " ")
end

--- fields: text; interval ("[0.50, 0.54]"), note (words behind it), tone ("better" or "worse"), value (by
-- which a reader may sort, in base units), each or nil.
function figure.new(fields) return setmetatable(fields, meta) end

return figure
