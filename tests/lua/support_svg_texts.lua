--- The texts of a chart's SVG with their boxes, from the letters' widths (plotting/text.lua), and what is
-- wrong with their places.

local text = require "bakeoff.plotting.text"

local svg_texts = {}

-- The shares of the font size that the letters of a line take above and below its baseline, without the space
-- between lines.
local ABOVE, BELOW = 0.73, 0.21
local SLACK = 0.5 -- pixels

local function plain(words)
   local function character(code) return utf8.char(math.tointeger(tonumber(code))) end
   words = words:gsub("<[^>]*>", ""):gsub("&#(%d+);", character)
   return words:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&"):match("^%s*(.-)%s*$")
end

local TEXT = 'translate%(([-%d.]+),([-%d.]+)%)"([^>]*)>%s*<text>(.-)</text>'
local SHIFTS = { start = 0, middle = 0.5, ["end"] = 1 } -- of the width, from the anchor to the left edge

--- All texts: list of { text, size, left, right, top, bottom } (pixels from the top left); and the page's
-- width and height.
function svg_texts.of(svg)
   local list = {}
   for x, y, attributes, inner in svg:gmatch(TEXT) do
      local words, size = plain(inner), tonumber(attributes:match('font%-size="([%d.]+)"'))
      local width = text.width(words, size, attributes:find('font-weight="bold"', 1, true) ~= nil)
      local left = x - SHIFTS[attributes:match('text%-anchor="(%a+)"')] * width
      list[#list + 1] = words ~= "" and { text = words, size = size, left = left, right = left + width,
         top = y - ABOVE * size, bottom = y + BELOW * size } or nil
   end
   local width, height = svg:match('viewBox="0 0 ([%d.]+) ([%d.]+)"')
   return list, tonumber(width), tonumber(height)
end

local function overlap(a, b)
   return math.min(a.right, b.right) - math.max(a.left, b.left) > SLACK
      and math.min(a.bottom, b.bottom) - math.max(a.top, b.top) > SLACK
end

--- Lines on texts that cover each other or leave the page; empty if there are none.
function svg_texts.faults(svg)
   local list, width, height = svg_texts.of(svg)
   local found = {}
   for index, one in ipairs(list) do
      if math.min(one.left, one.top, width - one.right, height - one.bottom) < -SLACK then
         found[#found + 1] = ("'%s' leaves the page"):format(one.text)
      end
      for other = index + 1, #list do
         if overlap(one, list[other]) then
            found[#found + 1] = ("'%s' covers '%s'"):format(one.text, list[other].text)
         end
      end
   end
   return found
end

return svg_texts
