--- Does this process run inside `bakeoff run --untrusted`? The variable alone doesn't tell, because anybody
-- can set it: the first process inside is the keeper's.

local confined = {}

confined.VARIABLE = "BAKEOFF_CONFINED"

local kind -- "run", "notebook", or false

local function find()
   local value = os.getenv(confined.VARIABLE)
   local file <close> = value and io.open("/proc/1/comm", "r") or nil
   return file and file:read "l" == "confine" and value or false
end

--- Is it confined?
function confined.here()
   if kind == nil then
      kind = find()
   end
   return kind ~= false
end

--- Does somebody outside write the reports, from the rows?
function confined.leaves_reports() return confined.here() and kind == "run" end

return confined
