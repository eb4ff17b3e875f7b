--- Lines of CSV (RFC 4180): a field that contains a comma, a quote or a line break stands in quotes, with
-- each quote inside written twice.

local csv = {}

--- A text as a field.
function csv.field(text)
   return text:find('[,"\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

-- Reads a field from its opening quote. Returns the field and where the next one starts.
local function quoted_field(line, position)
   local stop = position
   repeat
      stop = line:find('"', stop + 1, true) or #line
      local doubled = line:sub(stop + 1, stop + 1) == '"'
      stop = doubled and stop + 1 or stop
   until not doubled
   local field = line:sub(position + 1, stop - 1):gsub('""', '"')
   return field, stop + 2
end

--- The fields of a line (without its line break), and where each starts. most: so many at most (default:
-- all).
function csv.fields(line, most)
   local fields, starts, position = {}, {}, 1
   line = line .. ","
   while position <= #line and #fields < (most or math.huge) do
      local field
      if line:find('^"', position) then
         field, position = quoted_field(line, position)
      else
         local comma = line:find(",", position, true)
         field, position = line:sub(position, comma - 1), comma + 1
      end
      fields[#fields + 1] = field
      starts[#fields + 1] = position
   end
   return fields, starts
end

return csv
