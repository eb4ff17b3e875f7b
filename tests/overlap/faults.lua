--- What is wrong with the texts of a picture: they overlap, they are clipped by the page's edge, or they have
-- characters that no font covers.

local faults = {}

local SLACK = 0.0008 -- of the page's width: what can't be seen

--- The kinds of faults.
faults.KINDS = { "overlapping", "clipped", "uncovered" }

local function overlap(a, b, slack)
   return math.min(a.right, b.right) - math.max(a.left, b.left) > slack
      and math.min(a.bottom, b.bottom) - math.max(a.top, b.top) > slack
end

local function shown(one) return ("'%s'"):format(one.text) end

--- picture: { width, height, texts = list of { text, left, top, right, bottom, unknown } }; in any unit.
-- → list of { kind, text = a line }
function faults.of(picture)
   local found, slack = {}, SLACK * picture.width
   local function add(kind, text) found[#found + 1] = { kind = kind, text = text } end
   for index, one in ipairs(picture.texts) do
      if math.min(one.left, one.top, picture.width - one.right, picture.height - one.bottom) < -slack then
         add("clipped", shown(one) .. " leaves the page")
      end
      if one.unknown > 0 then
         add("uncovered", ("%s: no font has %d of its characters"):format(shown(one), one.unknown))
      end
      for other = index + 1, #picture.texts do
         if overlap(one, picture.texts[other], slack) then
            add("overlapping", ("%s and %s overlap"):format(shown(one), shown(picture.texts[other])))
         end
      end
   end
   return found
end

return faults
