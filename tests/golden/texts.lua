--- What readers see of a file, as text that can be compared: without pictures and coordinates, so that fonts
-- and the drawing itself don't matter.

local texts = {}

local BLOCKS = {}
for name in ("html head title body header main nav section h1 h2 h3 p ul li dl dt dd table thead tbody tr "
   .. "figure figcaption pre details summary div footer svg"):gmatch("%S+") do
   BLOCKS[name] = "\n"
end
BLOCKS.td, BLOCKS.th = " | ", " | "

-- A tag is a line's end, a border of a cell, or nothing; what it says to those who can't see stays.
local function of_tag(tag)
   local words = BLOCKS[tag:match("^</?(%w+)")] or ""
   local closes = tag:find("^</")
   local said = tag:match('aria%-label="([^"]*)"') or tag:match(' alt="([^"]*)"')
   return (closes and words == " | " and "" or words) .. (said and ("(%s) "):format(said) or "")
end

local function without_blank_lines(text)
   local lines = {}
   for line in text:gmatch("[^\n]+") do
      line = line:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
      lines[#lines + 1] = line ~= "" and line or nil
   end
   return table.concat(lines, "\n") .. "\n"
end

-- Of a picture: what appears when the pointer rests on a mark.
local function hints_of(picture)
   local hints = { (picture:match("^<svg[^>]*>")) }
   for hint in picture:gmatch("<title[^>]*>([^<]*)</title>") do
      hints[#hints + 1] = "<div>" .. hint .. "</div>"
   end
   return table.concat(hints) .. "</svg>"
end

--- An HTML page as lines of text: a line per block, cells after bars, entities as they stand in the page.
function texts.html(page)
   page = page:gsub("<style.-</style>", ""):gsub("<script.-</script>", ""):gsub("<svg.-</svg>", hints_of)
   return without_blank_lines(page:gsub("<[^<>]*>", of_tag))
end

--- The texts of an SVG picture, one a line, in the order in which they are drawn.
function texts.svg(picture)
   local lines = {}
   for text in picture:gmatch("<text[^>]*>(.-)</text>") do
      text = text:gsub("<[^>]*>", ""):gsub("%s+", " ")
      lines[#lines + 1] = text:find("%S") and text or nil
   end
   return table.concat(lines, "\n") .. "\n"
end

--- The settings of a chart's .gp: what stands before the templates, which have files of their own (plots/).
-- first: the line with which the templates begin.
function texts.settings(gp, first)
   local at = assert(gp:find(first, 1, true), "a chart without the shared style")
   return gp:sub(1, at - 1)
end

local MANY, STEP = 40, 10 -- rows of a block that are kept all; otherwise every tenth, and the sums

local function sums_of(rows)
   local sums = {}
   for _, row in ipairs(rows) do
      local place = 0
      for word in row:gmatch("%S+") do
         place = place + 1
         sums[place] = (sums[place] or 0) + (tonumber(word) or 0)
      end
   end
   for place, sum in ipairs(sums) do
      sums[place] = ("%.9g"):format(sum)
   end
   return table.concat(sums, " ")
end

local function add_rows(lines, rows)
   local step = #rows > MANY and STEP or 1
   for index = 1, #rows, step do
      lines[#lines + 1] = rows[index]
   end
   if step > 1 then
      lines[#lines + 1] = ("(every %dth of %d rows; their sums: %s)"):format(STEP, #rows, sums_of(rows))
   end
end

--- A chart's .dat. Long blocks are shortened, with the sums of all rows, so that a change in any row shows.
function texts.data(dat)
   local lines, rows = {}, {}
   for line in dat:gmatch("([^\n]*)\n") do
      if line:find("^[%d.-]") then
         rows[#rows + 1] = line
      else
         add_rows(lines, rows)
         lines[#lines + 1], rows = line, {}
      end
   end
   add_rows(lines, rows)
   return table.concat(lines, "\n") .. "\n"
end

return texts
